"""What the page of a release shows, and the same for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tgkg.changes import Tally
from tgkg.chronicle import Entry
from tgkg.manifest import Manifest
from tgkg.release import Release
from tgkg.report import Report
from tgkg.web.dumps import DumpEntry
from tgkg.web.past import Past, comparison_path, release_path
from tgkg.web.showing import Shower

_SOURCES: Final = 12
"""How many sources are named where a release is told of in words."""


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """A release in short."""

    entry: Entry
    manifest: Manifest
    is_current: bool
    home: str
    """Where the site as it was then begins."""
    parent: Entry | None
    comparison: str | None
    """Where that is told what it changed of its parent."""
    tallies: tuple[Tally, ...]
    dumps: tuple[tuple[DumpEntry, str], ...]
    """The dumps of the whole, each with its address in this release."""
    report: Report


def release_page(held: Past, entry: Entry, release: Release) -> ReleasePage:
    """Gather what the page shows."""
    parent = held.chronicle.parent(entry)
    home = release_path(entry.id, "/")
    return ReleasePage(
        entry=entry,
        manifest=release.manifest,
        is_current=entry.id == held.current,
        home=home,
        parent=parent,
        comparison=comparison_path(parent.id, entry.id) if parent else None,
        tallies=held.chronicle.tallies(entry),
        dumps=tuple(
            (DumpEntry.of(dump), f"{home}dumps/{dump.file}")
            for dump in release.manifest.dumps
            if dump.graph is None
        ),
        report=release.report(),
    )


def release_json(it: ReleasePage) -> Mapping[str, Any]:
    """Return the same as JSON values: what its manifest says, and what it changed."""
    manifest = it.manifest.as_json()
    kept = ("data_hash", "software", "checked_with", "allowed", "counts", "refused")
    return {
        "id": it.entry.id,
        "version": it.manifest.version,
        "created": it.manifest.created,
        "current": it.is_current,
        "href": it.home,
        **{key: manifest[key] for key in kept},
        "dumps": [{**dump, "href": f"{it.home}dumps/{dump['file']}"} for dump in manifest["dumps"]],
        "report": it.report.as_json(),
        "changes": it.parent
        and {
            "before": it.parent.id,
            "href": it.comparison,
            "added": it.entry.added,
            "removed": it.entry.removed,
            "resources": it.entry.resources,
            "graphs": [
                {"graph": each.graph.strip("<>"), "added": each.added, "removed": each.removed}
                for each in it.tallies
            ],
        },
    }


def in_words(held: Past, entry: Entry, show: Shower) -> str:
    """Tell in some sentences what a release changed, for who reads no tables."""
    t, parent = show.reader.t, held.chronicle.parent(entry)
    release = held.opened(entry.id)
    said = [] if parent else [t("changes.first")]
    if parent and not entry.added + entry.removed:
        said.append(t("changes.nothing", version=parent.version))
    elif parent:
        said.append(
            t("changes.words", version=parent.version, added=t.number(entry.added),
              removed=t.number(entry.removed), resources=t.number(entry.resources))
        )  # fmt: skip
    for each in held.chronicle.tallies(entry)[:_SOURCES]:
        graph = show.thing(each.graph[1:-1]).text if each.graph.startswith("<") else each.graph
        signs = f"+{t.number(each.added)} −{t.number(each.removed)}"
        said.append(f"{graph}: {signs}.")
    if release and release.manifest.allowed is not None:
        said.append(t("changes.allowed", reason=release.manifest.allowed))
    if release is None:
        said.append(t("releases.gone"))
    return " ".join(said)
