"""The history of each resource on its page."""

from tgkg.publish import noting
from tgkg.publish.prune import prune
from tgkg.publish.rollback import roll_back

BROWSER = {"Accept": "text/html"}
NEAR = "https://example.org/isles/id/island/near"
FAR = "https://example.org/isles/id/island/far"


def past_of(client, address):
    """Gives the part of a page that tells of its history."""
    page = client.get(address, headers=BROWSER)
    assert page.status_code == 200
    return page.text.partition('<section class="block past"')[2].partition("</section>")[0]


def test_a_page_tells_which_releases_changed_it(past):
    """Each with what it did, which leads to the comparison of this resource alone."""
    told = past_of(past.client, "/doc/island/near")
    a, b = past.ids[1], past.ids[2]
    assert f'href="/releases/{b}"' in told
    assert f'href="/releases/{a}...{b}?iri={NEAR}"' in told
    assert past.client.get(f"/releases/{a}...{b}?iri={NEAR}").status_code == 200
    assert told.count("<li>") == 2
    assert past.releases[0].manifest.version in told
    assert "first release that is known" in told


def test_what_came_later_says_when(past):
    """A thing that a release brought says so, and is not said to have been there before."""
    told = past_of(past.client, "/doc/ferry/early")
    assert f'href="/releases/{past.ids[2]}"' in told
    assert "came" in told
    assert past.ids[0] not in told


def test_data_lead_to_it(past):
    """The history is linked from every form of a resource (RFC 5829)."""
    for address in ("/doc/island/near", "/doc/island/near.ttl"):
        links = past.client.get(address).headers.getlist("Link")
        assert f'</releases/?iri={NEAR}>; rel="version-history"' in links


def test_what_is_only_mentioned_has_none(past):
    """There is nothing said about it that could change."""
    page = past.client.get("/resource?iri=http://www.w3.org/2000/01/rdf-schema%23Class")
    assert page.status_code in (200, 404)
    assert "version-history" not in str(page.headers)


def test_it_is_that_of_the_release_shown(own_past, project):
    """After going back, what came later is no part of it."""
    assert own_past.ids[2] in past_of(own_past.client, "/doc/island/near")
    roll_back([project], own_past.state, own_past.ids[1])
    assert own_past.ids[2] not in past_of(own_past.client, "/doc/island/near")


def test_pruned_releases_are_told_of_without_a_link(own_past):
    """What is no longer kept is named as such; the comparison is there still."""
    before = past_of(own_past.client, "/doc/island/near")
    assert "no longer kept" not in before
    prune(own_past.state, 0)
    told = past_of(own_past.client, "/doc/island/near")
    assert "no longer kept" in told
    assert f"...{own_past.ids[2]}?iri=" in told


def test_releases_that_changed_too_much_are_counted(own_past, project, publish, monkeypatch):
    """Where it is not known what a release changed, the page says so."""
    monkeypatch.setattr(noting, "MOST_TOLD", 0)
    register = project / "data/register/islands.ttl"
    register.write_text(register.read_text().replace("345", "346"))
    publish(project, own_past.state)
    assert "1 release changed too much" in past_of(own_past.client, "/doc/island/near")


def test_without_a_chronicle_there_is_none(own_past):
    """A page is whole without a history."""
    (own_past.state.folder / "chronicle.sqlite").unlink()
    assert past_of(own_past.client, "/doc/island/near") == ""
