"""How a server runs: each setting with its default, every mistake with its line."""

import pytest

from tgkg.errors import UnreadableError
from tgkg.operation import (
    BY_SIZE,
    DISK,
    MEMORY,
    Limits,
    OldReleases,
    Operation,
    read_operation,
)
from tgkg.publish.project import open_project

FULL = """
name = "x"
engine = ["https://one.example/sparql", "https://two.example/sparql"]
services = ["https://query.wikidata.org/sparql"]
log_queries = "text"
[limits]
seconds = 2.5
longest_seconds = 30
memory_mb = 512
answer_mb = 8
processes = 3
waiting = 4
[old_releases]
open = 2
idle_seconds = 0.5
"""


@pytest.fixture
def read(tmp_path):
    """Gives a function that reads the settings of a text."""

    def make(text):
        file = tmp_path / "tgkg.toml"
        file.write_text(text)
        return read_operation(file)

    return make


def test_every_setting_is_read(read):
    """What the file says is what the server does."""
    assert read(FULL) == Operation(
        engine=("https://one.example/sparql", "https://two.example/sparql"),
        limits=Limits(2.5, 30, 512, 8, 3, 4),
        services=("https://query.wikidata.org/sparql",),
        log_queries="text",
        old_releases=OldReleases(2, 0.5),
    )


def test_each_has_a_default(read):
    """Without a word the size of a release chooses its engine; queries are limited, and closed."""
    assert read('name = "x"') == Operation()
    assert Operation().engine == BY_SIZE
    assert Operation().services == ()


@pytest.mark.parametrize(
    ("text", "engine"),
    [
        ('"auto"', BY_SIZE),
        ('"memory"', MEMORY),
        ('"disk"', DISK),
        ('"http://localhost:8890/sparql"', ("http://localhost:8890/sparql",)),
    ],
)
def test_an_engine_is_near_or_far(read, text, engine):
    """It is in memory, on disk, or at an address."""
    assert read(f"engine = {text}").engine == engine


def test_a_longer_time_raises_the_ceiling(read):
    """Whoever gives queries more than the usual ceiling need not set that too."""
    assert read("[limits]\nseconds = 90").limits == Limits(seconds=90, longest_seconds=90)


@pytest.mark.parametrize(("asked", "given"), [(None, 10), (3, 3), (60, 60), (61, 60), (0.5, 0.5)])
def test_the_ceiling_holds(asked, given):
    """A client gets the time that it asks for, up to the ceiling."""
    assert Limits().seconds_for(asked) == given


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('engine = "cloud"', 1, "memory"),
        ("engine = []", 1, "list of such addresses"),
        ('services = "https://x.example/"', 1, "list of texts"),
        ('\nservices = ["file:///etc/passwd"]', 2, "https://"),
        ('log_queries = "all"', 1, '"hash" or "text"'),
        ("limits = 3", 1, "table"),
        ("[limits]\nseconds = 0", 2, "above zero"),
        ("[limits]\nseconds = inf", 2, "above zero"),
        ("[limits]\nseconds = true", 2, "a number"),
        ("[limits]\nwaiting = 2.5", 2, "a whole number"),
        ("[old_releases]\nopen = 0", 2, "old_releases.open is a whole number"),
        ("[old_releases]\nopen = 1.5", 2, "a whole number"),
        ("[old_releases]\nmost = 2", 2, "most is not a setting"),
        ("[limits]\nminutes = 2", 2, "minutes is not a setting"),
        ("[limits]\nseconds = 20\nlongest_seconds = 10", 2, "at most"),
    ],
)
def test_a_mistake_has_its_line(read, text, line, message):
    """A value that means nothing is refused, with what it may be."""
    with pytest.raises(UnreadableError) as error:
        read(text)
    [problem] = error.value.problems
    assert problem.place.line == line
    assert message in problem.message


def test_check_finds_it(tmp_path):
    """A mistake in how to serve is one of the project's, found before it is served."""
    (tmp_path / "tgkg.toml").write_text('name = "x"\n[limits]\nseconds = "ten"\n')
    with pytest.raises(UnreadableError, match=r"tgkg.toml:3"):
        open_project([tmp_path])
