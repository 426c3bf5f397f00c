"""Reads CSV by its mapping: rows become triples, and each wrong cell has its line and column.

Generating RDF from Tabular Data on the Web (https://www.w3.org/TR/csv2rdf/): minimal mode where
the mapping is CSVW alone; where a CONSTRUCT query stands beside it, that is run on each row in
standard mode, so that it knows the row's number.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox
from csvw import UnicodeReader  # type: ignore[import-untyped]
from csvw.dsv_dialects import Dialect  # type: ignore[import-untyped]
from csvw.metadata import Column, Table  # type: ignore[import-untyped]

from tgkg.errors import Place, Problem, UnreadableError
from tgkg.publish.constructs import in_graph
from tgkg.publish.mapping import columns_of, read_construct, read_mapping
from tgkg.publish.project import SourceFile
from tgkg.publish.rows import Row, cell_triples, lexical, row_triples

_MOST_PROBLEMS: Final = 100
"""A file with more is mapped wrongly as a whole; nobody reads on."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A record of the file: the line on which it starts, and its fields as they stand."""

    number: int
    fields: Sequence[str]


def read_table(file: SourceFile, text: bytes) -> Iterator[tuple[int, ox.Triple]]:
    """Yield each triple with the line of the row that it comes from.

    Raises:
        UnreadableError: with every wrong header, row and cell, its line and its column; or the
            mapping itself is wrong.
    """
    table, construct = read_mapping(file), read_construct(file)
    reading = _Reading(file, text, table)
    rows = list(reading.rows())
    if reading.problems:
        raise UnreadableError(*reading.problems)
    store = ox.Store()
    for row in rows:
        try:
            if construct is None:
                triples = [*cell_triples(row, table)]
            else:
                graph = ox.NamedNode(f"{file.base}#row={row.line}")
                store.extend(in_graph(triple, graph) for triple in row_triples(row, table))
                triples = [*construct.triples(store, graph)]
        except ValueError as error:  # a template made an IRI that is none
            message = f"what the mapping makes of this row is not RDF: {error}."
            raise UnreadableError.at(file.name, message, row.line) from error
        yield from ((row.line, triple) for triple in triples)


class _Reading:
    """Goes through one file and gathers what is wrong with it."""

    def __init__(self, file: SourceFile, text: bytes, table: Table) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._dialect: Dialect = table.dialect or Dialect()
        self._columns = columns_of(table)
        self._key: Sequence[str] = table.tableSchema.primaryKey or ()
        self._keys: dict[tuple[Any, ...], int] = {}
        self._text = _decoded(file, text, self._dialect.python_encoding)
        self._lines = io.StringIO(self._text, newline="").readlines()

    def rows(self) -> Iterator[Row]:
        """Yield every row that is in order."""
        records = self._records()
        if self._dialect.header and not self._header_is_right(next(records, _Line(1, ()))):
            return
        for number, record in enumerate(records, 1):
            values = self._values(record)
            if values is not None and self._is_first(record, values):
                yield Row(number, record.number, values)
            if len(self.problems) >= _MOST_PROBLEMS:
                return

    def _records(self) -> Iterator[_Line]:
        with UnicodeReader(io.StringIO(self._text, newline=""), dialect=self._dialect) as reader:
            ended = 0
            try:
                for fields in reader:
                    ended = reader.reader.line_num
                    yield _Line(ended - sum(field.count("\n") for field in fields), fields)
            except csv.Error as error:
                self._complain(ended + 1, None, f"not CSV: {error}.")

    def _header_is_right(self, header: _Line) -> bool:
        names = [*header.fields, *[None] * (len(self._columns) - len(header.fields))]
        for index, name in enumerate(names):
            expected = self._columns[index] if index < len(self._columns) else None
            if expected is None:
                message = f'"{name}" is a column that the mapping does not describe.'
            elif name is None:
                message = f'the column "{_title(expected)}" is missing.'
            elif not expected.has_title(name):
                message = f'this column is "{name}", where the mapping has "{_title(expected)}".'
            else:
                continue
            self._complain(header.number, index, message)
            return False
        return True

    def _values(self, record: _Line) -> dict[str, Any] | None:
        """Return the row's values by column name; None, and a problem, where one is wrong."""
        there, described = len(record.fields), len(self._columns)
        if there != described:
            message = f"this row has {there} fields, where the header has {described}."
            self._complain(record.number, min(there, described), message)
            return None
        values: dict[str, Any] = {}
        for index, (column, field) in enumerate(zip(self._columns, record.fields, strict=True)):
            try:
                values[column.header] = column.read(field)
            except (ValueError, TypeError, OverflowError) as error:
                message = f'"{field}" cannot be a {_title(column)}: {error}.'
                self._complain(record.number, index, message)
        return values if len(values) == described else None

    def _is_first(self, record: _Line, values: dict[str, Any]) -> bool:
        """Tell whether no row before has the same primary key (Metadata Vocabulary, 5.5)."""
        columns = {column.header: column for column in self._columns}
        key = tuple(lexical(values[name], columns[name]) for name in self._key)
        first = self._keys.setdefault(key, record.number) if key else record.number
        if first != record.number:
            what = ", ".join(key)
            self._complain(record.number, None, f"line {first} is about {what} already.")
        return first == record.number

    def _complain(self, line: int, index: int | None, message: str) -> None:
        column = None if index is None else self._column(line, index)
        self.problems.append(Problem(Place(self._file.name, line, column), message))

    def _column(self, line: int, index: int) -> int | None:
        """Return where in its line a field starts, 1-based; past the last field, the end."""
        text = self._lines[line - 1].rstrip("\r\n") if line <= len(self._lines) else ""
        quoted, field = False, 0
        for position, character in enumerate(text):
            if field == index:
                return position + 1
            quoted ^= character == self._dialect.quoteChar
            field += character == self._dialect.delimiter and not quoted
        return len(text) + 1


def _decoded(file: SourceFile, text: bytes, encoding: str) -> str:
    try:
        return text.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - (text.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte 0x{text[error.start]:02x} is not {encoding}; save the file as {encoding}."
        raise UnreadableError(Problem(Place(file.name, line, column), message)) from error


def _title(column: Column) -> str:
    return str((column.titles and column.titles.getfirst()) or column.name)
