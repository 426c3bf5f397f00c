"""The whole thing, as a user starts it: sources in, a site out, nothing left behind."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
    (folder / "data").mkdir(parents=True)
    (folder / "shapes").mkdir()
    (folder / "tgkg.toml").write_text('name = "people"\nbase = "https://example.org/"\n')
    (folder / "data/people.ttl").write_text(GOOD)
    (folder / "shapes/Person.ttl").write_text(SHAPES)
    return folder


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Gives a function that starts a server on a free port; all of them are stopped."""
    with ExitStack() as started:

        def start(*paths: Path, **how: Path) -> Site:
            return started.enter_context(running(tmp_path, *paths, **how))

        yield start


def got(site: Site, path: str, accept: str = "text/html") -> str:
    """Return the body of an answer."""
    request = urllib.request.Request(site.address + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def build(project: Path, state: Path) -> subprocess.CompletedProcess[str]:
    """Run `tgkg build`."""
    command = [TGKG, "build", project, "--state", state]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class TestServing:
    def test_builds_and_serves(self, serve, project):
        """One command makes a release of the sources and serves it."""
        assert "Ada" in got(serve(project), "id/person/ada")

    def test_serves_the_graph_that_comes_along(self, serve, checkout):
        """Without a PATH, in a checkout, it is the checkout's own graph."""
        home = got(serve(cwd=checkout), "")
        assert "Technical Medicine" in home

    def test_takes_up_a_new_release(self, serve, project, tmp_path):
        """A release built beside the running site is served from the next request on."""
        site = serve(project)
        (project / "data/people.ttl").write_text(SECOND)
        assert build(project, tmp_path / "state").returncode == 0
        assert "Bob" in got(site, "id/person/bob")

    def test_serves_the_last_release_while_the_sources_are_invalid(self, serve, project):
        """Changed, invalid sources leave the last release; terminal and pages show the problem."""
        serve(project).process.terminate()
        (project / "data/people.ttl").write_text(NAMELESS)
        site = serve(project)
        assert "data/people.ttl:4" in site.said
        assert "Give the person a name." in site.said
        assert "Ada" in got(site, "id/person/ada")
        assert "data/people.ttl:4" in got(site, "validation")
        assert "/validation" in got(site, "")
        (project / "data/people.ttl").write_text(SECOND)
        serve(project)
        assert "data/people.ttl:4" not in got(site, "validation")

    def test_serves_the_last_release_while_the_sources_are_unreadable(self, serve, project):
        """The same holds for a syntax error, and for a broken configuration."""
        serve(project).process.terminate()
        (project / "data/people.ttl").write_text("broken")
        site = serve(project)
        assert "data/people.ttl:1" in site.said
        (project / "tgkg.toml").write_text("name = ")
        site = serve(project)
        assert "tgkg.toml" in site.said
        assert "default engine and limits" in site.said
        assert "Ada" in got(site, "id/person/ada")

    def test_serves_loose_files(self, serve, tmp_path):
        """Files without any configuration get the same site, and it says: not validated."""
        file = tmp_path / "some data.ttl"
        file.write_text(GOOD)
        site = serve(file)
        assert "not validated" in site.said
        assert "Ada" in got(site, "resource?iri=https://example.org/id/person/ada")
        names = json.loads(
            got(site, "sparql?query=SELECT+?g+{+GRAPH+?g+{}+}", "application/sparql-results+json")
        )
        assert [row["g"]["value"] for row in names["results"]["bindings"]] == [
            "https://unnamed.invalid/some%20data.ttl"
        ]

    def test_works_behind_a_prefix(self, serve, project):
        """With a prefix, every link of a page stays below it."""
        with (project / "tgkg.toml").open("a") as config:
            config.write('prefix = "/graph"\n')
        site = serve(project)
        assert site.address.endswith("/graph/")
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', got(site, "doc/person/ada"))
        assert links
        assert [link for link in links if not link.startswith("/graph/")] == []


class TestStopping:
    @pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
    def test_leaves_no_process(self, serve, project, stop):
        """Ctrl-C and SIGTERM end it at once, with exit code 0 and without a word.

        They go to the whole group, as a terminal sends them.
        """
        site = serve(project)
        said, below = site.said, descendants(site.process.pid)
        assert below
        os.killpg(site.process.pid, stop)
        assert site.process.wait(timeout=10) == 0
        assert site.said == said
        assert gone(below)

    def test_a_killed_server_leaves_no_process(self, serve, project):
        """Even kill -9 takes all of them along."""
        process = serve(project).process
        below = descendants(process.pid)
        assert below
        process.kill()
        assert gone(below)

    def test_a_killed_worker_is_replaced(self, serve, project):
        """When the worker dies, another answers a few seconds later."""
        site = serve(project)
        time.sleep(6)  # Granian takes a worker that ends within its first seconds for hopeless
        [web] = site.tree()["web worker"]
        os.kill(web, signal.SIGKILL)
        deadline = time.monotonic() + 15
        while True:
            try:
                assert "Ada" in got(site, "doc/person/ada")
            except (OSError, urllib.error.URLError):
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                break


class TestRefusals:
    def test_a_taken_port(self, project, tmp_path):
        """A port in use ends in a sentence that names another way."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            command = [TGKG, "serve", project, "--state", tmp_path / "s", "--port", str(port)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 1
        assert f"Cannot listen on 127.0.0.1 port {port}" in done.stderr
        assert "Traceback" not in done.stderr

    def test_nothing_to_serve(self, project, tmp_path):
        """Invalid sources without an earlier release end it with the exit code of check."""
        (project / "data/people.ttl").write_text(NAMELESS)
        command = [TGKG, "serve", project, "--state", tmp_path / "s", "--port", "0"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 1
        assert "there is no earlier one" in done.stderr


class TestWheel:
    def test_carries_the_graph(self, tmp_path, checkout, serve):
        """The installed package serves our graph from any folder, without the checkout."""
        copy = tmp_path / "copy"
        ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", "dist")
        shutil.copytree(checkout, copy, ignore=ignored)
        wheels, target = tmp_path / "wheels", tmp_path / "installed"
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, copy], check=True
        )
        shutil.rmtree(copy)
        [wheel] = wheels.glob("*.whl")
        subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True)
        start = tmp_path / "tgkg"
        start.write_text(
            f"#!{sys.executable} -S\n"
            f"import sys; sys.path[:0] = [{str(target)!r}] + {sys.path!r}\n"
            "from tgkg.cli import main\n"
            "if __name__ == '__main__':  # as pip's scripts have it: other processes import this\n"
            "    main()\n"
        )
        start.chmod(0o755)
        site = serve(program=start, cwd=tmp_path)
        assert "Technical Medicine" in got(site, "")
        assert "no shapes" not in site.said
