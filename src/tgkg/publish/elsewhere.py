"""Makes a release without data: what a site over a store elsewhere needs to know of it."""

import hashlib
import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tgkg.config import Config
from tgkg.iris import COMMON_PREFIXES
from tgkg.manifest import MANIFEST, Manifest, Outline
from tgkg.publish.build import Outcome
from tgkg.publish.content import software
from tgkg.publish.durable import alone, switch, write_json, write_release, write_text
from tgkg.publish.examine import Progress
from tgkg.release import State
from tgkg.remote.endpoint import Endpoint
from tgkg.remote.outline import Found, look_into
from tgkg.report import Report

_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_-]+")


def outline(endpoint: Endpoint, state: State, progress: Progress) -> Outcome:
    """Ask a store what it holds, and make that the current release, without dumps or shapes.

    Raises:
        EngineError: the store does not say; the last release stays.
    """
    with alone(state):
        found = look_into(endpoint, progress)
        manifest, report = _manifest(endpoint.address, found), _report(endpoint.address, found)

        def fill(folder: Path) -> None:
            (folder / "queries").mkdir()
            write_text(folder / "shapes.nq", "")
            write_json(folder / "report.json", report.as_json())
            write_json(folder / MANIFEST, manifest.as_json())

        release = write_release(state, manifest.id, fill)
        switch(state, release)
        return Outcome(state, release, report)


def host_of(address: str) -> str:
    """Return the host of an endpoint as a name for a project and its folder."""
    return _NOT_IN_NAME.sub("-", urlsplit(address).hostname or "").strip("-") or "graph"


def _manifest(address: str, found: Found) -> Manifest:
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2] + parts.path
    # Counts may stay where facts change: what readers keep of one start is not that of the next.
    seen = json.dumps([address, created, asdict(found.counts)], sort_keys=True)
    seen_hash = hashlib.sha256(seen.encode()).hexdigest()
    return Manifest(
        id=found.release or seen_hash,
        data_hash=seen_hash,
        created=created,
        software=software(),
        config=Config(name=found.name or host_of(address), title={"": place}),
        prefixes=dict(sorted(COMMON_PREFIXES.items())),
        counts=found.counts,
        dumps=(),
        refused={},
        outline=Outline(found.release is not None, found.own_default),
    )


def _report(address: str, found: Found) -> Report:
    place = urlsplit(address).netloc.rpartition("@")[2]
    absent = (
        f"The graph lies in the store at {place}: nothing was validated, and no dumps are here."
    )
    return Report(validated=False, notes=(absent, *found.missing))
