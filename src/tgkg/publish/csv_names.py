"""What the files are called that become RDF without being it: CSV, its mapping, and rules."""

from pathlib import Path
from typing import Final

CSV: Final = ".csv"
RULE: Final = ".rq"
MADE_INTO_RDF: Final = frozenset({CSV, RULE})
"""Extensions of data that is not RDF but becomes it: by a mapping, by a rule."""


def mapping_of(csv: Path) -> Path:
    """Return where the mapping of a CSV file stands (Model for Tabular Data, section 5.3)."""
    return csv.with_name(f"{csv.name}-metadata.json")


def construct_of(csv: Path) -> Path:
    """Return where the query stands, if any, that says what each row of a CSV file becomes."""
    return csv.with_name(f"{csv.name}{RULE}")


def is_part_of_mapping(path: Path) -> bool:
    """Tell whether a file belongs to the mapping of a CSV file beside it."""
    csv = path.with_name(path.name.removesuffix("-metadata.json").removesuffix(RULE))
    return csv != path and csv.suffix == CSV and csv.exists()
