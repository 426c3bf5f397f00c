"""The content of a release: canonical lines, the name made from them, and all its files."""

import hashlib
import importlib.metadata
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from tgkg.formats import TURTLE
from tgkg.iris import COMMON_PREFIXES, RDF
from tgkg.publish.canonical import canonical_lines, hash_of_lines
from tgkg.publish.dumps import write_dumps
from tgkg.publish.durable import write_json, write_text
from tgkg.publish.examine import Examined, Progress
from tgkg.publish.project import Project, Role
from tgkg.release import MANIFEST, CheckedWith, Counts, Manifest
from tgkg.report_rdf import report_quads
from tgkg.search_index import SEARCH_INDEX, write_index
from tgkg.serialization import serialize


@dataclass(frozen=True, slots=True)
class Content:
    """What a release will hold; the same sources give the same on any machine."""

    examined: Examined
    id: str
    data_hash: str
    checked_with: CheckedWith
    data: Sequence[str]
    """Canonical N-Quads of ontology and data, sorted."""
    shapes: Sequence[str]

    @classmethod
    def of(cls, examined: Examined) -> "Content":
        """Make the canonical lines of what was examined, and hash them.

        Raises:
            UnreadableError: the blank nodes of a file cannot be named in time.
        """
        data = _canonical(examined, {Role.ONTOLOGY, Role.DATA})
        shapes = _canonical(examined, {Role.SHAPES})
        data_hash = hash_of_lines(data)
        checked_with = CheckedWith(
            hash_of_lines(_canonical(examined, {Role.ONTOLOGY})), hash_of_lines(shapes)
        )
        covered = {
            "data": data_hash,
            "shapes": checked_with.shapes,
            "queries": _hashes(examined.project, Role.QUERY),
            "configuration": examined.project.config.as_json(),
        }
        if beside := _hashes(examined.project, Role.PAGE, Role.THEME):
            covered["site"] = beside
        if examined.report.allowed is not None:
            covered["allowed"] = examined.report.allowed
        whole = hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()
        return cls(examined, whole, data_hash, checked_with, data, shapes)

    def write(self, folder: Path, progress: Progress) -> None:
        """Write every file of the release into an empty folder, the manifest last."""
        project = self.examined.project
        prefixes = _prefixes(self.examined)
        quads = _parsed(self.data)
        stem = folder / "dumps" / project.config.name
        dumps, refused = write_dumps(stem, quads, prefixes, progress)
        write_text(folder / "shapes.nq", "".join(f"{line}\n" for line in self.shapes))
        folders = project.config.folders
        _copy(project, Role.QUERY, folders.queries, folder / "queries")
        _copy(project, Role.PAGE, folders.pages, folder / "pages")
        _copy(project, Role.THEME, folders.theme, folder / "theme")
        counts = _counts(quads)
        progress("Search index")
        write_index(folder / SEARCH_INDEX, quads, counts.classes)
        write_json(folder / "report.json", self.examined.report.as_json())
        report = serialize(report_quads(self.examined.report), TURTLE, prefixes)
        (folder / "report.ttl").write_bytes(report)
        created = datetime.now(UTC)
        manifest = Manifest(
            id=self.id,
            data_hash=self.data_hash,
            created=created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            software=software(),
            config=project.config,
            prefixes=prefixes,
            counts=counts,
            dumps=dumps,
            refused=refused,
            version=project.config.version or f"{created:%Y-%m-%d}-{self.id[:8]}",
            checked_with=self.checked_with if self.examined.report.validated else None,
            allowed=self.examined.report.allowed,
        )
        write_json(folder / MANIFEST, manifest.as_json())


def software() -> str:
    """Return our name and version."""
    return f"tgkg {importlib.metadata.version('tgkg')}"


def _canonical(examined: Examined, roles: set[Role]) -> list[str]:
    return canonical_lines(source for source in examined.sources if source.file.role in roles)


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


def _parsed(lines: Iterable[str]) -> tuple[ox.Quad, ...]:
    text = "\n".join(lines)
    return tuple(ox.parse(text, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))


def _prefixes(examined: Examined) -> dict[str, str]:
    """Return the prefixes that readers know from the sources; one name, one namespace."""
    chosen = {**COMMON_PREFIXES, **examined.project.config.prefixes}
    for source in examined.sources:
        for prefix, iri in sorted(source.prefixes.items()):
            if prefix not in chosen and iri not in chosen.values():
                chosen[prefix] = iri
    return dict(sorted(chosen.items()))


def _counts(quads: Sequence[ox.Quad]) -> Counts:
    triples = {quad.triple for quad in quads}
    graphs = Counter(
        quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)
    )
    classes = Counter(
        triple.object.value
        for triple in triples
        if triple.predicate.value == RDF + "type" and isinstance(triple.object, ox.NamedNode)
    )
    return Counts(
        triples=len(triples),
        quads=len(quads),
        subjects=len({triple.subject for triple in triples}),
        graphs=dict(sorted(graphs.items())),
        classes=dict(sorted(classes.items())),
        properties=dict(sorted(Counter(t.predicate.value for t in triples).items())),
    )
