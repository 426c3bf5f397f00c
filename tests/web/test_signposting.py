"""Links for machines: on pages and dumps, and as a document."""

import re

import pytest

BROWSER = {"Accept": "text/html"}
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?')


def links(answer) -> dict[str, set[str]]:
    """Gives the addresses of an answer's links by their relation."""
    found: dict[str, set[str]] = {}
    for address, relation, _ in LINK.findall(", ".join(answer.headers.getlist("Link"))):
        found.setdefault(relation, set()).add(address)
    return found


def test_the_home_page_leads_to_all_that_the_profile_asks_for(client, release):
    """What to cite, the kind, the licence, each description, each plain dump, and the linkset."""
    told = links(client.get("/", headers=BROWSER))
    assert told["cite-as"] == {release.config.base}
    assert told["type"] == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
    assert told["license"] == {release.config.licence}
    assert "/catalog?format=ttl" in told["describedby"]
    assert told["item"] == {
        f"/dumps/{dump.file}"
        for dump in release.manifest.dumps
        if dump.compression is None and dump.graph is None
    }
    assert told["linkset"] == {"/linkset"}


def test_a_page_leads_to_its_name_and_its_data(client):
    """The thing's own name is what to cite; its data describe it, and say so."""
    page = client.get("/doc/island/near", headers=BROWSER)
    told = links(page)
    assert told["cite-as"] == {"https://example.org/isles/id/island/near"}
    assert told["collection"] == {"/"}
    assert "/doc/island/near.ttl" in told["describedby"]
    data = client.get("/doc/island/near.ttl")
    assert links(data)["describes"] == {"/doc/island/near.html"}


def test_a_name_of_others_is_not_ours_to_cite(client):
    """Only a name below the graph's own base is told as the one to cite."""
    page = client.get("/resource?iri=http://www.w3.org/2002/07/owl%23Class", headers=BROWSER)
    assert page.status_code == 200
    assert "cite-as" not in links(page)


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
def test_a_description_leads_to_what_it_describes(client, path):
    """The catalogue and VoID are about the home page."""
    assert links(client.get(path, headers={"Accept": "text/turtle"}))["describes"] == {"/"}


def test_a_dump_leads_to_what_it_is_part_of(client, release):
    """So does its HEAD; its licence travels with it."""
    told = links(client.head("/dumps/isles.nq"))
    assert told["collection"] == {"/"}
    assert told["license"] == {release.config.licence}


def test_the_linkset_says_the_same_as_a_document(client, release):
    """RFC 9264: contexts with an anchor and arrays of targets, each with an absolute address."""
    answer = client.get("/linkset")
    assert answer.headers["Content-Type"] == "application/linkset+json"
    document = answer.get_json(force=True)
    assert list(document) == ["linkset"]
    by_anchor = {context.pop("anchor"): context for context in document["linkset"]}
    for context in by_anchor.values():
        for targets in context.values():
            assert targets
            assert all(target["href"].startswith("http") for target in targets)
            assert all(set(target) <= {"href", "type"} for target in targets)
    home = by_anchor["http://localhost/"]
    assert len(home["item"]) == len(release.manifest.dumps)
    for item in home["item"]:
        assert by_anchor[item["href"]]["collection"] == [
            {"href": "http://localhost/", "type": "text/html"}
        ]
        assert client.head(item["href"]).mimetype == item["type"]
    for description in home["describedby"]:
        assert by_anchor[description["href"]]["describes"]
        assert client.get(description["href"]).mimetype == description["type"]


def test_links_stay_below_the_prefix(site_with):
    """Each address of the site begins with it; with a public address the linkset has that."""
    client = site_with(prefix="/graph", public_url="https://example.org/graph")
    told = links(client.get("/graph/", headers=BROWSER))
    assert told["linkset"] == {"/graph/linkset"}
    assert all(address.startswith("/graph/dumps/") for address in told["item"])
    anchors = [
        each["anchor"] for each in client.get("/graph/linkset").get_json(force=True)["linkset"]
    ]
    assert all(anchor.startswith("https://example.org/graph/") for anchor in anchors)


def test_a_page_that_is_known_keeps_its_links_short(client):
    """The home page is kept for everybody: its links name no host."""
    answer = client.get("/", headers=BROWSER)
    assert "localhost" not in answer.headers["Link"]
    assert "localhost" not in answer.text
    again = client.get("/", headers={**BROWSER, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
