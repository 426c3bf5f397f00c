"""docs/engines.md is true: it lists the losses that tests/contract has, and every product."""

import re
import tomllib

import pytest

from tgkg.push.products import PRODUCTS

HEADINGS = {
    "memory": "### The embedded engine, in memory and on disk",
    "processes": "### The embedded engine, in memory and on disk",
    "disk": "### The embedded engine, in memory and on disk",
    "oxigraph": "### Oxigraph's server",
    "virtuoso": "### Virtuoso",
}


@pytest.fixture(scope="module")
def page(checkout):
    """Gives the text of the page."""
    return (checkout / "docs/engines.md").read_text()


@pytest.fixture(scope="module")
def losses(checkout):
    """Gives what each engine answers otherwise, and why."""
    return tomllib.loads((checkout / "tests/contract/losses.toml").read_text())


def test_every_engine_with_losses_has_its_part(losses):
    """An engine that begins to lose something needs a heading here."""
    assert losses.keys() == HEADINGS.keys()


@pytest.mark.parametrize("engine", HEADINGS)
def test_the_losses_are_those_of_the_tests(page, losses, engine):
    """Every reason stands there with its questions, and no other does."""
    part = page.partition(f"{HEADINGS[engine]}\n")[2].partition("\n\n")[0]
    found = {
        (question, reason)
        for reason, questions in re.findall(r"^- (.*\.) \((.*)\)$", part, re.MULTILINE)
        for question in questions.split(", ")
    }
    assert found == {
        (question.removeprefix("literal: "), reason) for question, reason in losses[engine].items()
    }


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_every_product_has_its_addresses(page, product):
    """The table has a row for each product whose addresses are known, with their paths."""
    [row] = re.findall(rf"^\| {product.name} \|.*$", page, re.MULTILINE)
    for path in (product.graphs, product.update):
        assert path.removeprefix("{}") in row


def test_every_link_leads_somewhere(page, checkout):
    """Each relative link is a file of the project."""
    targets = re.findall(r"\]\(([^)#:]+)\)", page)
    assert [target for target in targets if not (checkout / "docs" / target).exists()] == []
