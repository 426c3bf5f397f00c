"""Makes an earlier release the current one, for as long as the sources stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tgkg.errors import NoReleaseError, UnreadableError
from tgkg.history import PREVIOUS, find
from tgkg.integrity import flaws
from tgkg.publish.build import fingerprint
from tgkg.publish.durable import alone, switch, write_text
from tgkg.publish.project import open_project
from tgkg.release import Release, State


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The release that is current now, and which was before."""

    release: Release
    before: str | None


def roll_back(paths: Sequence[Path], state: State, name: str = PREVIOUS) -> RolledBack:
    """Make a release the current one again.

    From then on the sources as they are need no build: `build_if_changed` keeps to this release
    until they change, and `build` publishes them when it is asked to.

    Raises:
        NoReleaseError: there is no such release, or it is not whole; nothing was changed.
    """
    folder = find(state, name)
    with alone(state):
        release = Release.open(folder)
        for flaw in flaws(folder):
            raise NoReleaseError(f"Release {release.id} is damaged, so nothing was changed. {flaw}")
        before = state.current_id()
        switch(state, release)
        _let_be(paths, state)
    return RolledBack(release, before)


def _let_be(paths: Sequence[Path], state: State) -> None:
    """Note that the sources as they are need no build, beside those known already."""
    state.pending_file.unlink(missing_ok=True)
    try:
        seen = fingerprint(open_project(paths))
    except UnreadableError:
        return  # no build can come of them until they change
    file = state.fingerprint_file
    known = file.read_text("utf-8").split() if file.exists() else []
    write_text(file, "\n".join(dict.fromkeys((*known, seen))))
