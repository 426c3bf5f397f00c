"""Killed, without room or without power: the last release serves, and the next build works."""

import fcntl
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from small_project import edited, quiet, released, snapshot

from tgkg.errors import TgkgError
from tgkg.integrity import flaws
from tgkg.publish.build import build
from tgkg.release import State

CHANCE = random.Random(7)  # noqa: S311 (nothing here is secret)
BUILD = (
    "import sys; from pathlib import Path; from tgkg.release import State\n"
    "from tgkg.publish.build import build\n"
    "build([Path(sys.argv[1])], State(Path(sys.argv[2])), lambda stage: print(stage, flush=True))"
)
GO_DOWN = 0x8004587D
"""The call that takes a file system's power away: EXT4_IOC_SHUTDOWN, of ext4's documentation."""
WITHOUT_A_FLUSH = (2).to_bytes(4, sys.byteorder)


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


def changed(project, number):
    """Gives the project data that are not those of any other number."""
    (project / "data" / "new.ttl").write_text(f"<a:a> <a:b> {number} .")


def begun(project, state):
    """Starts a build in a process of its own, and returns when it is at work."""
    arguments = [sys.executable, "-c", BUILD, project, state.folder]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    return process


def seconds_to_build(project, state):
    """Tells how long a build takes here in a process of its own, after its start."""
    changed(project, 0)
    with begun(project, state) as process:
        started = time.monotonic()
        process.stdout.read()
    assert process.returncode == 0
    return time.monotonic() - started


def goes_on(project, state, before, number):
    """Proves that what is served is whole, and one or the other; and that the next build works."""
    current = state.current()
    assert current.id == before or f'"{number}"' in current.data.read_text()
    assert list(flaws(current.folder)) == []
    assert f'"{number}"' in released(project, state).data.read_text()
    assert not list(state.releases.glob(".building-*"))


@pytest.mark.system
@pytest.mark.parametrize("times", [12, pytest.param(100, marks=pytest.mark.soak)])
def test_a_killed_build_leaves_the_last_release(times, project, state):
    """Whenever a build is killed, the last release opens and the next build works."""
    released(project, state)
    seconds = seconds_to_build(project, state)
    for number in range(1, times + 1):
        before = state.current_id()
        changed(project, number)
        with begun(project, state) as process:
            time.sleep(CHANCE.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
        goes_on(project, state, before, number)


class Disk:
    """An ext4 file system in a file, whose power can be taken away."""

    def __init__(self, folder):
        self.folder = folder / "disk"
        self.folder.mkdir()
        self._image = folder / "disk.img"
        with self._image.open("wb") as image:
            image.truncate(32 * 1024 * 1024)
        self._run("mkfs.ext4", "-q", self._image)

    def mount(self):
        """Gives it its power, and its name."""
        self._run("mount", "-o", "loop", self._image, self.folder)

    def unmount(self):
        """Lets go of it."""
        self._run("umount", self.folder)

    def lose_power(self):
        """Stops it at once: what was not written yet is lost."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, GO_DOWN, WITHOUT_A_FLUSH)
        finally:
            os.close(descriptor)

    @staticmethod
    def _run(*command):
        subprocess.run(command, check=True, capture_output=True)


@pytest.mark.soak
def test_a_lost_power_line_leaves_the_last_release(project, tmp_path):
    """Whenever the disk stops, it holds the last release or the new one, and nothing half."""
    disk = Disk(tmp_path)
    disk.mount()
    state = State(disk.folder / "state")
    try:
        released(project, state)
        seconds = seconds_to_build(project, state)
        for number in range(1, 101):
            before = state.current_id()
            changed(project, number)
            with begun(project, state):
                time.sleep(CHANCE.uniform(0, seconds * 1.2))
                disk.lose_power()
            disk.unmount()
            disk.mount()
            goes_on(project, state, before, number)
            for old in state.releases.iterdir():
                if old.name != state.current_id():
                    subprocess.run(["rm", "-rf", old], check=True)
    finally:
        disk.unmount()


@contextmanager
def little_room(folder):
    """Gives a folder on a full disk; where none may be mounted, files cannot grow instead."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft if is_mounted else 2_000_000, hard))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        if is_mounted:
            # What failed may still hold a file of it open.
            subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.system
def test_a_full_disk_changes_nothing(project, tmp_path):
    """When there is no room left, the state is as it was and the error says so."""
    big = "".join(f'<a:a{number}> <a:b> "{CHANCE.random()}" .\n' for number in range(20_000))
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
