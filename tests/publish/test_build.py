"""A build makes a whole release or changes nothing, and the same content has the same name."""

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import rdflib

from tgkg.errors import TgkgError
from tgkg.publish.build import build, build_if_changed
from tgkg.release import Release, State

CHANCE = random.Random(7)  # noqa: S311 (nothing here is secret)
PREFIXES = "PREFIX e: <https://example.org/>\n"
DATA = f"""{PREFIXES}
e:a a e:Thing ; e:name "A"@en, "Á"@nl ; e:size 01 .
e:b a e:Thing ; e:name "B"@en ; e:part [ e:size 2 ], _:x .
_:x e:size 3 .
"""
SHAPE = f"""{PREFIXES}PREFIX sh: <http://www.w3.org/ns/shacl#>
e:Shape sh:targetClass e:Thing ; sh:property e:named .
e:named sh:path e:name ; sh:minCount 1 ; sh:message "give it a name"@en, "noem het"@nl .
"""
FILES = {
    "tgkg.toml": 'name = "g"\nbase = "https://example.org/"\n',
    "ontology/terms.ttl": f"{PREFIXES}e:Thing a <http://www.w3.org/2002/07/owl#Class> .",
    "data/one/things.ttl": DATA,
    "data/two.trig": f'{PREFIXES}e:g {{ e:a e:name "A"@en }} e:a e:name "A"@en .',
    "shapes/Thing.ttl": SHAPE,
    "queries/all.rq": "SELECT * { ?s ?p ?o }",
}


@pytest.fixture
def project(tmp_path):
    """Gives a small project with data, shapes and a query."""
    return make_project(tmp_path / "project")


def make_project(folder, files=FILES):
    """Writes a project's files, in the order given."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture
def state(tmp_path):
    """Gives a state folder that does not exist yet."""
    return State(tmp_path / "state")


def quiet(_):
    """Takes no notice of the progress."""


def released(path, state):
    """Builds and gives the release."""
    release = build([path], state, quiet).release
    assert release
    return release


def snapshot(folder):
    """Gives every byte below a folder, by name; links by their target."""
    return {
        str(path.relative_to(folder)): path.readlink() if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def edited(project, name, old, new):
    """Changes a file of the project."""
    file = project / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


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
    for name in ("manifest.json", "SHA256SUMS"):  # the first says when it was built
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


# What a crash leaves.


def test_what_a_killed_build_left_is_cleared(project, state):
    """Unfinished folders of other builds go when the next one starts."""
    release = released(project, state)
    leftover = state.releases / ".building-x"
    (leftover / "dumps").mkdir(parents=True)
    (state.folder / "current.new").symlink_to("nowhere")
    released(project, state)
    assert [path.name for path in state.releases.iterdir()] == [release.id]


def test_a_build_that_is_interrupted_leaves_no_trace(project, state):
    """Ctrl-C in the middle of writing changes nothing."""
    released(project, state)
    before = snapshot(state.folder)
    edited(project, "data/one/things.ttl", '"B"@en', '"C"@en')

    def interrupt(stage):
        if stage.startswith("Writing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build([project], state, interrupt)
    assert snapshot(state.folder) == before
    assert [path.name for path in state.releases.iterdir()] == [state.current_id()]


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


BUILD = (
    "import sys; from pathlib import Path; from tgkg.release import State\n"
    "from tgkg.publish.build import build\n"
    "build([Path(sys.argv[1])], State(Path(sys.argv[2])), lambda stage: print(stage, flush=True))"
)


@pytest.mark.system
def test_a_killed_build_leaves_the_last_release(project, state):
    """Whenever a build is killed, the last release opens and the next build works."""
    release = released(project, state)
    started = time.monotonic()
    arguments = [sys.executable, "-c", BUILD, project, state.folder]
    (project / "data" / "new.ttl").write_text("<a:a> <a:b> 0 .")
    subprocess.run(arguments, check=True, capture_output=True)
    seconds = time.monotonic() - started
    for number in range(1, 13):
        release = state.current()
        (project / "data" / "new.ttl").write_text(f"<a:a> <a:b> {number} .")
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            process.stdout.readline()  # it is at work
            time.sleep(CHANCE.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
        current = state.current()
        assert current.id == release.id or current.data.read_text().count("<a:a>")
        for dump in current.manifest.dumps:
            assert hashlib.sha256(current.dump(dump.file).read_bytes()).hexdigest() == dump.sha256
        assert f'"{number}"' in released(project, state).data.read_text()
        assert not list(state.releases.glob(".building-*"))


@contextmanager
def little_room(folder):
    """Gives a folder on a full disk; where none may be mounted, files cannot grow instead."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft if is_mounted else 50_000, hard))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        if is_mounted:
            subprocess.run(["umount", folder], check=True)


@pytest.mark.system
def test_a_full_disk_changes_nothing(project, tmp_path):
    """When there is no room left, the state is as it was and the error says so."""
    big = "".join(f'<a:a{number}> <a:b> "{CHANCE.random()}" .\n' for number in range(5000))
    file = tmp_path / "big.nt"
    file.write_text(big)
    with little_room(tmp_path / "disk") as disk:
        state = State(disk / "state")
        release = released(project, state)
        before = snapshot(state.folder)
        link = project / "data" / "big.nt"
        os.link(file, link)
        with pytest.raises(TgkgError, match=r"No space left on device|File too large"):
            build([project], state, quiet)
        assert snapshot(state.folder) == before
        assert state.current() == release
        assert [path.name for path in state.releases.iterdir()] == [release.id]
        link.unlink()
        assert released(project, state) == release


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
