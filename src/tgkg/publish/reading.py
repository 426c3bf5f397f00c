"""Reads a whole project: RDF as it stands, CSV by its mapping, and then what the rules make."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from tgkg.errors import Problem, UnreadableError
from tgkg.publish.blank_nodes import Renaming
from tgkg.publish.constructs import Construct, in_graph
from tgkg.publish.csv_names import CSV, MADE_INTO_RDF, RULE
from tgkg.publish.large_files import AnySource, LargeSource, read_large
from tgkg.publish.pace import MEGABYTE, Pace
from tgkg.publish.project import Project, Role, SourceFile
from tgkg.publish.sources import Source, read_rdf
from tgkg.publish.workshop import Workshop

_HELD: Final = 16 * MEGABYTE
"""How much RDF is held in memory at once."""


Progress = Callable[[str], None]
Reader = Callable[[SourceFile, str, Progress], Source]
"""Reads a file; the text sets its blank nodes apart from those of other files."""


def read_file(file: SourceFile, scope: str, progress: Progress) -> Source:
    """Read a file of RDF, or of CSV by its mapping.

    Raises:
        UnreadableError: with every problem of the file.
    """
    return _read_csv(file, scope) if file.path.suffix == CSV else read_rdf(file, scope, progress)


def read_sources(
    project: Project,
    progress: Progress = lambda _: None,
    shop: Workshop | None = None,
    read: Reader = read_file,
) -> tuple[AnySource, ...]:
    """Read every file of a project that is RDF or becomes it.

    Where they are large, and there is a workshop, what they state is written there. Rules come
    last. Each sees everything that was read and nothing that another rule made, so their order
    does not matter.

    Raises:
        UnreadableError: with every problem of every file, not only the first file's.
    """
    files = {
        _scope(file): file for file in project.files_for(Role.ONTOLOGY, Role.DATA, Role.SHAPES)
    }
    found: dict[str, AnySource] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    large = _large(files.values()) if shop else frozenset()
    if shop and large:
        for scope, result in _read_large(files, large, shop, progress):
            if isinstance(result, UnreadableError):
                problems[scope] = result.problems
            else:
                found[scope] = result
    for scope, file in files.items():
        if file in large or file.path.suffix == RULE:
            continue
        progress(file.name)
        try:
            found[scope] = read(file, scope, progress)
        except UnreadableError as error:
            problems[scope] = error.problems
    if problems:
        raise UnreadableError(*(each for scope in files for each in problems.get(scope, ())))
    sources = tuple(found[scope] for scope in files if scope in found)
    rules = [(file, scope) for scope, file in files.items() if file.path.suffix == RULE]
    return (*sources, *_follow(rules, sources, shop)) if rules else sources


def _scope(file: SourceFile) -> str:
    """Return what sets a file's blank nodes apart, whatever other files there are."""
    return f"f{sha256(file.name.encode()).hexdigest()[:16]}"


def _large(files: Iterable[SourceFile]) -> frozenset[SourceFile]:
    """Return the files of data in RDF that are too much together to be held, if they are."""
    rdf = {
        file: _size(file)
        for file in files
        if file.role is Role.DATA and file.path.suffix not in MADE_INTO_RDF
    }
    return frozenset(rdf) if sum(rdf.values()) > _HELD else frozenset()


def _size(file: SourceFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0  # whoever reads it says why it cannot be


def _read_large(
    files: Mapping[str, SourceFile],
    large: AbstractSet[SourceFile],
    shop: Workshop,
    progress: Callable[[str], None],
) -> Iterator[tuple[str, LargeSource | UnreadableError]]:
    """Yield each large file as it is read, by its scope, the largest first."""
    runs = shop.folder / "runs"
    runs.mkdir()
    scopes = sorted(
        (scope for scope, file in files.items() if file in large),
        key=lambda scope: -_size(files[scope]),
    )
    pace = Pace("Reading", "MB", sum(map(_size, large)) // MEGABYTE)
    for scope, result in shop.each(
        [(_read_one, (files[scope], scope, runs / scope)) for scope in scopes], is_much=True
    ):
        yield scope, result
        pace.done += _size(files[scope]) // MEGABYTE
        progress(pace.line())


def _read_one(
    file: SourceFile, scope: str, folder: Path
) -> tuple[str, LargeSource | UnreadableError]:
    try:
        return scope, read_large(file, scope, folder)
    except UnreadableError as error:
        return scope, error


def _read_csv(file: SourceFile, scope: str) -> Source:
    # csvw takes a third of a second to import, and few projects have a table.
    from tgkg.publish.tables import read_table  # noqa: PLC0415

    try:
        text = file.path.read_bytes()
    except OSError as error:
        raise UnreadableError.at(file.name, f"cannot be read: {error.strerror}.") from error
    return _made(file, text, scope, read_table(file, text))


def _follow(
    rules: Iterable[tuple[SourceFile, str]], sources: Sequence[AnySource], shop: Workshop | None
) -> tuple[Source, ...]:
    """Run each rule over everything read, shapes left out."""
    stated = _stated([each for each in sources if each.file.role is not Role.SHAPES], shop)
    made: list[Source] = []
    for file, scope in rules:
        rule = Construct.read(file.path, file.name, file.base)
        triples = ((1, triple) for triple in rule.triples(stated))
        made.append(_made(file, rule.text.encode(), scope, triples))
    return tuple(made)


def _stated(sources: Sequence[AnySource], shop: Workshop | None) -> ox.Store:
    """Return what sources state as a store, on disk where they lie there."""
    is_large = any(isinstance(source, LargeSource) for source in sources)
    store = ox.Store(str(shop.folder / "stated")) if shop and is_large else ox.Store()
    for source in sources:
        if isinstance(source, LargeSource):
            for path in source.stated:
                store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)
        else:
            store.extend(source.quads)
    return store


def _made(
    file: SourceFile, text: bytes, scope: str, triples: Iterable[tuple[int, ox.Triple]]
) -> Source:
    """Put triples into the file's graph, each subject placed where it was first made."""
    graph = ox.NamedNode(file.graph)
    renaming = Renaming(lambda label: f"{scope}-{label}")
    quads: list[ox.Quad] = []
    first_lines: dict[str, int] = {}
    for line, triple in triples:
        quad = renaming.quad(in_graph(triple, graph))
        quads.append(quad)
        first_lines.setdefault(str(quad.subject), line)
    return Source(file, text, tuple(quads), first_lines, {})
