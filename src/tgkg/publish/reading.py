"""Reads a whole project: RDF as it stands, CSV by its mapping, and then what the rules make."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

import pyoxigraph as ox

from tgkg.errors import Problem, UnreadableError
from tgkg.publish.blank_nodes import Renaming
from tgkg.publish.constructs import Construct, in_graph
from tgkg.publish.csv_names import CSV, RULE
from tgkg.publish.project import Project, Role, SourceFile
from tgkg.publish.sources import Source, read_rdf

Progress = Callable[[str], None]
Reader = Callable[[SourceFile, str, Progress], Source]
"""Reads one file; the text sets its blank nodes apart from those of other files."""


def read_file(file: SourceFile, scope: str, progress: Progress) -> Source:
    """Read a file of RDF, or of CSV by its mapping.

    Raises:
        UnreadableError: with every problem of the file.
    """
    return _read_csv(file, scope) if file.path.suffix == CSV else read_rdf(file, scope, progress)


def read_sources(
    project: Project, progress: Progress = lambda _: None, read: Reader = read_file
) -> tuple[Source, ...]:
    """Read every file of a project that is RDF or becomes it.

    Rules come last. Each sees everything that was read and nothing that another rule made, so
    their order does not matter.

    Raises:
        UnreadableError: with every problem of every file, not only the first file's.
    """
    sources: list[Source] = []
    problems: list[Problem] = []
    rules: list[tuple[SourceFile, str]] = []
    for file in project.files_for(Role.ONTOLOGY, Role.DATA, Role.SHAPES):
        progress(file.name)
        scope = f"f{sha256(file.name.encode()).hexdigest()[:16]}"  # whatever other files there are
        try:
            if file.path.suffix == RULE:
                rules.append((file, scope))
            else:
                sources.append(read(file, scope, progress))
        except UnreadableError as error:
            problems.extend(error.problems)
    if problems:
        raise UnreadableError(*problems)
    return (*sources, *_follow(rules, sources)) if rules else tuple(sources)


def _read_csv(file: SourceFile, scope: str) -> Source:
    # csvw takes a third of a second to import, and few projects have a table.
    from tgkg.publish.tables import read_table  # noqa: PLC0415

    try:
        text = file.path.read_bytes()
    except OSError as error:
        raise UnreadableError.at(file.name, f"cannot be read: {error.strerror}.") from error
    return _made(file, text, scope, read_table(file, text))


def _follow(
    rules: Iterable[tuple[SourceFile, str]], sources: Sequence[Source]
) -> tuple[Source, ...]:
    """Run each rule over everything read, shapes left out."""
    stated = ox.Store()
    for source in sources:
        if source.file.role is not Role.SHAPES:
            stated.extend(source.quads)
    made: list[Source] = []
    for file, scope in rules:
        rule = Construct.read(file.path, file.name, file.base)
        triples = ((1, triple) for triple in rule.triples(stated))
        made.append(_made(file, rule.text.encode(), scope, triples))
    return tuple(made)


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
