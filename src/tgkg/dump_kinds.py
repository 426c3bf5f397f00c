"""Which dumps a release holds: formats, each plain, compressed or both."""

from collections.abc import Iterable, Mapping
from typing import Final

from tgkg.errors import BadRequestError
from tgkg.formats import COMPRESSIONS, N_QUADS, PLAIN, RDF_FORMATS, Format, format_named

Kinds = Mapping[Format, tuple[str, ...]]
"""`plain`, `gzip` and `zstd`, by format."""

_ALL: Final = (PLAIN, *COMPRESSIONS)


def every_kind() -> Kinds:
    """Return every format in every way."""
    return dict.fromkeys(RDF_FORMATS, _ALL)


def kinds_of(names: Iterable[str]) -> Kinds:
    """Return what names stand for; N-Quads is always there, plain.

    A format's name stands for it plain and compressed, `turtle.zst` for that file alone.

    Raises:
        BadRequestError: a name stands for nothing.
    """
    found: dict[Format, set[str]] = {N_QUADS: {PLAIN}}
    for name in names:
        fmt, ways = _named(name)
        found.setdefault(fmt, set()).update(ways)
    return {
        fmt: tuple(way for way in _ALL if way in found[fmt]) for fmt in RDF_FORMATS if fmt in found
    }


def kinds_as_json(kinds: Kinds) -> dict[str, list[str]]:
    """Return them by the names of the formats, for the manifest of a release."""
    return {fmt.name: list(ways) for fmt, ways in kinds.items()}


def kinds_from_json(values: Mapping[str, list[str]]) -> Kinds:
    """Return what `kinds_as_json` wrote."""
    return {fmt: tuple(values[fmt.name]) for fmt in RDF_FORMATS if fmt.name in values}


def _named(name: str) -> tuple[Format, tuple[str, ...]]:
    plain, _, extension = name.rpartition(".")
    way = next((way for way, known in COMPRESSIONS.items() if known == extension), None)
    fmt = format_named(plain if way else name)
    if fmt is None or fmt not in RDF_FORMATS:
        known = ", ".join(each.name for each in RDF_FORMATS)
        raise BadRequestError(
            f"{name!r} is no dump: dumps is a list of formats ({known}), each alone or with the "
            'one compression that it is to have, as in ["nquads", "turtle.zst"].'
        )
    return fmt, (way,) if way else _ALL
