"""The content of a release: canonical lines, the name made from them, and all its files."""

import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tgkg.dump_kinds import every_kind
from tgkg.formats import TURTLE
from tgkg.iris import COMMON_PREFIXES
from tgkg.manifest import MANIFEST, CheckedWith, Manifest
from tgkg.publish.canonical import hash_of
from tgkg.publish.canonical_lines import canonical_chunks
from tgkg.publish.catalogue_files import write_catalogue
from tgkg.publish.dumps import Writing, write_dumps
from tgkg.publish.durable import write_json
from tgkg.publish.examine import Examined, Progress
from tgkg.publish.linksets import linksets
from tgkg.publish.means import ANEW, Means
from tgkg.publish.project import Project, Role
from tgkg.publish.workshop import Workshop
from tgkg.release import STORE
from tgkg.report_rdf import report_quads
from tgkg.serialization import serialize


@dataclass(frozen=True, slots=True)
class Content:
    """What a release will hold; the same sources give the same on any machine."""

    examined: Examined
    shop: Workshop
    id: str
    checked_with: CheckedWith
    shapes: Path
    """Canonical N-Quads of the shapes."""

    @classmethod
    def of(cls, examined: Examined, shop: Workshop, means: Means = ANEW) -> "Content":
        """Make the canonical lines of what was examined, and hash them.

        Raises:
            UnreadableError: the blank nodes of a file cannot be named in time.
        """

        def canonical(role: Role) -> Iterator[bytes]:
            sources = (each for each in examined.sources if each.file.role is role)
            return canonical_chunks(sources, shop.folder / role.value, means.lines)

        shapes = shop.folder / "shapes.nq"
        with shapes.open("wb") as output:
            output.writelines(canonical(Role.SHAPES))
        checked_with = CheckedWith(
            hash_of(canonical(Role.ONTOLOGY)), hash_of([shapes.read_bytes()])
        )
        covered = {
            "data": examined.divided.hash,
            "shapes": checked_with.shapes,
            "queries": _hashes(examined.project, Role.QUERY),
            "configuration": examined.project.config.as_json(),
        }
        if beside := _hashes(examined.project, Role.PAGE, Role.THEME):
            covered["site"] = beside
        if examined.report.allowed is not None:
            covered["allowed"] = examined.report.allowed
        whole = hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()
        return cls(examined, shop, whole, checked_with, shapes)

    def write(self, folder: Path, progress: Progress) -> None:
        """Write every file of the release into an empty folder, the manifest last."""
        project, divided = self.examined.project, self.examined.divided
        config = project.config
        prefixes = _prefixes(self.examined)
        made = write_dumps(
            Writing(folder / "dumps" / config.name, divided, prefixes),
            every_kind() if config.dumps is None else config.dumps,
            folder / STORE,
            self.shop,
            progress,
        )
        shutil.copyfile(self.shapes, folder / "shapes.nq")
        _copy(project, Role.QUERY, config.folders.queries, folder / "queries")
        _copy(project, Role.PAGE, config.folders.pages, folder / "pages")
        _copy(project, Role.THEME, config.folders.theme, folder / "theme")
        write_json(folder / "report.json", self.examined.report.as_json())
        report = serialize(report_quads(self.examined.report), TURTLE, prefixes)
        (folder / "report.ttl").write_bytes(report)
        created = datetime.now(UTC)
        manifest = Manifest(
            id=self.id,
            data_hash=divided.hash,
            created=created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            software=software(),
            config=config,
            prefixes=prefixes,
            counts=divided.counts,
            dumps=made.dumps,
            refused=made.refused,
            version=config.version or f"{created:%Y-%m-%d}-{self.id[:8]}",
            checked_with=self.checked_with if self.examined.report.validated else None,
            allowed=self.examined.report.allowed,
            linksets=linksets(folder / "dumps" / f"{config.name}.nq", config.base),
        )
        write_catalogue(folder, manifest)
        write_json(folder / MANIFEST, manifest.as_json())


def software() -> str:
    """Return our name and version."""
    return f"tgkg {importlib.metadata.version('tgkg')}"


def _hashes(project: Project, *roles: Role) -> list[tuple[str, str]]:
    return [
        (file.name, hashlib.sha256(file.path.read_bytes()).hexdigest())
        for file in project.files_for(*roles)
    ]


def _copy(project: Project, role: Role, home: str, folder: Path) -> None:
    """Copy the files with a role, each below the folder as it lies in the project's."""
    folder.mkdir()
    for file in project.files_for(role):
        inside = file.path.relative_to(project.root / home)
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, folder / inside)


def _prefixes(examined: Examined) -> dict[str, str]:
    """Return the prefixes that readers know from the sources; one name, one namespace."""
    chosen = {**COMMON_PREFIXES, **examined.project.config.prefixes}
    for source in examined.sources:
        for prefix, iri in sorted(source.prefixes.items()):
            if prefix not in chosen and iri not in chosen.values():
                chosen[prefix] = iri
    return dict(sorted(chosen.items()))
