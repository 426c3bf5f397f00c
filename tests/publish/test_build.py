"""A build makes a whole release or changes nothing, and the same content has the same name."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import rdflib
from small_project import (
    DATA,
    FILES,
    edited,
    make_project,
    quiet,
    released,
    snapshot,
)

from tgkg.errors import TgkgError
from tgkg.publish.build import build, build_if_changed
from tgkg.release import Release, State

CHANCE = random.Random(7)  # noqa: S311 (nothing here is secret)

# What is in a release.


def test_a_release_is_what_its_manifest_says(project, state):
    """Dumps have the size and checksum that it gives; the data hash is that of the N-Quads."""
    release = released(project, state)
    assert {dump.file for dump in release.manifest.dumps} == {
        path.name for path in (release.folder / "dumps").iterdir()
    }
    for dump in release.manifest.dumps:
        content = release.dump(dump.file).read_bytes()
        assert len(content) == dump.size
        assert hashlib.sha256(content).hexdigest() == dump.sha256
    assert hashlib.sha256(release.data.read_bytes()).hexdigest() == release.manifest.data_hash
    lines = release.data.read_text().splitlines()
    assert lines == sorted(set(lines))


def test_the_numbers_are_true(project, state):
    """The counts are those that rdflib gets from the dumps."""
    release = released(project, state)
    counts = release.manifest.counts
    dataset, graph = rdflib.Dataset(), rdflib.Graph()
    dataset.parse(release.data, format="nquads")
    graph.parse(release.dump("g.nt"), format="nt")
    by_graph = {str(g.identifier): len(g) for g in dataset.graphs() if len(g)}
    thing = rdflib.URIRef("https://example.org/Thing")
    assert counts.triples == len(graph)
    assert counts.quads == sum(by_graph.values())
    assert counts.quads > counts.triples
    assert counts.graphs == by_graph
    assert counts.subjects == len(set(graph.subjects()))
    assert counts.classes[str(thing)] == len(set(graph.subjects(rdflib.RDF.type, thing)))
    assert counts.properties == {
        str(p): len(list(graph.triples((None, p, None)))) for p in graph.predicates()
    }
    assert sum(counts.properties.values()) == counts.triples


def test_it_says_its_version_and_what_it_was_checked_with(project, state, tmp_path):
    """The version is the settings' or made of day and id; ontology and shapes go by their hash."""
    manifest = released(project, state).manifest
    assert manifest.version == f"{manifest.created[:10]}-{manifest.id[:8]}"
    edited(project, "shapes/Thing.ttl", "noem het", "geef het een naam")
    other = released(project, state).manifest.checked_with
    assert other.ontology == manifest.checked_with.ontology
    assert other.shapes != manifest.checked_with.shapes
    edited(project, "tgkg.toml", "name", 'version = "1.2"\nname')
    assert released(project, state).manifest.version == "1.2"
    bare = tmp_path / "bare.ttl"
    bare.write_text("<a:a> <a:b> 1 .")
    assert released(bare, State(tmp_path / "other")).manifest.checked_with is None


def test_a_release_carries_shapes_queries_and_report(project, state):
    """Shapes, queries and the report travel with the data, but are not part of it."""
    release = released(project, state)
    assert "minCount" in release.shapes.read_text()
    assert "minCount" not in release.data.read_text()
    assert (release.folder / "queries" / "all.rq").read_text() == FILES["queries/all.rq"]
    assert release.report().publishable
    assert release.report().validated
    assert b"ValidationReport" in (release.folder / "report.ttl").read_bytes()


def test_a_release_can_be_read_by_others(project, state):
    """The folder of a release may be read by whoever may read the state."""
    folder = released(project, state).folder
    assert folder.stat().st_mode & 0o555 == 0o555
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in folder.rglob("*"))


def test_hostile_prefixes_do_not_break_a_dump(tmp_path, state):
    """A prefix that Turtle has no name for is not used."""
    file = tmp_path / "a.jsonld"
    file.write_text(
        '{"@context": {"a b": "http://e/x#", "é.": "http://e/"},'
        '"@id": "http://e/x#s", "http://e/p": 1}'
    )
    release = released(file, state)
    for name in ("a.ttl", "a.trig", "a.rdf"):
        graph = rdflib.Dataset()
        graph.parse(release.dump(name))
        assert len(graph) == 1


# What names it.


def test_the_same_content_has_the_same_name_anywhere(project, state, tmp_path):
    """Another folder, written in another order, on another day, gives the same id and bytes."""
    names = list(FILES)
    CHANCE.shuffle(names)
    other = make_project(tmp_path / "else" / "where", {name: FILES[name] for name in names})
    one, two = released(project, state), released(other, State(tmp_path / "state2"))
    assert one.id == two.id
    files, others = snapshot(one.folder), snapshot(two.folder)
    for name in ("manifest.json", "catalog.ttl", "void.ttl", "SHA256SUMS"):  # when it was built
        del files[name], others[name]
    for found in (files, others):  # the engine writes its store as it goes
        for name in [each for each in found if each.startswith("store/")]:
            del found[name]
    assert files == others


def test_the_order_of_loose_files_does_not_change_the_name(tmp_path):
    """Files are the same graph in any order on the command line."""
    files = [tmp_path / name for name in ("b.ttl", "a.ttl", "c.ttl")]
    for number, file in enumerate(files):
        file.write_text(f"{DATA} e:c e:size {number} .")
    ids = {
        build(order, State(tmp_path / f"state{number}"), quiet).release.id
        for number, order in enumerate((files, files[::-1], [files[1], files[0], files[2]]))
    }
    assert len(ids) == 1


def test_hashes_do_not_depend_on_the_process(project, tmp_path):
    """Python's own hash seed changes nothing."""
    code = (
        "import sys; from pathlib import Path; from tgkg.release import State\n"
        "from tgkg.publish.build import build\n"
        "print(build([Path(sys.argv[1])], State(Path(sys.argv[2])), lambda _: None).release.id)"
    )
    ids = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        arguments = [sys.executable, "-c", code, project, tmp_path / f"state{seed}"]
        done = subprocess.run(
            arguments, env=environment, capture_output=True, text=True, check=True
        )
        ids.add(done.stdout)
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/one/things.ttl", "e:a a e:Thing", "# a comment\n\n\te:a   a\te:Thing"),
        ("data/one/things.ttl", "PREFIX e:", "PREFIX x: <https://example.net/x/>\nPREFIX e:"),
        ("data/one/things.ttl", "_:x", "_:anotherLabel"),
        ("data/one/things.ttl", "\n", "\r\n"),
        ("shapes/Thing.ttl", "e:Shape", "\n\ne:Shape"),
        ("tgkg.toml", "name", "# a comment\nname"),
    ],
)  # fmt: skip
def test_what_means_the_same_keeps_the_name(name, old, new, project, state):
    """Comments, prefixes, white space and labels of blank nodes are not content."""
    before = released(project, state)
    edited(project, name, old, new)
    after = released(project, state)
    assert after.id == before.id
    assert after.manifest.created == before.manifest.created


@pytest.mark.parametrize(
    ("name", "old", "new", "is_data"),
    [
        ("data/one/things.ttl", '"A"@en', '"A "@en', True),
        ("data/one/things.ttl", "e:size 01", "e:size 1", True),
        ("data/one/things.ttl", "[ e:size 2 ], _:x", "[ e:size 2 ]", True),
        ("ontology/terms.ttl", "e:Thing", "e:Thing2", True),
        ("shapes/Thing.ttl", "noem het", "geef het een naam", False),
        ("queries/all.rq", "?s", "?x", False),
        ("tgkg.toml", 'name = "g"', 'name = "h"', False),
    ],
)
def test_what_means_something_else_changes_the_name(name, old, new, is_data, project):
    """One changed literal is another release; the data's own hash changes with data alone."""
    state = State(project.with_name("state"))
    before = released(project, state)
    edited(project, name, old, new)
    after = released(project, state)
    assert after.id != before.id
    assert (after.manifest.data_hash != before.manifest.data_hash) == is_data
    assert state.current_id() == after.id
    assert Release.open(before.folder).id == before.id


# What cannot be published.


@pytest.mark.parametrize(
    ("name", "old", "new", "exit_code"),
    [
        ("data/one/things.ttl", '"B"@en', "[]; <a b> 1", 2),
        ("data/one/things.ttl", 'e:name "B"@en', 'e:nom "B"@en', 1),
        ("shapes/Thing.ttl", "sh:minCount 1", "sh:minCount 1, 2", 2),
        ("tgkg.toml", 'name = "g"', "name = 1", 2),
    ],
)
def test_sources_that_are_not_valid_change_nothing(name, old, new, exit_code, project):
    """The state stays as it was to the byte; only the report waits beside it."""
    state = State(project.with_name("state"))
    release = released(project, state)
    before = snapshot(state.folder)
    edited(project, name, old, new)
    outcome = build([project], state, quiet)
    after = snapshot(state.folder)
    assert json.loads(after.pop("pending.json"))["publishable"] is False
    assert after == before
    assert outcome.exit_code == exit_code
    assert outcome.release == release
    assert state.pending() == outcome.report


def test_without_a_release_there_is_only_the_report(project, state):
    """A first build that fails leaves no release at all."""
    edited(project, "data/one/things.ttl", 'e:name "B"@en', 'e:nom "B"@en')
    outcome = build([project], state, quiet)
    assert outcome.release is None
    assert state.current_id() is None
    assert outcome.report.violations


def test_a_mended_project_is_published(project, state):
    """The waiting report goes when the sources can be published again."""
    edited(project, "data/one/things.ttl", 'e:name "B"@en', 'e:nom "B"@en')
    build([project], state, quiet)
    assert state.pending_file.exists()
    edited(project, "data/one/things.ttl", "e:nom", "e:name")
    assert build([project], state, quiet).exit_code == 0
    assert not state.pending_file.exists()


# What is published all the same.


def test_a_reason_lets_a_violation_through(project, state):
    """The release has another name than any other, and says why; what cannot be read stops it."""
    edited(project, "data/one/things.ttl", 'e:name "B"@en', 'e:nom "B"@en')
    outcome = build([project], state, quiet, "The name is under discussion.")
    assert outcome.exit_code == 0
    assert outcome.release.manifest.allowed == "The name is under discussion."
    report = outcome.release.report()
    assert len(report.violations) == 1
    assert report.allowed == "The name is under discussion."
    assert "under discussion" in (outcome.release.folder / "report.ttl").read_text()
    again = build([project], state, quiet, "Another reason.")
    assert again.release.id != outcome.release.id
    assert again.release.manifest.data_hash == outcome.release.manifest.data_hash
    edited(project, "data/one/things.ttl", "e:nom", "<a b>")
    assert build([project], state, quiet, "All is well.").exit_code == 2


def test_a_reason_without_a_violation_is_none(project, state):
    """Sources that are valid give the same release, whatever was allowed."""
    release = build([project], state, quiet, "Just in case.").release
    assert release.manifest.allowed is None
    assert released(project, state).id == release.id


def test_what_is_allowed_once_is_not_allowed_for_ever(project, state):
    """The next build needs its own reason; until then the release stays."""
    edited(project, "data/one/things.ttl", 'e:name "B"@en', 'e:nom "B"@en')
    release = build([project], state, quiet, "For today.").release
    assert build_if_changed([project], state, quiet).release == release
    outcome = build([project], state, quiet)
    assert (outcome.exit_code, outcome.release) == (1, release)


# When it is built.


def touched(project, name):
    """Adds one byte to a file."""
    with (project / name).open("a") as file:
        file.write("\n")


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_builds_again(name, project, state):
    """Only a changed byte in any file makes the sources be looked at again."""
    build([project], state, quiet)
    assert build_if_changed([project], state, quiet).report is None
    touched(project, name)
    is_settings = name == "tgkg.toml"  # what they say counts, not how
    assert (build_if_changed([project], state, quiet).report is None) == is_settings
    assert build_if_changed([project], state, quiet).report is None


@pytest.mark.parametrize(
    "change",
    [
        lambda project, _: (project / "data" / "new.ttl").write_text(""),
        lambda project, _: (project / "data" / "two.trig").unlink(),
        lambda project, _: (project / "data" / "two.trig").rename(project / "data" / "three.trig"),
        lambda _, state: state.fingerprint_file.unlink(),
        lambda _, state: state.current_link.unlink(),
        lambda _, state: shutil.rmtree(state.releases),
        lambda _, state: (state.current().folder / "manifest.json").write_text("{}"),
        lambda _, state: (state.current().folder / "manifest.json").write_text('{"layout": 0}'),
        lambda _, state: (state.current().folder / "manifest.json").write_text(""),
        lambda _, state: state.pending_file.write_text("{"),
    ],
)
def test_files_that_come_and_go_build_again(change, project, state):
    """A new, gone or renamed file, or a state that lost something, is seen and mended."""
    build([project], state, quiet)
    change(project, state)
    outcome = build_if_changed([project], state, quiet)
    assert outcome.report
    assert outcome.release == state.current()
    assert not state.pending_file.exists()
    assert build_if_changed([project], state, quiet).report is None


def test_invalid_sources_are_looked_at_every_time(project, state):
    """While a report waits, each build says again what is wrong."""
    edited(project, "data/one/things.ttl", 'e:name "B"@en', 'e:nom "B"@en')
    for _ in range(2):
        assert build_if_changed([project], state, quiet).report.violations


# Beside readers and other builds.


def test_readers_always_find_a_whole_release(project, state):
    """While releases are switched, the current one can be opened at every moment."""
    released(project, state)
    done = threading.Event()

    def keep_reading():
        count = 0
        while not done.is_set():
            assert state.current().data.stat().st_size
            count += 1
        return count

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(keep_reading)
        for number in range(10):
            (project / "data" / "new.ttl").write_text(f"<a:a> <a:b> {number} .")
            released(project, state)
        done.set()
        assert reading.result() > 10


def test_two_builds_at_once_both_end_well(project, state, tmp_path):
    """Builds of different sources into one state wait for each other."""
    other = make_project(tmp_path / "other", FILES | {"data/two.trig": "<a:a> <a:b> 1 ."})
    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(lambda path: build([path], state, quiet), [project, other] * 3))
    assert len({outcome.release.id for outcome in outcomes}) == 2
    assert {path.name for path in state.releases.iterdir()} == {
        outcome.release.id for outcome in outcomes
    }
    assert state.current() in [outcome.release for outcome in outcomes]


def test_a_state_that_cannot_be_written_is_named(project, tmp_path):
    """A state folder that is a file, or below one, ends in a sentence."""
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "state"):
        with pytest.raises(TgkgError, match="cannot be written"):
            build([project], State(folder), quiet)


def test_a_query_that_cannot_be_read_is_named(project, state):
    """A query file that disappears or is closed ends in a sentence, not in a trace."""
    (project / "queries" / "gone.rq").symlink_to("all.rq")
    released(project, state)
    assert Path(state.current().folder / "queries" / "gone.rq").is_file()


def test_queries_of_one_name_in_two_folders_are_both_kept(tmp_path):
    """A release holds each query below the folder that it has in the project."""
    project = tmp_path / "project"
    for folder in ("one", "two"):
        query = project / f"queries/{folder}/all.rq"
        query.parent.mkdir(parents=True)
        query.write_text(f"ASK {{ }} # {folder}")
    (project / "data").mkdir()
    (project / "data/a.ttl").write_text("<x:a> <x:b> <x:c> .")
    outcome = build([project], State(tmp_path / "state"), lambda _: None)
    kept = outcome.release.folder / "queries"
    assert [(kept / folder / "all.rq").read_text()[-3:] for folder in ("one", "two")] == [
        "one",
        "two",
    ]
