"""What is typed, what is printed, and with which code a command ends."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from products.ours import TGKG

from tgkg.cli import cli, main

PEOPLE = """\
@prefix ex: <https://example.org/> .

# Two people, one block each.
ex:ada
    a ex:Person ;
    ex:name "Ada" ;
    ex:knows ex:bob .

ex:bob
    a ex:Person ;
    ex:name "Bob" .
"""
SHAPES = """\
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:PersonShape-name .
ex:PersonShape-name
    sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:message "Give the person one name."@en, "Geef de persoon een naam."@nl .
"""
CONFIG = """\
name = "people"
base = "https://example.org/"
[title]
en = "People"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Makes a small valid project."""
    folder = tmp_path / "project"
    for name, text in {
        "tgkg.toml": CONFIG,
        "data/people.ttl": PEOPLE,
        "shapes/Person.ttl": SHAPES,
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Gives a function that runs one command: exit code, stdout, stderr."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


def break_name(project: Path) -> None:
    """Takes Bob's name away."""
    file = project / "data/people.ttl"
    file.write_text(file.read_text().replace('    ex:name "Bob" .', "    ex:age 3 ."))


class TestCheck:
    def test_ends_with_0_when_nothing_is_wrong(self, run, project):
        """A valid project gives exit code 0, and one sentence on stderr."""
        code, out, err = run("check", project)
        assert (code, out) == (0, "")
        assert err == "Everything is readable and satisfies the shapes. 1 shape checked 2 nodes.\n"

    def test_shows_where_and_what_of_a_violation(self, run, project):
        """A violation gives exit code 1 and: file:line of the block, focus, path, advice."""
        break_name(project)
        code, out, err = run("check", project)
        assert code == 1
        assert out.splitlines() == [
            "data/people.ttl:9 Violation",
            "    focus  <https://example.org/bob>",
            "    path   <https://example.org/name>",
            "    Give the person one name.",
            "",
        ]
        assert err == "1 violation. 1 shape checked 2 nodes.\n"

    def test_speaks_the_language_of_the_terminal(self, run, project, monkeypatch):
        """Messages come in the language that the environment asks for."""
        monkeypatch.setenv("LANG", "nl_NL.UTF-8")
        break_name(project)
        assert "Geef de persoon een naam." in run("check", project)[1]

    def test_ends_with_2_when_something_cannot_be_read(self, run, project):
        """A syntax error gives exit code 2, with file, line and column."""
        (project / "data/more.ttl").write_text("<https://e/a> <https://e/b> \n 'c'")
        code, out, _ = run("check", project)
        assert code == 2
        assert out.startswith("data/more.ttl:2:")

    def test_prints_json(self, run, project):
        """`--format json` gives the report as data, the place of each result included."""
        break_name(project)
        code, out, _ = run("check", project, "--format", "json")
        report = json.loads(out)
        assert (code, report["publishable"]) == (1, False)
        assert report["results"][0]["place"] == {
            "file": "data/people.ttl",
            "line": 9,
            "column": None,
        }

    def test_prints_a_shacl_report(self, run, project):
        """`--format ttl` gives a SHACL validation report in Turtle."""
        break_name(project)
        _, out, _ = run("check", project, "--format", "ttl")
        quads = list(ox.parse(out, format=ox.RdfFormat.TURTLE))
        assert "http://www.w3.org/ns/shacl#ValidationResult" in {
            q.object.value for q in quads if isinstance(q.object, ox.NamedNode)
        }

    def test_says_that_there_are_no_shapes(self, run, project):
        """Data without shapes passes, and that it is not validated is said."""
        (project / "shapes/Person.ttl").unlink()
        code, _, err = run("check", project)
        assert (code, "not validated" in err) == (0, True)

    def test_quiet_says_only_what_is_wrong(self, run, project):
        """`--quiet` prints nothing for a valid project."""
        assert run("check", project, "--quiet") == (0, "", "")

    @pytest.mark.parametrize(
        ("line", "advice"),
        [
            ('nmae = "x"', "nmae is not a setting"),
            ("name = 3", "in quotation marks"),
            ('base = "https://example.org"', "ends in a slash"),
            ('languages = "en"', "a list of language tags"),
            ("name = ", "not TOML"),
        ],
    )
    def test_says_which_setting_is_wrong(self, run, project, line, advice):
        """A wrong tgkg.toml gives exit code 2, its line and what to write."""
        key = line.partition(" ")[0]
        kept = [text for text in CONFIG.splitlines() if not text.startswith(key)]
        (project / "tgkg.toml").write_text("\n".join([line, *kept]))
        code, out, _ = run("check", project)
        assert code == 2
        assert out.startswith("tgkg.toml")
        assert advice in out
        assert advice == "not TOML" or out.startswith("tgkg.toml:1 ")


class TestBuild:
    def test_makes_a_release(self, run, project, tmp_path):
        """A valid project becomes the current release, named on stderr."""
        state = tmp_path / "releases-of-people"
        code, _, err = run("build", project, "--state", state)
        assert code == 0
        release = (state / "current").resolve()
        assert f"Release {release.name[:12]}" in err
        assert (release / "dumps/people.ttl").is_file()

    def test_changes_nothing_when_the_data_is_invalid(self, run, project, tmp_path):
        """Invalid data gives exit code 1, says so, and keeps the last release."""
        state = tmp_path / "state"
        run("build", project, "--state", state)
        before = (state / "current").readlink()
        break_name(project)
        code, _, err = run("build", project, "--state", state)
        assert (code, (state / "current").readlink()) == (1, before)
        assert f"No release was made; release {before.name[:12]} stays." in err
        assert "data/people.ttl:9" in err

    def test_keeps_releases_of_two_projects_apart(self, run, project, tmp_path):
        """Without --state, each project has a folder of its own among the user's."""
        other = tmp_path / "other.ttl"
        other.write_text(PEOPLE)
        assert run("build", project)[0] == run("build", other)[0] == 0
        assert len(list((tmp_path / "state/tgkg").iterdir())) == 2


class TestQuery:
    SELECT = "SELECT ?name { ?s <https://example.org/name> ?name } ORDER BY ?name"

    @pytest.fixture
    def ask(self, run, project, tmp_path):
        """Gives a function that asks the project a query."""

        def ask(query: str, *options: str) -> tuple[int, str, str]:
            file = tmp_path / "query.rq"
            file.write_text(query)
            return run("query", file, project, *options)

        return ask

    def test_prints_a_table(self, ask):
        """A SELECT is a table on stdout, its number of rows on stderr."""
        code, out, err = ask(self.SELECT)
        assert (code, err) == (0, "2 rows\n")
        assert [line.strip() for line in out.splitlines()] == ["name", "Ada", "Bob"]

    @pytest.mark.parametrize(
        ("query", "form", "expected"),
        [
            (SELECT, "csv", "name\r\nAda\r\nBob\r\n"),
            (SELECT, "tsv", '?name\n"Ada"\n"Bob"\n'),
            ("ASK {}", "table", "yes\n"),
            ("ASK {}", "json", '{"head":{},"boolean":true}'),
            (
                "CONSTRUCT { ?s <x:n> ?o } { ?s <https://example.org/name> ?o FILTER(?o='Ada') }",
                "nt",
                '<https://example.org/ada> <x:n> "Ada" .\n',
            ),
        ],
    )
    def test_prints_any_format(self, ask, query, form, expected):
        """`--format` gives the answer in that format, to the byte."""
        assert ask(query, "--format", form)[:2] == (0, expected)

    def test_points_at_a_syntax_error(self, ask):
        """A query that is not SPARQL gives exit code 2 and a pointer under the place."""
        code, out, err = ask("SELECT ?name\n{ ?s ex:name ?name }")
        assert (code, out) == (2, "")
        first, *pointer = err.splitlines()
        assert first.startswith("line 2, column 6: The prefix ex: is not declared")
        assert pointer == [
            "  { ?s ex:name ?name }",
            "       ^",
        ]

    def test_points_at_the_end_of_a_query_that_stops_short(self, ask):
        """Where more was expected, the pointer stands after the last character."""
        assert ask("SELECT * {")[2].splitlines()[-2:] == ["  SELECT * {", "            ^"]

    @pytest.mark.parametrize(
        ("query", "options", "said"),
        [
            ("INSERT DATA { <x:a> <x:b> 1 }", (), "edit its sources"),
            ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", (), "SERVICE is refused"),
            (SELECT, ("--format", "ttl"), "JSON, XML, CSV, TSV"),
            (SELECT, ("--format", "docx"), "no format 'docx'"),
        ],
    )
    def test_says_why_a_query_is_refused(self, ask, query, options, said):
        """A query that cannot be answered so ends in a sentence, never in a traceback."""
        code, out, err = ask(query, *options)
        assert code in (1, 2)
        assert out == ""
        assert said in err


class TestOddInput:
    def test_a_query_that_is_not_utf8(self, run, project, tmp_path):
        """A query in another encoding ends with 2 and says so."""
        query = tmp_path / "odd.rq"
        query.write_bytes(b"ASK {}\n# caf\xe9")
        code, _, err = run("query", query, project)
        assert code == 2
        assert "odd.rq:2: not UTF-8" in err

    def test_one_cause_is_told_once(self, run, project):
        """Constraints that say the same of the same value make one message."""
        shapes = project / "shapes/Person.ttl"
        shapes.write_text(
            shapes.read_text().replace("sh:minCount 1 ;", "sh:datatype ex:x ; sh:in (1) ;")
        )
        _, out, _ = run("check", project)
        assert out.count('value  "Ada"') == 1

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
    def test_a_full_disk_is_no_traceback(self, project, tmp_path):
        """Output that cannot be written ends in a sentence."""
        query = tmp_path / "q.rq"
        query.write_text("ASK {}")
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [TGKG, "query", query, project, "--state", tmp_path / "s"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert "cannot write" in done.stderr
        assert "Traceback" not in done.stderr


class TestHelp:
    @pytest.mark.parametrize("command", [(), *((name,) for name in sorted(cli.commands))])
    def test_teaches(self, run, command):
        """Every command explains itself and the exit codes."""
        code, out, _ = run(*command, "--help")
        assert code == 0
        assert "Exit codes:" in out

    def test_a_mistyped_command_ends_with_2(self, run):
        """A wrong command line gives exit code 2 and points at the help."""
        code, _, err = run("biuld")
        assert (code, "No such command" in err) == (2, True)

    def test_a_path_that_is_not_there(self, run, tmp_path):
        """A PATH that does not exist gives exit code 2 and its name."""
        code, out, _ = run("check", tmp_path / "nothing")
        assert (code, "no such file or folder" in out) == (2, True)


@pytest.mark.system
class TestInterruption:
    def test_ctrl_c_leaves_nothing_half_done(self, tmp_path):
        """Ctrl-C during a build ends it with 130, leaving no release, whole or half."""
        file, state = tmp_path / "large.nt", tmp_path / "state"
        file.write_text("".join(f"<x:s{n}> <x:p> <x:o{n % 999}> .\n" for n in range(300_000)))
        build = subprocess.Popen(
            [TGKG, "build", file, "--state", state], stderr=subprocess.PIPE, text=True
        )
        while not list(state.glob("releases/.building-*")):
            time.sleep(0.01)
            assert build.poll() is None
        build.send_signal(signal.SIGINT)
        _, err = build.communicate(timeout=30)
        assert (build.returncode, "Stopped." in err) == (130, True)
        assert list((state / "releases").iterdir()) == []

    def test_a_reader_that_stops_reading_is_no_error(self, project, tmp_path):
        """`tgkg query ... | head -1` ends quietly."""
        query = tmp_path / "q.rq"
        query.write_text("SELECT ?s ?p ?o { ?s ?p ?o }")
        command = f"{TGKG} query {query} {project} --state {tmp_path}/s --format nt | head -1"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr

    def test_progress_and_colours_are_for_terminals(self, project, tmp_path):
        """What is piped carries no escape codes, whatever TERM says."""
        break_name(project)
        done = subprocess.run(
            [TGKG, "build", project, "--state", tmp_path / "s"],
            capture_output=True,
            check=False,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        assert done.returncode == 1
        assert b"\x1b" not in done.stdout + done.stderr
