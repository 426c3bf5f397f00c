"""The releases of the site beside the one that it shows: which there are, which there were."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from flask import Flask, current_app, request, url_for

from tgkg.chronicle import Chronicle, Entry
from tgkg.errors import GoneError, NoReleaseError, NotFoundError
from tgkg.history import CURRENT, PREVIOUS, is_name, previous_id, short
from tgkg.release import Release, State
from tgkg.web.addresses import public_address
from tgkg.web.current import heed_state, published, visit

_KEY: Final = "tgkg.past"


@dataclass(frozen=True)
class Past:
    """The releases of a state folder at one moment."""

    state: State
    chronicle: Chronicle
    current: str | None
    """The id of the current release."""
    at_hand: frozenset[str]
    """The ids of those that can be opened, as far as their folders tell."""

    @classmethod
    def of(cls, state: State) -> "Past":
        """Look which releases there are now."""
        try:
            names = {each.name for each in state.releases.iterdir()}
        except OSError:
            names = set()
        there = frozenset(name for name in names if not name.startswith("."))
        return cls(state, Chronicle.open(state), state.current_id(), there)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every release that is at hand or was noted, the newest first."""
        noted = self.chronicle.entries.values()
        unknown = self.at_hand - {entry.id for entry in noted}
        manifests = [each.manifest for name in unknown if (each := self.opened(name))]
        manifests.sort(key=lambda each: (each.created, each.id))
        first = max(self.chronicle.entries, default=0) + 1
        loose = [
            Entry(number, each.id, each.version, each.created, None, told=False)
            for number, each in enumerate(manifests, first)
        ]
        return tuple(reversed((*noted, *loose)))

    @cached_property
    def _by_id(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def entry(self, release: str) -> Entry:
        """Return what is known of a release by its full id."""
        return self._by_id[release]

    def named(self, name: str) -> str:
        """Return the id of the release that a name stands for, also of one that is gone.

        Raises:
            NotFoundError: there never was one, or there are several.
        """
        if name == CURRENT:
            found = [self.current] if self.current else []
        elif name == PREVIOUS:
            found = [before] if (before := previous_id(self.state)) else []
        else:
            found = [each for each in self._by_id if is_name(name) and each.startswith(name)]
        if not found:
            raise NotFoundError(f"There is no release {name[:80]!r}; /releases/ lists them.")
        if len(found) > 1:
            several = ", ".join(map(short, found[:5]))
            raise NotFoundError(f"{several} all begin with {name!r}: write more of it.")
        return found[0]

    def opened(self, release: str) -> Release | None:
        """Open a release by its id; None where it is gone, or in another layout."""
        if release not in self.at_hand:
            return None
        with suppress(NoReleaseError):
            return Release.open(self.state.releases / release)
        return None

    def kept(self, release: str) -> Release:
        """Open a release by its id.

        Raises:
            GoneError: it is not kept any more.
        """
        opened = self.opened(release)
        if opened is None:
            entry = self.entry(release)
            raise GoneError(
                f"Release {short(release)} ({entry.version}) of {entry.created[:10]} is no longer "
                "kept here; what it changed still is, in the comparisons with it."
            )
        return opened


def attach(app: Flask, state: State) -> None:
    """Let the application know the releases of a state folder."""
    app.extensions[_KEY] = state


def past() -> Past:
    """Return the releases there are now; an answer that tells of them is good as long as they.

    Raises:
        NoReleaseError: nothing has been published yet.
    """
    published()
    heed_state()
    return Past.of(cast("State", current_app.extensions[_KEY]))


def site_path(endpoint: str, **values: object) -> str:
    """Return the path of a page of the whole site, also from within an older release."""
    path = url_for(endpoint, **values)  # type: ignore[arg-type]
    asked = visit()
    root = asked.root if asked else request.script_root
    return root + path.removeprefix(request.script_root)


def release_path(release: str, path: str = "") -> str:
    """Return the path of what a release is, or of a page of the site in it."""
    return site_path("releases.one", name=release) + path


def comparison_path(before: str, after: str, **query: object) -> str:
    """Return the path of what changed from a release to another; of one resource with `iri`."""
    return site_path("comparison.comparison", before=before, after=after, **query)


def release_address(release: str) -> str:
    """Return the name of a release as a version of the data: an absolute address."""
    return public_address(release_path(release))
