"""Makes releases: reads, validates, freezes, switches. Nothing changes until the end."""

import fcntl
import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.errors import InvalidDataError, NoReleaseError, UnreadableError
from tgkg.formats import TURTLE
from tgkg.iris import COMMON_PREFIXES, RDF
from tgkg.publish.canonical import canonical_lines, hash_of_lines
from tgkg.publish.dumps import write_dumps
from tgkg.publish.project import Project, Role
from tgkg.publish.sources import Source, read_sources
from tgkg.publish.validation import validate
from tgkg.release import MANIFEST, Counts, Manifest, Release, State
from tgkg.report import Report
from tgkg.report_rdf import report_quads
from tgkg.serialization import serialize

Progress = Callable[[str], None]
"""Is told what is being done; cheap to call."""

_UNFINISHED: Final = ".building-"


@dataclass(frozen=True, slots=True)
class Examined:
    """What was read, and what was found in it."""

    project: Project
    sources: tuple[Source, ...]
    report: Report


def examine(project: Project, progress: Progress) -> Examined:
    """Read and validate a project; the report holds whatever is wrong."""
    try:
        sources = read_sources(project, lambda name: progress(f"reading {name}"))
        progress("validating")
        return Examined(project, sources, validate(sources, project.notes))
    except UnreadableError as error:
        report = Report(problems=error.problems, validated=False, notes=project.notes)
        return Examined(project, (), report)


def build(examined: Examined, state: State, progress: Progress) -> Release:
    """Freeze what was examined into a release and make it the current one.

    The same content gives the same release, which is then not made twice.

    Raises:
        UnreadableError, InvalidDataError: the report forbids it; the last release stays, and
            the report waits beside it.
        TgkgError: another build is under way.
    """
    with _alone(state):
        if not examined.report.publishable:
            _write_atomically(state.pending_file, json.dumps(examined.report.as_json()))
            raise _refusal(examined.report)
        progress("naming blank nodes")
        frozen = _Frozen.of(examined)
        release = _existing(state, frozen.id) or frozen.write(state, progress)
        _switch(state, release)
        state.pending_file.unlink(missing_ok=True)
        return release


def fingerprint(project: Project) -> str:
    """Return a hash of every byte that a release depends on, software included."""
    digest = hashlib.sha256(_software().encode())
    digest.update(json.dumps(project.config.as_json(), sort_keys=True).encode())
    for file in project.files:
        try:
            content = hashlib.sha256(file.path.read_bytes()).hexdigest()
        except OSError as error:
            content = str(error)
        digest.update(f"{file.role.value} {file.name} {content}\n".encode())
    return digest.hexdigest()


def is_up_to_date(project: Project, state: State) -> bool:
    """Tell whether the current release was built from just these sources by this software."""
    try:
        state.current()
        return state.fingerprint_file.read_text("utf-8") == fingerprint(project)
    except (NoReleaseError, OSError):
        return False


def remember(project: Project, state: State) -> None:
    """Note that the current release stands for the project's sources as they are now."""
    _write_atomically(state.fingerprint_file, fingerprint(project))


@dataclass(frozen=True, slots=True)
class _Frozen:
    """The canonical content of a release to be."""

    examined: Examined
    id: str
    data_hash: str
    lines: Sequence[str]
    shapes: Sequence[str]

    @classmethod
    def of(cls, examined: Examined) -> "_Frozen":
        lines = _canonical(examined, {Role.ONTOLOGY, Role.DATA})
        shapes = _canonical(examined, {Role.SHAPES})
        data_hash = hash_of_lines(lines)
        covered = {
            "data": data_hash,
            "shapes": hash_of_lines(shapes),
            "queries": sorted(
                (file.name, hashlib.sha256(file.path.read_bytes()).hexdigest())
                for file in examined.project.files_for(Role.QUERY)
            ),
            "configuration": examined.project.config.as_json(),
        }
        whole = hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()
        return cls(examined, whole, data_hash, lines, shapes)

    def write(self, state: State, progress: Progress) -> Release:
        """Write the release beside the others, then move it to its name in one step."""
        state.releases.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=state.releases))
        try:
            self._fill(temporary, progress)
            _sync(temporary)
            final = state.releases / self.id
            shutil.rmtree(final, ignore_errors=True)  # in another layout, or damaged
            temporary.rename(final)
            _sync_folder(state.releases)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        return Release.open(final)

    def _fill(self, folder: Path, progress: Progress) -> None:
        config = self.examined.project.config
        prefixes = _prefixes(self.examined)
        quads = tuple(_parsed(self.lines))
        dumps, refused = write_dumps(
            folder / "dumps", config.name, self.lines, quads, prefixes, progress
        )
        (folder / "shapes.nq").write_text("".join(f"{line}\n" for line in self.shapes), "utf-8")
        _copy_queries(self.examined.project, folder / "queries")
        _write_json(folder / "report.json", self.examined.report.as_json())
        report = serialize(report_quads(self.examined.report), TURTLE, prefixes)
        (folder / "report.ttl").write_bytes(report)
        manifest = Manifest(
            id=self.id,
            data_hash=self.data_hash,
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            software=_software(),
            config=config,
            prefixes=prefixes,
            counts=_counts(quads),
            dumps=dumps,
            refused=refused,
        )
        _write_json(folder / MANIFEST, manifest.as_json())


def _canonical(examined: Examined, roles: set[Role]) -> list[str]:
    lines: set[str] = set()
    for source in examined.sources:
        if source.file.role in roles:
            lines |= canonical_lines(source.quads, source.file.name)
    return sorted(lines)


def _parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    text = "\n".join(lines)
    return iter(ox.parse(text, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))


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


def _prefixes(examined: Examined) -> dict[str, str]:
    """Return the prefixes that readers know from the sources; one name, one namespace."""
    chosen = {**COMMON_PREFIXES, **examined.project.config.prefixes}
    for source in examined.sources:
        for prefix, iri in sorted(source.prefixes.items()):
            if prefix not in chosen and iri not in chosen.values():
                chosen[prefix] = iri
    return dict(sorted(chosen.items()))


def _copy_queries(project: Project, folder: Path) -> None:
    folder.mkdir()
    for file in project.files_for(Role.QUERY):
        shutil.copyfile(file.path, folder / file.path.name)


def _existing(state: State, release_id: str) -> Release | None:
    try:
        return Release.open(state.releases / release_id)
    except NoReleaseError:
        return None


def _refusal(report: Report) -> UnreadableError | InvalidDataError:
    if report.problems:
        return UnreadableError(*report.problems)
    return InvalidDataError(f"{len(report.violations)} violations: no release was made.")


@contextmanager
def _alone(state: State) -> Iterator[None]:
    """Let one build at a time use the state folder, and clear what a killed one left."""
    state.folder.mkdir(parents=True, exist_ok=True)
    with (state.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in state.releases.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _switch(state: State, release: Release) -> None:
    """Make the release the current one, in one step."""
    temporary = state.folder / "current.new"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(release.folder.relative_to(state.folder))
    temporary.replace(state.current_link)
    _sync_folder(state.folder)


def _write_json(file: Path, values: object) -> None:
    file.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _write_atomically(file: Path, text: str) -> None:
    temporary = file.with_name(f"{file.name}.new")
    temporary.write_text(text, "utf-8")
    temporary.replace(file)


def _sync(folder: Path) -> None:
    """Have everything below the folder on disk before its name is."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _software() -> str:
    return f"tgkg {importlib.metadata.version('tgkg')}"
