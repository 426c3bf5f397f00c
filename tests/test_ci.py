"""Gates: what GitHub Actions and GitLab are told by check and build, and with which code."""

import json
import os

import pytest

from tgkg.cli import main

DATA = "@prefix e: <https://example.org/> .\n\ne:bob\n    a e:Person ;\n    e:age 3 .\n"
SHAPES = """\
@prefix e: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
e:S sh:targetClass e:Person ; sh:name "person"@en ;
    sh:property [ sh:path e:name ; sh:minCount 1 ; sh:message "Name, please."@en ] .
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Makes a project in the folder `graph` of a checkout; its data break a shape."""
    for name, text in {"data/a.ttl": DATA, "shapes/s.ttl": SHAPES}.items():
        file = tmp_path / "checkout" / "graph" / name
        file.parent.mkdir(parents=True)
        file.write_text(text)
    monkeypatch.chdir(tmp_path / "checkout")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "checkout" / "graph"


@pytest.fixture
def run(capsys):
    """Gives a function that runs a command: its code, stdout and stderr."""

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, arguments)))
        return (ended.value.code, *capsys.readouterr())

    return command


@pytest.fixture
def summary(tmp_path, monkeypatch, project):
    """Makes it look like GitHub Actions; gives the file of the job's summary."""
    file = tmp_path / "summary.md"
    file.write_text("Before.\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", os.fspath(project.parent))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


@pytest.mark.parametrize("command", ["check", "build"])
def test_github_is_told_without_being_asked(command, run, project, summary):
    """On GitHub Actions annotations follow the text, and the summary is added to the job's."""
    code, out, _ = run(command, project)
    assert code == 1
    assert "::error file=graph/data/a.ttl,line=3,title=Violation" in out
    text = summary.read_text()
    assert text.startswith("Before.\n### tgkg: 1 violation")
    assert "| person | 1 | 0 |" in text


def test_data_stay_data_on_github(run, project, summary):
    """A report asked for as data has nothing else in it; the summary is still written."""
    _, out, _ = run("check", project, "--format", "json")
    assert json.loads(out)["publishable"] is False
    assert "1 violation" in summary.read_text()


def test_elsewhere_nothing_is_added(run, project):
    """Without GitHub Actions there are no commands in the text."""
    assert "::error" not in run("check", project)[1]


def test_a_summary_that_cannot_be_written_ends_nothing(run, project, summary, monkeypatch):
    """The code is that of the report."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary.parent / "nowhere" / "x"))
    code, _, err = run("check", project)
    assert code == 1
    assert "The summary cannot be written" in err


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("github", "::error file=graph/data/a.ttl,line=3"),
        ("gitlab", '"path": "graph/data/a.ttl"'),
        ("markdown", "### tgkg: 1 violation"),
        ("ttl", "sh:resultPath"),
        ("json", '"checked": 1'),
    ],
)
def test_each_form_can_be_asked_for(command, form, part, run, project):
    """Both commands print the report in every form, and end with the same code."""
    code, out, _ = run(command, project, "--format", form)
    assert code == 1
    assert part in out


def test_a_gate_that_is_open(run, project, summary):
    """Valid data end with 0, no annotation, and a summary that says so."""
    (project / "data/a.ttl").write_text(DATA.replace("e:age 3", 'e:name "Bob"'))
    code, out, err = run("check", project)
    assert (code, "::" in out) == (0, False)
    assert "1 shape checked 1 node." in err
    assert "everything is readable and satisfies the shapes" in summary.read_text()
