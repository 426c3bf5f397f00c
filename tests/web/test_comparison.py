"""What changed from one release to another, over HTTP."""

import hashlib
import json
import tracemalloc

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tgkg.publish.build import build
from tgkg.publish.prune import prune
from tgkg.release import State
from tgkg.web import comparing, comparison, comparison_page
from tgkg.web.app import create_app

BROWSER = {"Accept": "text/html"}
NEAR = "https://example.org/isles/id/island/near"
FAR = "https://example.org/isles/id/island/far"

STATEMENTS = st.sampled_from(
    ["<x:a> <x:p> 1", "<x:a> <x:p> 2", '<x:b> <x:p> "é\\n"@en', "<x:b> <x:q> <x:a>",
     '<x:c> <x:p> "\\r \\u0085"', "<x:c> <x:q> [ <x:r> 1 ]", "<x:c> <x:q> [ <x:r> 2 ]"]
)  # fmt: skip
TEXTS = st.sets(st.tuples(st.sampled_from(["<x:g>", "<x:h>"]), STATEMENTS), max_size=8)


def address(a, b, query=""):
    """Gives the address of a comparison."""
    return f"/releases/{a.id}...{b.id}{query}"


def patched(data, patch):
    """Applies a patch to canonical N-Quads: every line of it must apply."""
    lines = set(data.split(b"\n")[:-1])
    for row in patch.split(b"\n")[:-1]:
        letter, line = row.split(b" ", 1)
        assert (line in lines) == (letter == b"D")
        (lines.remove if letter == b"D" else lines.add)(line)
    return b"".join(line + b"\n" for line in sorted(lines))


@settings(max_examples=15)
@given(texts=st.lists(TEXTS, min_size=2, max_size=4))
def test_the_patch_makes_the_one_of_the_other(texts, tmp_path_factory):
    """Got over HTTP and applied to the data of A, it gives the data hash of B, for any two."""
    folder = tmp_path_factory.mktemp("site")
    state, source, made = State(folder / "state"), folder / "g.trig", []
    for text in texts:
        source.write_text("".join(f"{graph} {{ {said} }}\n" for graph, said in sorted(text)))
        made.append(build([source], state, lambda _: None).release)
    client = create_app(state).test_client()
    for a in made:
        for b in made:
            answer = client.get(address(a, b, "?format=patch"))
            assert answer.mimetype == "application/rdf-patch"
            found = hashlib.sha256(patched(a.data.read_bytes(), answer.data)).hexdigest()
            assert found == b.manifest.data_hash


class TestForms:
    """A comparison comes as JSON, RDF and patch, and they say the same."""

    def test_json_tells_by_resource_and_by_source(self, past):
        """Totals first, then each resource with what came and what went."""
        a, b = past.releases[0], past.releases[-1]
        found = past.client.get(address(a, b, "?format=json")).get_json()
        assert (found["before"]["id"], found["after"]["id"]) == (a.id, b.id)
        added = {line for each in found["resources"] for line in each["added"]}
        removed = {line for each in found["resources"] for line in each["removed"]}
        before, after = (set(each.data.read_text().splitlines()) for each in (a, b))
        assert (added, removed) == (after - before, before - after)
        assert found["totals"]["added"] == len(added)
        assert found["totals"]["removed"] == len(removed)
        assert found["totals"]["resources"] == len(found["resources"])
        assert sum(each["added"] for each in found["totals"]["graphs"]) == len(added)

    @pytest.mark.parametrize("name", ["trig", "nquads", "jsonld"])
    def test_rdf_has_a_graph_of_insertions_and_one_of_deletions_a_source(self, past, name):
        """Each says which source it is of, and how many statements it has."""
        a, b = past.releases[1], past.releases[2]
        answer = past.client.get(address(a, b, f"?format={name}"))
        quads = list(ox.parse(answer.data, ox.RdfFormat.from_media_type(answer.mimetype)))
        told = {(q.predicate.value, q.object.value): q for q in quads
                if isinstance(q.graph_name, ox.DefaultGraph)}  # fmt: skip
        delta = "http://www.w3.org/2004/delta#"
        (inserted,) = (o for p, o in told if p == delta + "insertion")
        (deleted,) = (o for p, o in told if p == delta + "deletion")
        before, after = (
            {str(quad.triple) for quad in ox.parse(each.data.read_bytes(), ox.RdfFormat.N_QUADS)}
            for each in (a, b)
        )
        for graph, statements in ((inserted, after - before), (deleted, before - after)):
            assert {str(q.triple) for q in quads if str(q.graph_name) == f"<{graph}>"} == statements
        assert (
            "http://www.w3.org/ns/prov#wasRevisionOf",
            f"http://localhost/releases/{a.id}",
        ) in told

    def test_each_is_kept_and_known_again(self, past):
        """What never changes may be kept for a day, and has a tag that costs no reading."""
        a, b = past.releases[0], past.releases[1]
        for name in ("json", "patch", "trig"):
            whole = past.client.get(address(a, b, f"?format={name}"))
            assert whole.headers["Cache-Control"] == "public, max-age=86400"
            known = {"If-None-Match": whole.headers["ETag"]}
            assert (
                past.client.get(address(a, b, f"?format={name}"), headers=known).status_code == 304
            )
            assert past.client.head(address(a, b, f"?format={name}")).data == b""

    def test_a_patch_is_a_file(self, past):
        """It is downloaded by a name that says what it is."""
        answer = past.client.get(address(*past.releases[:2], "?format=patch"))
        name = f"{past.ids[0][:12]}-{past.ids[1][:12]}.rdfp"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'

    def test_a_form_without_graphs_is_refused(self, past):
        """Turtle cannot hold which statement came and which went."""
        answer = past.client.get(address(*past.releases[:2]), headers={"Accept": "text/turtle"})
        assert answer.status_code == 406
        assert "application/trig" in answer.get_json()["offered"]

    def test_much_does_not_come_in_order(self, past, monkeypatch):
        """What would have to be put in order in memory is refused past a limit."""
        monkeypatch.setattr(comparison, "MOST_AS_RDF", 3)
        answer = past.client.get(address(past.releases[0], past.releases[-1], "?format=trig"))
        assert answer.status_code == 406
        assert answer.get_json()["offered"] == ["application/rdf-patch", "application/json"]


class TestPage:
    """The page shows so many resources at a time, whatever changed."""

    def test_names_things_as_their_release_did(self, past):
        """What is gone still has the name that it had; texts of the data are escaped."""
        page = past.client.get(address(past.releases[2], past.releases[3]), headers=BROWSER).text
        assert "Far" in page
        assert f"?iri={FAR}" in page
        renamed = past.client.get(address(past.releases[1], past.releases[2]), headers=BROWSER).text
        assert "&lt;b&gt;Nearby&lt;/b&gt; &amp; so" in renamed
        assert "<b>Nearby" not in renamed

    def test_of_one_resource_has_only_that(self, past):
        """With `iri=` the page, and each form, is about one resource."""
        a, b = past.releases[0], past.releases[-1]
        page = past.client.get(address(a, b, f"?iri={NEAR}"), headers=BROWSER)
        assert page.status_code == 200
        assert "Early ferry" not in page.text
        found = past.client.get(address(a, b, f"?iri={NEAR}&format=json")).get_json()
        assert [each["resource"] for each in found["resources"]] == [f"<{NEAR}>"]
        patch = past.client.get(address(a, b, f"?iri={NEAR}&format=patch")).data
        assert patch.count(b"\n") == 2
        none = past.client.get(address(a, b, "?iri=https://example.org/none"), headers=BROWSER)
        assert "No statement came or went" in none.text
        assert past.client.get(address(a, b, "?iri=x")).status_code == 400

    def test_goes_on_to_the_next(self, past, monkeypatch):
        """Each page leads to the next until every resource was shown once."""
        monkeypatch.setattr(comparison_page, "PAGE", 2)
        a, b = past.releases[0], past.releases[-1]
        shown, at = [], address(a, b)
        while at:
            page = past.client.get(at, headers=BROWSER).text
            shown.append(page.count('<article class="edited">'))
            at = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        assert shown == [2, 2, 1]

    def test_the_same_release_has_no_changes(self, past):
        """Nothing comes, nothing goes."""
        page = past.client.get(address(past.releases[0], past.releases[0]), headers=BROWSER)
        assert "No statement came or went" in page.text

    def test_what_is_too_much_to_count_is_told_step_by_step(self, past, monkeypatch):
        """Past a limit the page names the releases between, each with what it changed."""
        monkeypatch.setattr(comparing, "MOST_COUNTED", 3)
        a, b = past.releases[0], past.releases[-1]
        page = past.client.get(address(a, b, "?lang=en"), headers=BROWSER)
        for before, after in zip(past.releases, past.releases[1:], strict=False):
            assert address(before, after) in page.text
        assert past.client.get(address(a, b, "?format=json&lang=en")).get_json()["totals"] is None


def test_short_names_lead_to_the_full(past):
    """`previous...current` and the beginnings of ids lead to the ids, with what was asked."""
    answer = past.client.get("/releases/previous...current?format=patch&iri=x:a")
    assert answer.status_code == 302
    expected = address(*past.releases[-2:], "?iri=x:a&format=patch")
    assert sorted(answer.headers["Location"].split("?")[1].split("&")) == sorted(
        expected.split("?")[1].split("&")
    )
    assert answer.headers["Location"].startswith(address(*past.releases[-2:]))
    assert past.client.get("/releases/x...current").status_code == 404


def test_pruned_releases_can_be_compared(own_past):
    """What changed is known without the releases themselves."""
    a, b = own_past.releases[0], own_past.releases[1]
    before = own_past.client.get(address(a, b, "?format=patch")).data
    data = a.data.read_bytes()
    prune(own_past.state, 0)
    assert own_past.client.get(address(a, b, "?format=patch")).data == before
    assert hashlib.sha256(patched(data, before)).hexdigest() == b.manifest.data_hash
    page = own_past.client.get(address(a, b), headers=BROWSER)
    assert page.status_code == 200
    assert "no longer kept" in page.text


def test_without_a_chronicle_the_data_are_compared(own_past):
    """Releases at hand of which nothing was noted are compared by reading them, for programs."""
    (own_past.state.folder / "chronicle.sqlite").unlink()
    a, b = own_past.releases[0], own_past.releases[-1]
    patch = own_past.client.get(address(a, b, "?format=patch")).data
    assert patched(a.data.read_bytes(), patch) == b.data.read_bytes()
    page = own_past.client.get(address(a, b), headers=BROWSER)
    assert page.status_code == 200
    assert "not shown one by one" in page.text
    prune(own_past.state, 0)
    assert own_past.client.get(address(a, b, "?format=patch")).status_code == 404


def test_a_large_difference_opens_at_once(tmp_path):
    """A page and the beginning of a patch take neither the memory nor the time of all of it."""
    source, state = tmp_path / "g.nt", State(tmp_path / "state")
    source.write_text("<x:a> <x:p> 1 .\n".replace("1", '"1"'))
    a = build([source], state, lambda _: None).release
    source.write_text("".join(f'<x:{n:06}> <x:p> "{n}" .\n' for n in range(30_000)))
    b = build([source], state, lambda _: None).release
    client = create_app(state).test_client()
    client.get("/releases/", headers=BROWSER)
    tracemalloc.start()
    page = client.get(address(a, b), headers=BROWSER)
    answer = client.get(address(a, b, "?format=json"), buffered=False)
    count = sum(len(piece) for piece in answer.response)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert page.text.count('<article class="edited">') == 50
    assert "30,000" in page.text
    assert count > 3_000_000
    assert peak < 8_000_000
    assert json.loads(client.get(address(a, b, "?format=json")).data)["totals"]["added"] == 30_000
