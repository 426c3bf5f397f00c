"""`tgkg serve --watch`: an edit is on the site at once, and what is wrong with it is said."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from process_tree import descendants, gone
from products.ours import TGKG, Site, running

pytestmark = pytest.mark.system

GOOD = """\
@prefix ex: <https://example.org/id/person/> .
@prefix schema: <https://schema.org/> .
ex:ada a schema:Person ; schema:name "Ada" .
"""
SHAPES = """\
@prefix ex: <https://example.org/shape/> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Person a sh:NodeShape ; sh:targetClass schema:Person ; sh:property ex:Person-name .
ex:Person-name sh:path schema:name ; sh:minCount 1 ; sh:message "Give the person a name."@en .
"""
NAMELESS = GOOD + "ex:bob a schema:Person .\n"
SECOND = GOOD + 'ex:bob a schema:Person ; schema:name "Bob" .\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Makes a small valid project."""
    folder = tmp_path / "project"
    for part in ("data", "shapes", "queries"):
        (folder / part).mkdir(parents=True)
    (folder / "tgkg.toml").write_text('name = "people"\nbase = "https://example.org/"\n')
    (folder / "data/people.ttl").write_text(GOOD)
    (folder / "shapes/Person.ttl").write_text(SHAPES)
    return folder


@pytest.fixture
def site(project, tmp_path) -> Iterator[Site]:
    """Serves the project while it is edited."""
    with running(tmp_path, project, "--watch") as started:
        yield started


def got(site: Site, path: str = "", accept: str = "text/html") -> str:
    """Return the body of an answer, whatever its status."""
    request = urllib.request.Request(site.address + path, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def soon(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    """Tell whether something comes true; the limit is generous, as machines are slow at times."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):  # the server is being started again
            if is_so():
                return True
        time.sleep(0.05)
    return False


def releases(tmp_path: Path) -> set[str]:
    """Return the names of the releases that there are."""
    return {each.name for each in (tmp_path / "state/releases").glob("[0-9a-f]*")}


class TestAnEdit:
    def test_is_on_the_site(self, site, project):
        """It is visible without anybody's doing, and the terminal says so in a line."""
        (project / "data/people.ttl").write_text(SECOND)
        assert soon(lambda: "Bob" in got(site, "id/person/bob"))
        assert soon(lambda: "data/people.ttl: release" in site.said)

    def test_with_a_mistake_is_told_of_until_it_is_mended(self, site, project):
        """In the terminal with file and line, on every page, and then: all is well again."""
        (project / "data/people.ttl").write_text(NAMELESS)
        assert soon(lambda: "1 problem to mend" in site.said)
        assert "data/people.ttl:4" in site.said
        assert "Give the person a name." in site.said
        assert "data/people.ttl:4" in got(site, "validation")
        assert "/validation" in got(site)
        (project / "data/people.ttl").write_text("broken")
        assert soon(lambda: "data/people.ttl:1" in got(site, "validation"))
        (project / "data/people.ttl").write_text(SECOND)
        assert soon(lambda: "all is well again" in site.said)
        assert "data/people.ttl:4" not in got(site, "validation")
        assert "Bob" in got(site, "id/person/bob")

    def test_counts_whatever_file_it_is_of(self, site, project):
        """New and removed files, settings, queries, shapes and the ontology."""
        (project / "data/more.ttl").write_text(SECOND)
        assert soon(lambda: "Bob" in got(site, "id/person/bob"))
        (project / "data/more.ttl").unlink()
        assert soon(lambda: "Bob" not in got(site, "id/person/bob"))
        with (project / "tgkg.toml").open("a") as settings:
            settings.write('title = "All the people"\n')
        assert soon(lambda: "All the people" in got(site))
        (project / "queries/who.rq").write_text("# title: Who is there?\nSELECT ?s { ?s ?p ?o }\n")
        assert soon(lambda: "Who is there?" in got(site, "sparql"))
        strict = SHAPES.replace("sh:minCount 1", "sh:minCount 2")
        (project / "shapes/Person.ttl").write_text(strict)
        assert soon(lambda: "data/people.ttl:3" in got(site, "validation"))
        (project / "shapes/Person.ttl").write_text(SHAPES)
        (project / "ontology").mkdir()
        term = "<https://schema.org/Person> <http://www.w3.org/2000/01/rdf-schema#label> 'Mensch' ."
        (project / "ontology/terms.ttl").write_text(term)
        assert soon(lambda: "Mensch" in got(site, "id/person/ada"))

    def test_may_be_saved_as_editors_do(self, site, project):
        """By renaming, with a swap file, a backup and a probe beside it: one build, no word."""
        folder = project / "data"
        (folder / ".people.ttl.swp").write_bytes(b"\0")
        (folder / "4913").write_text("")
        (folder / "4913").unlink()
        (folder / "people.ttl~").write_text(GOOD)
        (folder / "#people.ttl#").write_text("half")
        (folder / "sedAb12x").write_text(SECOND)
        (folder / "sedAb12x").replace(folder / "people.ttl")
        assert soon(lambda: "Bob" in got(site, "id/person/bob"))
        assert "to mend" not in site.said
        assert site.said.count("is served") == 1

    def test_during_a_build_gets_one_of_its_own(self, site, project):
        """However fast they come, the last one is what is served in the end."""
        for number in range(40):
            (project / "data/people.ttl").write_text(GOOD.replace("Ada", f"Ada {number}"))
            time.sleep(0.01 * (number % 7))
        assert soon(lambda: "Ada 39" in got(site, "id/person/ada"))
        time.sleep(0.5)
        assert "Ada 39" in got(site, "id/person/ada")


class TestReleases:
    def test_are_those_that_a_build_makes(self, site, project, tmp_path):
        """The same sources give the same release, with every file of it."""
        (project / "data/people.ttl").write_text(SECOND)
        (project / "data/blank.ttl").write_text("[] <https://example.org/p> [] .")
        assert soon(lambda: "Bob" in got(site, "id/person/bob"))
        assert soon(lambda: "_:" in got(site, "dumps/people.nt", "*/*"))
        current = (tmp_path / "state/current").resolve()
        other = tmp_path / "other"
        subprocess.run([TGKG, "build", "-q", project, "--state", other], check=True)
        built = (other / "current").resolve()
        assert current.name == built.name
        names = {each.relative_to(built) for each in built.rglob("*") if "store" not in each.parts}
        assert names <= {each.relative_to(current) for each in current.rglob("*")}
        for name in ("dumps/people.nq", "dumps/people.ttl", "report.json", "shapes.nq"):
            assert (current / name).read_bytes() == (built / name).read_bytes()
        state = tmp_path / "state"
        assert subprocess.run([TGKG, "verify", "-q", "--state", state], check=False).returncode == 0

    def test_of_edits_go_and_all_others_stay(self, site, project, tmp_path):
        """One after the other; what was there before stays, and what `tgkg build` says to keep."""
        before = releases(tmp_path)
        for number in range(3):
            (project / "data/people.ttl").write_text(GOOD.replace("Ada", f"Ada {number}"))
            assert soon(lambda n=number: f"Ada {n}" in got(site, "id/person/ada"))
        subprocess.run([TGKG, "build", "-q", project, "--state", tmp_path / "state"], check=True)
        kept = {(tmp_path / "state/current").resolve().name}
        (project / "data/people.ttl").write_text(SECOND)
        assert soon(lambda: "Bob" in got(site, "id/person/bob"))
        last = {(tmp_path / "state/current").resolve().name}
        assert soon(lambda: releases(tmp_path) == before | kept | last)
        assert len(before | kept | last) == 3


class TestTheServer:
    def test_starts_before_there_is_anything_to_serve(self, project, tmp_path):
        """With sources that were never valid, it waits for them to be mended."""
        (project / "data/people.ttl").write_text(NAMELESS)
        with running(tmp_path, project, "--watch") as site:
            assert "data/people.ttl:4" in site.said
            assert "Nothing has been published" in got(site)
            (project / "data/people.ttl").write_text(SECOND)
            assert soon(lambda: "Bob" in got(site, "id/person/bob"))

    def test_ends_at_once_with_all_that_it_started(self, site):
        """Ctrl-C ends server, watcher, workers and engines; so does kill -9 of the server."""
        assert soon(lambda: len(descendants(site.process.pid)) > 5)
        below = descendants(site.process.pid)
        os.killpg(site.process.pid, signal.SIGINT)
        assert site.process.wait(timeout=10) == 0
        assert gone(below)

    def test_that_is_killed_leaves_nobody_behind(self, site):
        """The watcher and its workers notice."""
        below = descendants(site.process.pid)
        site.process.kill()
        assert gone(below)

    def test_goes_on_watching_when_the_watcher_is_killed(self, site, project):
        """Whoever kills it finds another in its place."""
        assert soon(lambda: watchers(site))
        for pid in watchers(site):
            os.kill(pid, signal.SIGKILL)
        (project / "data/people.ttl").write_text(SECOND)
        assert soon(lambda: "Bob" in got(site, "id/person/bob"))

    def test_without_sources_has_nothing_to_watch(self):
        """A store elsewhere alone is refused, in a sentence."""
        command = [TGKG, "serve", "--watch", "--engine", "http://127.0.0.1:9/sparql"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "--watch needs sources" in done.stderr

    def test_says_which_release_it_shows(self, site, project):
        """The operator's page follows too."""
        before = json.loads(got(site, "healthz", "*/*"))["release"]
        (project / "data/people.ttl").write_text(SECOND)
        assert soon(lambda: json.loads(got(site, "healthz", "*/*"))["release"] != before)


def watchers(site: Site) -> list[int]:
    """Return the processes that watch: those that have the build's workers below them."""
    return [
        pid
        for pid in descendants(site.process.pid)
        if any(
            b"workers" in Path(f"/proc/{each}/cmdline").read_bytes() for each in descendants(pid)
        )
    ]
