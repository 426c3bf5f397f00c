"""Things of a class, narrowed by what they have and by what they lack; the query goes along."""

import re
from urllib.parse import quote

import pytest

from tgkg.engine.opening import in_process
from tgkg.web.facets import View, facets_of, things_of, total_of

ISLE = "https://example.org/isles/def#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture
def address(client):
    """Gives the address of the isles among all classes."""
    page = client.get("/browse/").text
    (href,) = re.findall(r'href="([^"]*)"[^>]*><bdi>[Ii]sland', page)
    return href


def things(client, address, **values):
    """Gives the names of what there is at an address."""
    reply = client.get(address, query_string={"format": "json", **values})
    assert reply.status_code == 200, reply.text
    assert reply.json["total"] >= len(reply.json["things"])
    return [each["label"] for each in reply.json["things"]]


def test_every_class_is_listed_and_opens(client):
    """Each class has its count and a page of its own."""
    page = client.get("/browse/").text
    hrefs = re.findall(r'<li><a href="(/browse/[^"]*)"', page)
    assert len(hrefs) > 2
    for href in hrefs:
        assert client.get(href.replace("&amp;", "&")).status_code == 200


def test_a_value_narrows_and_its_absence_too(client, address):
    """With a value, without a property, both at once; each answer is a part of all."""
    everything = things(client, address)
    with_number = things(client, address, **{"isle:inhabitants": f'"12"^^<{XSD}integer>'})
    assert with_number == ["Far"]
    without = things(client, address, without="isle:inhabitants")
    assert "Far" not in without
    assert set(without) < set(everything)
    none = {"without": "isle:inhabitants", "isle:inhabitants": f'"12"^^<{XSD}integer>'}
    assert things(client, address, **none) == []


def test_the_page_leads_on_and_back(client, address):
    """Each choice is a link; a chosen one takes itself away; the query is that of the view."""
    page = client.get(address).text
    choices = re.findall(r'<nav class="facets".*?</nav>', page, re.DOTALL)[0]
    href = re.search(r'href="([^"]*)"', choices)[1].replace("&amp;", "&")
    narrowed = client.get(href)
    assert narrowed.status_code == 200
    assert 'aria-current="true"' in narrowed.text
    query = re.search(r'href="(/sparql\?query=[^"]*)"', narrowed.text)[1].replace("&amp;", "&")
    assert client.get(query).status_code == 200


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("?page=0", 400), ("?page=x", 400), ("?page=9999", 200), ("?nope=1", 400),
        ("?isle:inhabitants=12", 400), ("?without=x", 400), ('?isle:inhabitants="a', 400),
        ("?without=%3Cx%3E", 400), ("?isle:inhabitants=%3Ca%20b%3E", 400),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(more, status, client, address):
    """A client is told how names and values are written."""
    assert client.get(address + more).status_code == status


@pytest.mark.parametrize("name", ["isle:Nothing", "nope:x", "x", "?class=nope", "%3Cx:y%3E"])
def test_what_is_no_class_is_not_found(name, client):
    """A class that nothing is has no page."""
    path = f"/browse/{name}" if name.startswith("?") else f"/browse/{quote(name, safe=':%')}"
    assert client.get(path).status_code in (400, 404)


def test_a_view_takes_five_queries(counting, address):
    """However many facets and things there are."""
    client, asked = counting
    assert client.get(address).status_code == 200
    assert len(asked) <= 5


def test_the_numbers_are_those_of_the_views(state):
    """Following a choice gives as many things as stood beside it."""
    engine = in_process(state.current()).pages
    view = View(f"{ISLE}Island")
    total = total_of(engine, view)
    (facet,) = facets_of(engine, view, [f"{ISLE}inhabitants"], total)
    for value, count in facet.counts.items():
        assert total_of(engine, view.toggled(facet.name, value)) == count
    lacking = view.toggled_without(facet.name)
    assert total_of(engine, lacking) == facet.lacking
    assert len(things_of(engine, lacking, facet.lacking, 1, "en")) == facet.lacking
    assert lacking.toggled_without(facet.name) == view
