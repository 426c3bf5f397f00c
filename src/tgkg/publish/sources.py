"""Reads RDF files without ever opening a connection; every error has its file and line."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final, cast

import pyoxigraph as ox

from tgkg.errors import Place, Problem, UnreadableError
from tgkg.formats import JSON_LD, RDF_XML, TRIG, TURTLE, Format, rdf_format_of_extension
from tgkg.iris import is_prefix
from tgkg.publish.blank_nodes import Renaming
from tgkg.publish.precautions import danger_in
from tgkg.publish.project import SourceFile
from tgkg.publish.tokens import COMMENT, ESCAPED, IRI, LONG_STRING, STRING

_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_TEXT_TOKEN: Final = re.compile(
    b"|".join((COMMENT, ESCAPED, IRI, rb"(?P<long>" + LONG_STRING + b")", STRING)), re.DOTALL
)
_NOWHERE: Final = (sys.maxsize, sys.maxsize)
_AFTER_MESSAGE_POSITION: Final = re.compile(
    r"^Parser error (?:at|between) line \d+ (?:between columns? \d+ and|column) "
    r"(?:\d+ and line \d+ column )?\d+: "
)

UNPARSABLE: Final = (SyntaxError, ValueError, OSError, MemoryError)
"""What the parser raises."""
_STATEMENTS_A_STEP: Final = 50_000
"""How many statements of a large file are read between two words of progress."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its quads in their named graphs, and where each subject begins."""

    file: SourceFile
    text: bytes
    quads: tuple[ox.Quad, ...]
    """Blank nodes are named apart from those of other files."""
    first_lines: Mapping[str, int]
    """The line on which the first statement about a subject ends, by its N-Triples form."""
    prefixes: Mapping[str, str]

    @property
    def format(self) -> Format | None:
        """The format, by the file's extension; None for what only became RDF."""
        return rdf_format_of_extension(self.file.path.suffix[1:])


def format_of(file: SourceFile) -> Format:
    """Return the RDF format of a file that `project` accepted."""
    fmt = rdf_format_of_extension(file.path.suffix[1:])
    if fmt is None:
        raise UnreadableError.at(file.name, "not an RDF extension.")
    return fmt


def read_rdf(
    file: SourceFile, scope: str, progress: Callable[[str], None] = lambda _: None
) -> Source:
    """Read a file of RDF; `scope` sets its blank nodes apart from those of other files.

    Raises:
        UnreadableError: it is not what its extension promises; with its line.
    """
    try:
        text = file.path.read_bytes()
    except OSError as error:
        raise UnreadableError.at(file.name, f"cannot be read: {error.strerror}.") from error
    return read_text(file, checked(file, text), scope, progress)


def read_text(
    file: SourceFile, text: bytes, scope: str, progress: Callable[[str], None] = lambda _: None
) -> Source:
    """Read the text of a file, or whole lines of it, statement by statement, each with its line.

    Raises:
        UnreadableError: as `read_rdf`.
    """
    fmt = format_of(file)
    lines = _Lines(text, fmt)
    stream = cast("IO[bytes]", lines)  # all that the parser calls is read
    graph = ox.NamedNode(file.graph)
    renaming = Renaming(lambda label: f"{scope}-{label}")
    quads: list[ox.Quad] = []
    first_lines: dict[str, int] = {}
    try:
        parser = ox.parse(stream, format=fmt.rdf, base_iri=file.base, rename_blank_nodes=False)
        for quad in parser:
            named = renaming.quad(in_graph(quad, graph))
            quads.append(named)
            first_lines.setdefault(str(named.subject), lines.number)
            if len(quads) % _STATEMENTS_A_STEP == 0:
                progress(f"{file.name}, {lines.consumed / len(text):.0%}")
    except UNPARSABLE as error:
        raise UnreadableError(_syntax_problem(file, text, error, lines.number)) from error
    return Source(file, text, tuple(quads), first_lines, known_prefixes(parser))


def known_prefixes(parser: ox.QuadParser) -> dict[str, str]:
    """Return the prefixes that a text declared and that every format takes."""
    return {prefix: iri for prefix, iri in parser.prefixes.items() if is_prefix(prefix)}


def checked(file: SourceFile, text: bytes) -> bytes:
    """Return the text without its byte order mark; it is UTF-8, and safe to parse.

    Raises:
        UnreadableError: it is not; with its line.
    """
    if text.startswith(_UTF16):
        raise UnreadableError.at(file.name, "is in UTF-16; save it as UTF-8.", 1)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise UnreadableError.at(
            file.name,
            f"byte 0x{text[error.start]:02x} is not UTF-8; save the file as UTF-8.",
            line,
        ) from error
    text, fmt = text.removeprefix(_BOM), format_of(file)
    danger = danger_in(text, fmt)
    if danger:
        what, line = danger
        advice = _looks_like(text, fmt) or f"Mend the {fmt.label} here."
        raise UnreadableError.at(file.name, f"{what}. {advice}", line)
    return text


class _Lines:
    """Hands a parser one line at a time, so that its place is known at each statement.

    A long string of Turtle is handed over whole: the parser begins it anew after each piece.
    """

    def __init__(self, text: bytes, fmt: Format) -> None:
        self._lines = iter(_pieces(text, fmt))
        self._rest = b""
        self.number = 0
        self.consumed = 0
        """Bytes handed over, of the whole text."""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._lines, b"")
            ended = self._rest.endswith(b"\n") or not self._rest
            self.number += self._rest.count(b"\n") + (not ended)
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        self.consumed += len(taken)
        return taken


def _pieces(text: bytes, fmt: Format) -> Iterator[bytes]:
    """Yield the lines of a text; one that ends inside a long string goes on to the string's."""
    inside = iter(_long_strings(text) if fmt in (TURTLE, TRIG) else ())
    start, (opens, closes) = 0, next(inside, _NOWHERE)
    while start < len(text):
        end = text.find(b"\n", start) + 1 or len(text)
        while opens < end:
            end = end if closes <= end else text.find(b"\n", closes) + 1 or len(text)
            opens, closes = next(inside, _NOWHERE)
        yield text[start:end]
        start = end


def _long_strings(text: bytes) -> Iterator[tuple[int, int]]:
    if b'"""' in text or b"'''" in text:
        for match in _TEXT_TOKEN.finditer(text):
            if match.lastgroup == "long":
                yield match.span()


def in_graph(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    """Put a triple that the file gives no graph into the file's own."""
    if isinstance(quad.graph_name, ox.DefaultGraph):
        return ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    return quad


def _syntax_problem(file: SourceFile, text: bytes, error: Exception, reached: int) -> Problem:
    """Say what the parser found, where, and what may have been meant."""
    line, column = max(reached, 1), None
    if isinstance(error, SyntaxError) and error.lineno:
        line, column = error.lineno, error.offset
    message = _AFTER_MESSAGE_POSITION.sub("", str(error.args[0] if error.args else error))
    fmt = format_of(file)
    if "LoadDocumentCallback" in message:
        message = "a JSON-LD context elsewhere is never fetched; write the context into the file"
    advice = _looks_like(text, fmt) or f"Mend the {fmt.label} here."
    return Problem(Place(file.name, line, column), f"{message.rstrip('.')}. {advice}")


def _looks_like(text: bytes, fmt: Format) -> str | None:
    """Say so when the content is plainly in another format than the extension promises."""
    start = text.lstrip()[:400].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "This is a web page, not RDF: download the data itself."
    if start.startswith((b"<?xml", b"<rdf:rdf", b"<!doctype rdf")):
        return None if fmt is RDF_XML else "This looks like RDF/XML: name the file .rdf."
    if start.startswith((b"{", b"[{", b"[\n")):
        return None if fmt is JSON_LD else "This looks like JSON-LD: name the file .jsonld."
    if start.startswith((b"@prefix", b"prefix ", b"@base", b"base ")):
        written = fmt.extension in ("ttl", "trig")
        return None if written else "This looks like Turtle: name the file .ttl (or .trig)."
    return None
