"""A release is opened whole or not at all; the state knows which is current."""

import json

import pytest

from tgkg.config import Config
from tgkg.errors import NoReleaseError, Place, Problem
from tgkg.manifest import LAYOUT, MANIFEST, Counts, Dump, Manifest
from tgkg.release import Release, State
from tgkg.report import Report

CONFIG = Config(name="g", title={"en": "G"}, base="https://example.org/")
COUNTS = Counts(3, 4, 2, {"a:g": 4}, {"a:T": 1}, {"a:p": 3})
MADE = Manifest(
    id="abc",
    data_hash="def",
    created="2024-01-01T00:00:00Z",
    software="tgkg 0",
    config=CONFIG,
    prefixes={"e": "https://example.org/"},
    counts=COUNTS,
    dumps=(Dump("g.nq", "nquads", None, 10, "00"), Dump("g.nq.gz", "nquads", "gzip", 5, "01")),
    refused={"rdfxml": "because."},
)


@pytest.fixture
def folder(tmp_path):
    """Gives the folder of a finished release."""
    (tmp_path / MANIFEST).write_text(json.dumps(MADE.as_json()))
    return tmp_path


def test_a_manifest_travels_as_json(folder):
    """What was written is what is opened."""
    release = Release.open(folder)
    assert release.manifest.as_json() == MADE.as_json()
    assert release.manifest.counts == COUNTS
    assert release.manifest.dumps == MADE.dumps
    assert release.id == "abc"


def test_a_release_knows_its_files(folder):
    """Data, shapes and dumps are found by their names."""
    release = Release.open(folder)
    assert release.data == folder / "dumps" / "g.nq"
    assert release.shapes == folder / "shapes.nq"
    assert release.dump("g.nq.gz") == folder / "dumps" / "g.nq.gz"


def changed(**changes):
    """Gives the text of a manifest with some values changed; None removes one."""
    values = {**MADE.as_json(), **changes}
    return json.dumps({key: value for key, value in values.items() if value is not None})


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "3", '"x"', "{}", '{"layout": 1}', changed(layout=LAYOUT + 1),
        changed(config=None), changed(config={}), changed(config=[]), changed(counts={}),
        changed(counts=None), changed(dumps=[{}]), changed(dumps=3), changed(more=1),
        changed(id=None), "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_what_is_not_a_release_is_refused(text, folder):
    """A missing, broken, foreign or older manifest is an error with the folder's name."""
    (folder / MANIFEST).write_text(text)
    with pytest.raises(NoReleaseError) as error:
        Release.open(folder)
    assert str(folder) in str(error.value)
    assert error.value.exit_code == 2


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    """An unfinished folder is no release."""
    with pytest.raises(NoReleaseError, match="not a finished release"):
        Release.open(tmp_path / "none")


def test_nothing_is_current_at_first(tmp_path):
    """An empty state says what to do."""
    state = State(tmp_path)
    assert state.current_id() is None
    assert state.pending() is None
    with pytest.raises(NoReleaseError, match="run `tgkg build`"):
        state.current()


def test_the_current_release_is_where_the_link_points(tmp_path):
    """The link names the release; one that leads nowhere is an error."""
    state = State(tmp_path / "state")
    (state.releases / "abc").mkdir(parents=True)
    (state.releases / "abc" / MANIFEST).write_text(changed())
    state.current_link.symlink_to("releases/abc")
    assert state.current().id == "abc"
    state.current_link.unlink()
    state.current_link.symlink_to("releases/gone")
    with pytest.raises(NoReleaseError):
        state.current()


def test_what_waits_for_mending_is_read(tmp_path):
    """The report that a failed build left is the pending one; a broken one is none."""
    state = State(tmp_path)
    report = Report(problems=(Problem(Place("a", 1), "x."),), validated=False)
    state.pending_file.write_text(json.dumps(report.as_json()))
    assert state.pending() == report
    for text in ("", "{}", "[]", "null", '{"problems": 1}'):
        state.pending_file.write_text(text)
        assert state.pending() is None
