"""The README is true: it names every setting, command and format, and its files exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tgkg.cli import cli
from tgkg.config import OPERATION_SETTINGS, SETTINGS
from tgkg.formats import RDF_FORMATS
from tgkg.operation import Limits, OldReleases


@pytest.fixture(scope="module")
def readme(checkout: Path) -> str:
    """Gives the text of the README."""
    return (checkout / "README.md").read_text()


def test_every_setting_is_documented(readme):
    """The table of settings has exactly the settings that tgkg.toml may have."""
    table = readme.partition("| setting | what |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    found = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert found == SETTINGS | OPERATION_SETTINGS


def test_every_limit_is_documented(readme, checkout):
    """The README names each limit; the page for operators shows each with its default."""
    page = (checkout / "docs/operating.md").read_text()
    for limit in (*fields(Limits), *fields(OldReleases)):
        assert f"`{limit.name}`" in readme
        if limit.name != "processes":  # which depends on the machine
            assert re.search(rf"^{limit.name} = {limit.default}\b", page, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_documented(readme, command):
    """Each command appears as a reader would type it."""
    assert f"tgkg {command}" in readme


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_every_format_is_documented(readme, fmt):
    """Each RDF format appears by its name and its extension."""
    assert fmt.label in readme
    assert f".{fmt.extension}" in readme


def test_every_link_leads_somewhere(readme, checkout):
    """Each relative link and picture of the README is a file of the project."""
    targets = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert targets
    assert [target for target in targets if not (checkout / target).exists()] == []
