"""Reads a large file into sorted runs of canonical lines on disk, without holding all of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from tgkg.errors import Problem, UnreadableError
from tgkg.formats import N_QUADS, N_TRIPLES, Carries, Format, rdf_format_of_extension
from tgkg.publish.blank_nodes import Renaming
from tgkg.publish.canonical import Canonicaliser
from tgkg.publish.project import SourceFile
from tgkg.publish.sorted_runs import RunWriter
from tgkg.publish.sources import (
    UNPARSABLE,
    Source,
    checked,
    format_of,
    in_graph,
    known_prefixes,
    read_text,
)

_PIECE: Final = 32 * 1024**2
"""How many bytes of a text in lines are read at once."""


@dataclass(frozen=True, slots=True)
class LargeSource:
    """A file that was read, and that nobody holds: what it states lies on disk."""

    file: SourceFile
    scope: str
    """Sets its blank nodes apart from those of other files."""
    runs: tuple[Path, ...]
    """Canonical N-Quads, each file of them sorted."""
    stated: tuple[Path, ...]
    """The same statements as N-Quads, blank nodes labelled by the scope and their own labels."""
    prefixes: Mapping[str, str]

    @property
    def quads(self) -> Iterator[ox.Quad]:
        """What it states, from the disk."""
        for path in self.stated:
            yield from ox.parse(
                path=path, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False, lenient=True
            )

    @property
    def format(self) -> Format | None:
        """The format, by the file's extension."""
        return rdf_format_of_extension(self.file.path.suffix[1:])


AnySource = Source | LargeSource


def read_large(file: SourceFile, scope: str, folder: Path) -> LargeSource:
    """Read a file of RDF into runs in a folder that is there for them.

    Raises:
        UnreadableError: it is not what its extension promises, with its line; or its blank nodes
            cannot be named in time.
    """
    folder.mkdir()
    is_dataset = format_of(file).carries is Carries.DATASET
    runs = RunWriter(folder, None if is_dataset else str(ox.NamedNode(file.graph)))
    prefixes: dict[str, str] = {}
    passed = 0
    for piece in _pieces(file):
        try:
            prefixes |= _write_lines(file, checked(file, piece), runs)
        except (UnreadableError, *UNPARSABLE):
            _explain(file, piece, passed)
            raise  # it was not the text
        passed += piece.count(b"\n")
    runs.close()
    if not runs.blank:
        return LargeSource(file, scope, runs.written, runs.written, prefixes)
    blank = _parsed(runs.blank)
    labelled, own = folder / "labelled.nq", folder / "own.nq"
    with Canonicaliser() as canonicaliser:
        _write(labelled, sorted(canonicaliser.lines(blank, file.name)))
    renaming = Renaming(lambda label: f"{scope}-{label}")
    _write(own, (f"{renaming.quad(quad)} ." for quad in blank))
    return LargeSource(file, scope, (*runs.written, labelled), (*runs.written, own), prefixes)


def _pieces(file: SourceFile) -> Iterator[bytes]:
    """Yield the text: whole lines of it where each is a statement, or all."""
    try:
        with file.path.open("rb") as source:
            if format_of(file) not in (N_TRIPLES, N_QUADS):
                yield source.read()
                return
            while piece := source.read(_PIECE):
                yield piece if piece.endswith(b"\n") else piece + source.readline()
    except OSError as error:
        raise UnreadableError.at(file.name, f"cannot be read: {error.strerror}.") from error


def _write_lines(file: SourceFile, text: bytes, runs: RunWriter) -> dict[str, str]:
    """Write what a text states as canonical lines; return its prefixes."""
    fmt, graph = format_of(file), ox.NamedNode(file.graph)
    parser = ox.parse(text, format=fmt.rdf, base_iri=file.base, rename_blank_nodes=False)
    quads: Iterable[ox.Quad] = parser
    if fmt.carries is Carries.DATASET:
        quads = (in_graph(quad, graph) for quad in parser)
    ox.serialize(quads, cast("IO[bytes]", runs), format=ox.RdfFormat.N_QUADS)
    return known_prefixes(parser)


def _explain(file: SourceFile, piece: bytes, passed: int) -> None:
    """Read a piece again, slowly, so that what is wrong with it is raised with its place."""
    try:
        read_text(file, checked(file, piece), "")
    except UnreadableError as error:
        raise UnreadableError(*(_further(each, passed) for each in error.problems)) from error


def _further(problem: Problem, lines: int) -> Problem:
    """Return a problem of a piece as one of the file, of which so many lines come before it."""
    place = problem.place
    return replace(problem, place=replace(place, line=place.line and place.line + lines))


def _parsed(lines: Iterable[bytes]) -> list[ox.Quad]:
    text = b"\n".join(lines)
    return [*ox.parse(text, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False, lenient=True)]


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as output:
        output.writelines(f"{line}\n" for line in lines)
