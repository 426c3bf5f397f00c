"""Edits are noticed however an editor saves, and nothing else is."""

import os
import threading
import time
from pathlib import Path

import pytest

from tgkg.publish.noticing import Watch


@pytest.fixture
def project(tmp_path) -> Path:
    """Makes a project of a file in each folder."""
    for name in ("data/a.ttl", "ontology/o.ttl", "shapes/S.ttl", "queries/q.rq", "tgkg.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('name = "x"\n' if name == "tgkg.toml" else "# x\n")
    return tmp_path


def renamed_over(file: Path) -> None:
    """Save as many editors do: write another file, and rename it over this one."""
    other = file.with_name(f".{file.name}.swp")
    other.write_text("# another\n")
    other.replace(file)


def same_size_and_time(file: Path) -> None:
    """Put another file of the same size in place, dated as the one before."""
    before = file.stat()
    other = file.with_name(".other")
    other.write_text("# y\n")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize("name", ["data/a.ttl", "ontology/o.ttl", "shapes/S.ttl", "queries/q.rq"])
@pytest.mark.parametrize(
    "save",
    [lambda file: file.write_text("# longer\n"), renamed_over, Path.unlink, same_size_and_time],
    ids=["written", "renamed over", "removed", "replaced"],
)
def test_an_edit_is_noticed_once(project, name, save):
    """Whichever file it is and however it is saved: once, by its name in the project."""
    watch = Watch([project])
    assert not watch.is_behind()
    save(project / name)
    assert watch.is_behind()
    assert watch.changes(5) == (name,)
    assert watch.changes(0) == ()


def test_settings_count_and_say_where_else_to_look(project):
    """An edit of the settings is one; folders that they name from then on are looked at."""
    watch = Watch([project])
    (project / "tgkg.toml").write_text('name = "x"\nfolders.data = "facts"\n')
    assert "tgkg.toml" in watch.changes(5)
    (project / "facts").mkdir()
    (project / "facts/b.ttl").write_text("# b\n")
    assert watch.changes(5) == ("facts/b.ttl",)
    (project / "tgkg.toml").write_text("name = ")
    assert watch.changes(5) == ("tgkg.toml",)
    (project / "facts/b.ttl").write_text("# while the settings are broken\n")
    assert watch.changes(5) == ("facts/b.ttl",)


@pytest.mark.parametrize("name", [".a.ttl.swp", "a.ttl~", "#a.ttl#", "_notes/x.ttl"])
def test_what_editors_keep_beside_a_file_is_no_edit(project, name):
    """Swap files, backups and what is hidden come and go unnoticed."""
    watch = Watch([project])
    (project / "data" / name).parent.mkdir(exist_ok=True)
    (project / "data" / name).write_text("half a")
    assert watch.changes(0) == ()


def test_files_beside_the_folders_are_no_sources(project):
    """Only what a build reads is looked at."""
    watch = Watch([project])
    (project / "README.md").write_text("x")
    assert watch.changes(0) == ()


def test_files_without_a_project_are_watched(tmp_path):
    """Single files, or every file below a folder that has no parts."""
    file = tmp_path / "some.ttl"
    file.write_text("# x\n")
    watch, folder = Watch([file]), Watch([tmp_path])
    file.write_text("# other\n")
    (tmp_path / "new.ttl").write_text("# new\n")
    assert watch.changes(5) == ("some.ttl",)
    assert folder.changes(5) == ("new.ttl", "some.ttl")


def test_a_link_in_a_circle_ends(project):
    """A folder that links to itself is walked once."""
    (project / "data/again").symlink_to(project / "data")
    assert Watch([project]).changes(0) == ()


def test_a_save_in_several_steps_is_one_edit(project):
    """It waits until the files lie still."""
    watch = Watch([project])

    def save() -> None:
        for step in range(10):
            (project / "data/a.ttl").write_text("# x" * step)
            time.sleep(0.005)

    saving = threading.Thread(target=save)
    saving.start()
    assert watch.changes(5) == ("data/a.ttl",)
    saving.join()
    assert not watch.is_behind()
