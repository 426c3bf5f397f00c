"""What is cited says the same later, whatever was published meanwhile."""

import pytest

BROWSER = {"Accept": "text/html"}
QUERY = "/sparql?format=csv&query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"


@pytest.mark.parametrize(
    "path",
    ["/doc/island/near.ttl", "/resource?iri=https://example.org/isles/id/ferry/morning&format=nt",
     "/graphs?default&format=nt", "/dumps/isles.trig", QUERY],
)  # fmt: skip
def test_a_citation_leads_to_the_same_answer_later(own_past, project, publish, path):
    """The link in a citation gives these bytes after the next release, and after that."""
    now = own_past.client.get(path)
    assert now.status_code in (200, 301)
    (cited,) = own_past.client.get("/cite", query_string={"path": path, "format": "csl"}).get_json(
        force=True
    )
    register = project / "data/register/islands.ttl"
    register.write_text(register.read_text().replace("345", "999").replace("Early", "Late"))
    publish(project, own_past.state)
    later = own_past.client.get(cited["URL"].removeprefix("http://localhost"))
    assert later.status_code == now.status_code
    if now.status_code == 200:
        assert later.data == now.data
        assert later.data != own_past.client.get(path).data


def test_what_is_gone_is_where_the_answer_says(past):
    """The address that a 410 names has the page, the data, and a footer that cites that release."""
    for path in ("/doc/island/far", "/doc/island/far.nt"):
        href = past.client.get(path).get_json()["last_release"]["href"]
        assert past.client.get(href).status_code == 200
    page = past.client.get(f"/releases/{past.ids[2]}/doc/island/far", headers=BROWSER)
    assert f'href="/releases/{past.ids[2]}/cite?path=/doc/island/far"' in page.text
    assert f'href="/releases/{past.ids[2]}"' in page.text
    assert 'href="/releases/feed.atom"' in page.text


def test_an_old_release_knows_no_later_one(past):
    """In a release a name that came later is not found, and one that went before is gone."""
    first, last = past.ids[0], past.ids[-1]
    assert past.client.get(f"/releases/{first}/doc/ferry/early").status_code == 404
    gone = past.client.get(f"/releases/{last}/doc/island/far")
    assert gone.status_code == 410
    assert gone.get_json()["last_release"]["href"] == f"/releases/{past.ids[2]}/doc/island/far"


def test_everything_on_the_page_of_a_release_is_there(past):
    """Its dumps, its report, its citation and the site as it was."""
    for release in past.ids:
        found = past.client.get(f"/releases/{release}?format=json").get_json()
        for dump in found["dumps"][:3]:
            assert past.client.get(dump["href"]).status_code == 200
        for path in ("/", "/validation", "/cite"):
            answer = past.client.get(f"/releases/{release}{path}", headers=BROWSER)
            assert answer.status_code == 200
            assert f"/releases/{release}" in answer.text
