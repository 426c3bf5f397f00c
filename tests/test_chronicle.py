"""The chronicle tells what each release changed, also when the release itself is gone."""

import hashlib
import json
import shutil

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.changes import ADDED, lines_of
from tgkg.chronicle import FILE, Chronicle
from tgkg.config import Config
from tgkg.errors import UnwritableError
from tgkg.manifest import MANIFEST, Counts, Manifest
from tgkg.publish import noting
from tgkg.publish.build import build, build_if_changed
from tgkg.publish.noting import note
from tgkg.publish.rollback import roll_back
from tgkg.release import Release, State

IRIS = st.sampled_from(["x:a", "x:b", "x:b2", "x:é", "x:\U0001f600"]).map(ox.NamedNode)
BLANKS = st.sampled_from(["a", "a1", "a-", "a.b"]).map(ox.BlankNode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=3).map(ox.Literal)
QUADS = st.builds(ox.Quad, IRIS | BLANKS, IRIS, IRIS | BLANKS | TEXTS, IRIS)
GRAPHS = st.sets(QUADS, max_size=12)


def add(state, number, quads, parent=None):
    """Puts a release into a state folder, and notes it as what came after its parent."""
    lines = "".join(f"{line} .\n" for line in sorted(map(str, quads))).encode()
    digest = hashlib.sha256(f"{number}".encode() + lines).hexdigest()
    folder = state.releases / digest
    (folder / "dumps").mkdir(parents=True)
    (folder / "dumps/g.nq").write_bytes(lines)
    manifest = Manifest(
        digest, hashlib.sha256(lines).hexdigest(), f"2024-01-{number + 1:02}T00:00:00Z", "tgkg 0",
        Config("g", {"": "G"}), {}, Counts(0, 0, 0, {}, {}, {}), (), {}, version=f"v{number}",
    )  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest.as_json()))
    if parent:
        state.current_link.unlink(missing_ok=True)
        state.current_link.symlink_to(f"releases/{parent.id}")
    release = Release.open(folder)
    note(state, release)
    return release


@st.composite
def trees(draw):
    """Draws the data of some releases, each with the place of its parent among those before it."""
    made = draw(st.lists(GRAPHS, min_size=2, max_size=5))
    return [(g, draw(st.integers(0, n - 1)) if n else None) for n, g in enumerate(made)]


@given(tree=trees())
def test_any_two_releases_are_compared_without_their_data(tree, tmp_path_factory):
    """Whatever came from what, what was noted tells the difference of any two to the letter."""
    state = State(tmp_path_factory.mktemp("state"))
    made = []
    for number, (quads, parent) in enumerate(tree):
        made.append(add(state, number, quads, made[parent] if parent is not None else None))
    shutil.rmtree(state.releases)
    chronicle = Chronicle.open(state)
    for a, (before, _) in zip(made, tree, strict=True):
        for b, (after, _) in zip(made, tree, strict=True):
            way = chronicle.way(chronicle.entry(a.id), chronicle.entry(b.id))
            found = list(chronicle.changed(way))
            changes = [change for each in found for change in each.changes]
            assert {c.line[:-3].decode() for c in changes if c.letter == ADDED} == {
                str(quad) for quad in after - before
            }
            assert len(changes) == len(before ^ after)
            assert [c.line for c in changes] == sorted(c.line for c in changes)
            assert len({each.subject for each in found}) == len(found)
            for each in found:
                assert chronicle.changed_of(way, each.subject) == each
            if len(found) > 1:
                assert list(chronicle.changed(way, found[0].subject)) == found[1:]


@given(tree=trees())
def test_which_release_has_a_resource_is_known(tree, tmp_path_factory):
    """Of each resource that changed, it is known of every release whether it describes it."""
    state = State(tmp_path_factory.mktemp("state"))
    made = []
    for number, (quads, parent) in enumerate(tree):
        made.append(add(state, number, quads, made[parent] if parent is not None else None))
    chronicle = Chronicle.open(state)
    for iri in ("x:a", "x:b", "x:b2", "x:é"):
        subject = ox.NamedNode(iri)
        truth = [any(quad.subject == subject for quad in quads) for quads, _ in tree]
        held = chronicle.holding(iri)
        if held:
            assert [held[number + 1] for number in range(len(tree))] == truth
        else:
            assert len(set(truth)) == 1
        for touch in chronicle.touches(iri):
            assert truth[touch.entry.number - 1] is touch.now
            assert truth[touch.entry.parent - 1] is touch.was
        mentioned = [any(subject in (q.object, q.predicate, q.graph_name) for q in quads)
                     for quads, _ in tree]  # fmt: skip
        assert all(mentioned[number - 1] for number in chronicle.mentioning(iri))


@pytest.fixture
def project(tmp_path):
    """Gives a source file and a state folder, and a function that publishes a text."""
    source, state = tmp_path / "g.trig", State(tmp_path / "state")

    def publish(text):
        source.write_text(text)
        return build([source], state, lambda _: None).release

    return source, state, publish


def test_a_build_notes_what_it_changed(project):
    """The chronicle is there before the release is current, with counts by source."""
    _, state, publish = project
    first = publish("<x:g> { <x:a> <x:p> 1, 2 }")
    second = publish("<x:g> { <x:a> <x:p> 1 } <x:h> { <x:b> <x:p> 1 }")
    chronicle = Chronicle.open(state)
    entry = chronicle.entry(second.id)
    assert chronicle.parent(entry).id == first.id
    assert (entry.added, entry.removed, entry.resources) == (1, 1, 2)
    assert [(t.graph, t.added, t.removed) for t in chronicle.tallies(entry)] == [
        ("<x:g>", 0, 1), ("<x:h>", 1, 0),
    ]  # fmt: skip
    publish("<x:g> { <x:a> <x:p> 1, 2 }")  # the first again: nothing new is known
    assert len(Chronicle.open(state).entries) == 2


def test_after_a_rollback_the_next_release_is_compared_with_the_current(project):
    """What is built after going back came from what was gone back to."""
    source, state, publish = project
    first, second = publish("<x:g> { <x:a> <x:p> 1 }"), publish("<x:g> { <x:a> <x:p> 2 }")
    roll_back([source], state)
    third = publish("<x:g> { <x:a> <x:p> 3 }")
    chronicle = Chronicle.open(state)
    assert chronicle.parent(chronicle.entry(third.id)).id == first.id
    way = chronicle.way(chronicle.entry(second.id), chronicle.entry(third.id))
    assert [step.is_back for step in way] == [True, False]
    (changed,) = chronicle.changed(way)
    assert [line[:1] for line in lines_of(changed.changes)] == [b"D", b"A"]


def test_releases_of_before_are_noted_at_the_next_start(project):
    """A state folder without a chronicle gets one, its releases in the order they were made."""
    source, state, publish = project
    publish("<x:g> { <x:a> <x:p> 1 }")
    publish("<x:g> { <x:a> <x:p> 2 }")
    (state.folder / FILE).unlink()
    build_if_changed([source], state, lambda _: None)
    entries = list(Chronicle.open(state).entries.values())
    assert [entry.parent for entry in entries] == [None, 1]


def test_too_many_changes_are_only_counted(project, monkeypatch):
    """Of a release that changes too much at once it is known how much, and no more."""
    _, state, publish = project
    monkeypatch.setattr(noting, "MOST_TOLD", 3)
    first = publish("<x:g> { <x:a> <x:p> 1 }")
    second = publish("<x:g> { <x:b> <x:p> 1, 2 . <x:c> <x:p> 1, 2 }")
    chronicle = Chronicle.open(state)
    entry = chronicle.entry(second.id)
    assert (entry.added, entry.removed, entry.told) == (4, 1, False)
    assert chronicle.way(chronicle.entry(first.id), entry) is None
    assert (chronicle.touches("x:b"), chronicle.tallies(entry)) == ((), ())


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_without_a_chronicle_nothing_is_known(tmp_path, content):
    """A chronicle that is absent or damaged tells nothing, and breaks nothing."""
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    chronicle = Chronicle.open(State(tmp_path))
    assert (chronicle.entries, chronicle.entry("aa"), chronicle.touches("x:a")) == ({}, None, ())


def test_a_damaged_chronicle_is_made_anew(project):
    """What is lost of it with releases that are gone is lost; the rest is noted again."""
    _, state, publish = project
    publish("<x:g> { <x:a> <x:p> 1 }")
    (state.folder / FILE).write_bytes(b"no database")
    publish("<x:g> { <x:a> <x:p> 2 }")
    assert [entry.parent for entry in Chronicle.open(state).entries.values()] == [None, 1]


def test_a_chronicle_that_cannot_be_written_stops_the_build(project):
    """The release before stays current, and nothing half written is left."""
    _, state, publish = project
    first = publish("<x:g> { <x:a> <x:p> 1 }")
    before = (state.folder / FILE).read_bytes()
    (state.folder / f"{FILE}.new").mkdir()
    with pytest.raises(UnwritableError):
        publish("<x:g> { <x:a> <x:p> 2 }")
    assert state.current_id() == first.id
    assert (state.folder / FILE).read_bytes() == before
