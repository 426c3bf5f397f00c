"""The curator's guide is true: every edit in it, made on a copy as it says, passes the check."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tgkg.publish.examine import check

CHECKOUT = Path(__file__).resolve().parent.parent
GUIDE = (CHECKOUT / "docs/editing.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`((?:data|ontology)/[^`]+\.\w+)`")


class Step(NamedTuple):
    """One block of the guide: its kind, its lines, and the file named last before it."""

    kind: str
    text: str
    file: str


def steps(section: str) -> Iterator[Step]:
    """Yields the blocks of a section in their order."""
    for block in BLOCK.finditer(section):
        named = FILE.findall(BLOCK.sub("", section[: block.start()]))
        yield Step(block[1], block[2], named[-1] if named else "")


SECTIONS = {
    title: list(steps(text))
    for title, text in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
}


def follow(step: Step, copy: Path) -> None:
    """Does in the copy what a block says: a diff, lines to add, or commands."""
    if step.kind == "sh":
        run(step.text, copy)
        return
    file = copy / step.file
    file.parent.mkdir(exist_ok=True)
    before = file.read_text("utf-8") if file.exists() else ""
    if step.kind == "turtle":
        file.write_text(before + "\n" + step.text, "utf-8")
        return
    lines = step.text.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    assert before.count(old) == 1
    file.write_text(before.replace(old, new), "utf-8")


def run(commands: str, copy: Path) -> None:
    """Runs commands in the copy as its curator would, each of which must succeed."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "XDG_STATE_HOME": str(copy.parent / "state"),
    }
    done = subprocess.run(
        ["bash", "-euc", commands], cwd=copy, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


@pytest.mark.system
@pytest.mark.parametrize("title", SECTIONS)
def test_the_edits_of_a_section_pass_the_check(copy, title):
    """Done as the section says, in its order, each change is in order, and changes the graph."""
    names = sorted(copy.rglob("*.*"))
    before = {file: file.read_bytes() for file in names if file.is_file()}
    for step in SECTIONS[title]:
        follow(step, copy)
    assert check([copy], lambda _: None).exit_code == 0
    assert {file: file.read_bytes() for file in copy.rglob("*.*") if file.is_file()} != before


def test_the_guide_covers_what_curators_do():
    """Figure, year, source, question, language and retirement, each with something to do."""
    assert list(SECTIONS) == [
        "Change a figure",
        "Add a year",
        "Add a source",
        "Ask a question",
        "Add a language",
        "Retire a resource",
    ]
    assert all(SECTIONS.values())


@pytest.mark.system
def test_a_part_changed_alone_is_refused(copy):
    """As the guide says: the total no longer equals its parts, and its line is named."""
    file = copy / "data/facts-and-figures/figures.ttl"
    file.write_text(file.read_text("utf-8").replace("obsValue 100 ;", "obsValue 101 ;"), "utf-8")
    (result,) = check([copy], lambda _: None).results
    assert "do not add up" in result.message()
    assert result.place
    assert result.place.file == "data/facts-and-figures/figures.ttl"
    assert result.focus.endswith("first-years-2020-both-bachelors>")


@pytest.mark.system
def test_a_column_without_mapping_is_refused(copy):
    """As the guide says: the new year's column is refused with its line and column."""
    follow(SECTIONS["Add a year"][0], copy)
    (problem,) = check([copy], lambda _: None).problems
    assert '"2020" is a column that the mapping does not describe.' in problem.message
    header = next((copy / "data/duo").glob("*inscriptions*.csv")).read_text("utf-8").splitlines()[0]
    assert (problem.place.line, problem.place.column) == (1, header.index("2020") + 1)


@pytest.mark.system
def test_a_demanded_language_is_missed_by_file_and_line(copy):
    """As the guide says: once the shapes demand a third language, what lacks it is listed."""
    follow(SECTIONS["Add a language"][0], copy)
    file = copy / "shapes/Resource.ttl"
    file.write_text(file.read_text("utf-8").replace("sh:minCount 2", "sh:minCount 3"), "utf-8")
    results = check([copy], lambda _: None).results
    assert len(results) > 100
    assert all(result.place and result.place.line for result in results)
