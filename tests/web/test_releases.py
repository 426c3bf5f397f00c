"""The list of releases, and each release in short."""

import shutil

import pyoxigraph as ox
import pytest

from tgkg.formats import RDF_FORMATS
from tgkg.iris import RDF
from tgkg.publish.build import build
from tgkg.publish.prune import prune
from tgkg.publish.rollback import roll_back
from tgkg.web import releases

BROWSER = {"Accept": "text/html"}
DCAT = "http://www.w3.org/ns/dcat#"
FAR = "https://example.org/isles/id/island/far"


def listed(client, query=""):
    """Gives the releases that the list has, as JSON."""
    return client.get(f"/releases/?format=json{query}").get_json()["releases"]


class TestList:
    """`/releases/` lists what was published, the newest first."""

    def test_has_every_release_with_its_change(self, past):
        """Each with version, day, size, what it changed, and where that is told."""
        found = listed(past.client)
        assert [each["id"] for each in found] == past.ids[::-1]
        assert [each["current"] for each in found] == [True, False, False, False]
        assert [(each["added"], each["removed"]) for each in found] == [
            (0, 5), (8, 6), (1, 2), (0, 0),
        ]  # fmt: skip
        for each, release in zip(found, reversed(past.releases), strict=True):
            assert each["version"] == release.manifest.version
            assert each["triples"] == release.manifest.counts.triples
            assert past.client.get(each["href"]).status_code == 200
        assert found[0]["before"] == past.ids[-2]
        assert past.client.get(found[0]["changes"]).status_code == 200
        assert found[-1]["changes"] is None

    @pytest.mark.parametrize("lang", ["en", "nl"])
    def test_is_a_page(self, past, lang):
        """People see the same, with links that keep their language."""
        page = past.client.get(f"/releases/?lang={lang}", headers=BROWSER)
        assert page.headers["Content-Language"] == lang
        for name in past.ids:
            assert f'href="/releases/{name}?lang={lang}"' in page.text

    def test_is_dcat(self, past):
        """Each release is a version of the dataset, named by the address of its page."""
        quads = list(ox.parse(past.client.get("/releases/?format=ttl").data, ox.RdfFormat.TURTLE))
        names = [f"http://localhost/releases/{each}" for each in past.ids]
        versions = {q.object.value for q in quads if q.predicate.value == DCAT + "hasVersion"}
        assert versions == set(names)
        (current,) = (q for q in quads if q.predicate.value == DCAT + "hasCurrentVersion")
        assert current.object.value == names[-1]
        assert current.subject.value == "http://localhost/.well-known/void#dataset"
        before = {q.subject.value: q.object.value for q in quads
                  if q.predicate.value == DCAT + "previousVersion"}  # fmt: skip
        assert before == dict(zip(names[1:], names[:-1], strict=True))
        assert versions <= {q.subject.value for q in quads if q.predicate.value == RDF + "type"}

    def test_comes_in_pages(self, past, monkeypatch):
        """A long list is cut, and each part leads to the next and to the one before."""
        monkeypatch.setattr(releases, "PAGE", 2)
        first = past.client.get("/releases/?format=json&page=1").get_json()
        second = past.client.get(f"{first['next']}&format=json").get_json()
        found = [each["id"] for each in (*first["releases"], *second["releases"])]
        assert found == past.ids[::-1]
        assert second["next"] is None
        assert 'rel="prev"' in past.client.get("/releases/?page=2", headers=BROWSER).text
        links = past.client.get(f"{first['next']}&format=json").headers.getlist("Link")
        assert '</releases/?page=1>; rel="prev"' in links

    @pytest.mark.parametrize("number", ["0", "-1", "99", "x", "1" * 40])
    def test_has_no_page_outside(self, past, number):
        """A page that is not there is the nearest."""
        assert past.client.get(f"/releases/?page={number}&format=json").get_json()["page"] == 1

    def test_of_one_resource_has_those_that_changed_it(self, past):
        """With `iri=` there are only the releases that changed it, each with what it did."""
        found = listed(past.client, f"&iri={FAR}")
        assert [each["id"] for each in found] == [past.ids[3], past.ids[1]]
        assert [(each["added"], each["removed"]) for each in found] == [(0, 4), (1, 1)]
        page = past.client.get(f"/releases/?iri={FAR}", headers=BROWSER)
        assert f"...{past.ids[1]}?iri=" in page.text
        assert listed(past.client, "&iri=https://example.org/nothing") == []
        assert past.client.get("/releases/?iri=x").status_code == 400

    def test_without_releases_there_is_nothing_yet(self, empty_site):
        """A site that has published nothing says so, as everywhere."""
        assert empty_site.get("/releases/").status_code == 503


class TestOne:
    """`/releases/{id}` tells what a release is."""

    def test_has_what_its_manifest_says(self, past):
        """Version, hashes, counts, dumps, the report, and what it changed."""
        release = past.releases[-1]
        found = past.client.get(f"/releases/{release.id}?format=json").get_json()
        assert found["version"] == release.manifest.version
        assert found["data_hash"] == release.manifest.data_hash
        assert found["counts"]["triples"] == release.manifest.counts.triples
        assert found["current"] is True
        assert found["report"] == release.report().as_json()
        assert len(found["dumps"]) == len(release.manifest.dumps)
        assert all(d["href"].startswith(f"/releases/{release.id}/dumps/") for d in found["dumps"])
        assert (found["changes"]["added"], found["changes"]["removed"]) == (0, 5)
        assert found["changes"]["graphs"] == [
            {"graph": "https://example.org/isles/id/graph/register", "added": 0, "removed": 5}
        ]

    def test_is_a_page(self, past):
        """People see it too, the first release included, which changed nothing."""
        for release in past.releases:
            page = past.client.get(f"/releases/{release.id}", headers=BROWSER)
            assert page.status_code == 200
            assert release.manifest.data_hash in page.text
            assert f'href="/releases/{release.id}/"' in page.text

    @pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
    def test_is_rdf(self, past, fmt):
        """Every RDF format describes it by its address."""
        address = f"/releases/{past.ids[1]}"
        answer = past.client.get(address, headers={"Accept": fmt.media_type})
        assert answer.mimetype == fmt.media_type
        subjects = {quad.subject.value for quad in ox.parse(answer.data, fmt.rdf)
                    if isinstance(quad.subject, ox.NamedNode)}  # fmt: skip
        assert f"http://localhost{address}" in subjects

    def test_is_found_by_what_people_call_it(self, past):
        """`current`, `previous` and as many letters as tell it from the others lead to it."""
        for name, release in (
            ("current", past.ids[-1]), ("previous", past.ids[-2]), (past.ids[0][:16], past.ids[0]),
        ):  # fmt: skip
            answer = past.client.get(f"/releases/{name}?lang=nl")
            assert (answer.status_code, answer.headers["Location"]) == (
                302, f"/releases/{release}?lang=nl",
            )  # fmt: skip

    @pytest.mark.parametrize(
        "name", ["ffffffffffff", "x", "..", "current...", "%00", "a%2e%2e%2eb"]
    )
    def test_no_such_release_is_404(self, past, name):
        """A name that no release has is not found, and no folder of this machine is named."""
        answer = past.client.get(f"/releases/{name}")
        assert answer.status_code == 404
        assert str(past.state.folder) not in answer.text

    def test_answers_head_and_304(self, past):
        """Who has it already need not get it again."""
        address = f"/releases/{past.ids[0]}"
        whole = past.client.get(address, headers=BROWSER)
        head = past.client.head(address, headers=BROWSER)
        assert head.headers["ETag"] == whole.headers["ETag"]
        known = {**BROWSER, "If-None-Match": whole.headers["ETag"]}
        assert past.client.get(address, headers=known).status_code == 304


def test_what_was_pruned_is_told_of_still(own_past):
    """A release that is gone stays in the list, and its page says that it is gone."""
    before = listed(own_past.client)
    assert all(each["kept"] for each in before)
    prune(own_past.state, 0)
    found = listed(own_past.client)
    assert [each["kept"] for each in found] == [True, True, False, False]
    assert [(each["added"], each["removed"]) for each in found] == [
        (each["added"], each["removed"]) for each in before
    ]
    gone = own_past.client.get(f"/releases/{own_past.ids[0]}")
    assert gone.status_code == 410
    assert "no longer kept" in gone.get_json()["detail"]
    assert own_past.client.get("/releases/", headers=BROWSER).status_code == 200


def test_the_current_one_is_marked_after_going_back(own_past, project):
    """The list and the pages follow a rollback at once, without a restart."""
    assert listed(own_past.client)[0]["current"]
    roll_back([project], own_past.state)
    assert [each["current"] for each in listed(own_past.client)] == [False, True, False, False]


def test_releases_without_a_chronicle_are_listed(own_past):
    """Where nothing was noted, the releases at hand are listed, without what they changed."""
    (own_past.state.folder / "chronicle.sqlite").unlink()
    shutil.rmtree(own_past.state.releases / own_past.ids[0])
    found = listed(own_past.client)
    assert {each["id"] for each in found} == set(own_past.ids[1:])
    assert {each["changes"] for each in found} == {None}
    for each in found:
        assert own_past.client.get(each["href"], headers=BROWSER).status_code == 200


def test_everything_works_below_a_prefix(site_with):
    """Links start with the prefix, or with the public address where they are absolute."""
    client = site_with(prefix="/a", public_url="https://isles.example/a")
    (one,) = client.get("/a/releases/?format=json").get_json()["releases"]
    assert one["href"].startswith("/a/releases/")
    told = client.get(f"{one['href']}?format=nt").text
    assert f"<https://isles.example{one['href']}>" in told
    assert "http://localhost" not in told
    page = client.get("/a/", headers=BROWSER)
    assert f'href="{one["href"]}"' in page.text
    assert client.get("/a/releases/current").headers["Location"] == one["href"]


def test_why_a_release_was_allowed_is_told(project, own_past):
    """A release that breaks its shapes says why it is there, escaped, in list and page."""
    register = project / "data/register/islands.ttl"
    register.write_text(
        register.read_text().replace("isle:inhabitants 345", 'isle:inhabitants "n"')
    )
    made = build([project], own_past.state, lambda _: None, "a <b>try</b>").release
    assert listed(own_past.client)[0]["allowed"] == "a <b>try</b>"
    for address in ("/releases/", f"/releases/{made.id}"):
        page = own_past.client.get(address, headers=BROWSER).text
        assert "a &lt;b&gt;try&lt;/b&gt;" in page
        assert "<b>try" not in page
