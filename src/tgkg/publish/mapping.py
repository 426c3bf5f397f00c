"""The mapping of a CSV file: what its columns hold, in a CSVW description beside it.

Metadata Vocabulary for Tabular Data (https://www.w3.org/TR/tabular-metadata/), as the library
csvw understands it. What would make the library open a connection is refused before it sees it.
"""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from csvw.metadata import Column, Table  # type: ignore[import-untyped]

from tgkg.errors import Place, Problem, UnreadableError
from tgkg.publish.constructs import Construct
from tgkg.publish.csv_names import construct_of, mapping_of
from tgkg.publish.project import SourceFile

_CONTEXT: Final = "http://www.w3.org/ns/csvw"
_UNUSED: Final = ("tables", "transformations")
"""What CSVW has and this reading of it does not act upon: better refused than passed over."""


def read_mapping(file: SourceFile) -> Table:
    """Return the description of a CSV file, its `url` made absolute.

    Raises:
        UnreadableError: the description cannot be read, is not CSVW or leaves something out.
    """
    path = mapping_of(file.path)
    name = mapping_of(Path(file.name)).as_posix()
    if not path.exists():
        raise UnreadableError.at(file.name, f"a CSV needs its mapping beside it: {path.name}.")
    try:
        values = json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        place = Place(name, error.lineno, error.colno)
        raise UnreadableError(Problem(place, f"not JSON: {error.msg}.")) from error
    except (OSError, ValueError) as error:
        raise UnreadableError.at(name, f"cannot be read: {error}.") from error
    _refuse(values, name, file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # csvw warns of what it then ignores
        try:
            return Table.fromvalue({**values, "url": file.base})
        except (ValueError, TypeError, KeyError, AttributeError, AssertionError, Warning) as error:
            raise UnreadableError.at(name, f"not a CSVW description: {error}.") from error


def read_construct(file: SourceFile) -> Construct | None:
    """Return the query that says what each row becomes, where there is one beside the CSV.

    Raises:
        UnreadableError: it is not a CONSTRUCT query.
    """
    path = construct_of(file.path)
    name = construct_of(Path(file.name)).as_posix()
    return Construct.read(path, name, file.base) if path.exists() else None


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return the columns that the CSV file itself has, in their order."""
    return tuple(column for column in table.tableSchema.columns if not column.virtual)


def _refuse(values: object, name: str, file: SourceFile) -> None:
    """Refuse what is no description of this file alone, or would be fetched from elsewhere."""
    if not isinstance(values, Mapping):
        raise UnreadableError.at(name, "a CSVW description is a JSON object.")
    for complaint in _complaints(values, file.path.name):
        raise UnreadableError.at(name, complaint)


def _complaints(values: Mapping[str, Any], csv: str) -> tuple[str, ...]:
    schema, context = values.get("tableSchema"), values.get("@context")
    local = context[0] if isinstance(context, list) and context else context
    found = {
        f'@context is "{_CONTEXT}".': local != _CONTEXT,
        f'url is the file that it describes, "{csv}".': values.get("url") != csv,
        "tableSchema stands here as an object with columns: nothing is fetched.": (
            not isinstance(schema, Mapping) or not schema.get("columns")
        ),
        "dialect stands here as an object: nothing is fetched.": (
            not isinstance(values.get("dialect", {}), Mapping)
        ),
        **{f"{key} is not supported; remove it.": key in values for key in _UNUSED},
        "foreignKeys are not supported; let a shape check links.": (
            isinstance(schema, Mapping) and "foreignKeys" in schema
        ),
    }
    return tuple(complaint for complaint, holds in found.items() if holds)
