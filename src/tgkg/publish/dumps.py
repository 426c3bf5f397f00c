"""Writes the dumps of a release: the whole graph in every format, plain and compressed."""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import zstandard
from pyoxigraph import Quad

from tgkg.formats import RDF_FORMATS, Format
from tgkg.release import Dump
from tgkg.serialization import NotExpressibleError, serialize

_COMPRESSIONS: Final[Mapping[str, tuple[str, Callable[[bytes], bytes]]]] = {
    "gzip": ("gz", lambda data: gzip.compress(data, 9, mtime=0)),
    "zstd": ("zst", lambda data: zstandard.ZstdCompressor(level=10).compress(data)),
}
"""Extension and function of each compression; the same input gives the same bytes."""


def write_dumps(
    stem: Path,
    quads: Iterable[Quad],
    prefixes: Mapping[str, str],
    progress: Callable[[str], None],
) -> tuple[tuple[Dump, ...], dict[str, str]]:
    """Write `{stem}.{extension}` in every format, each plain and compressed.

    The N-Quads are canonical. Returns the dumps, and why a format is absent by its
    name: what a format cannot express is refused for that dump alone.
    """
    stem.parent.mkdir()
    dumps: list[Dump] = []
    refused: dict[str, str] = {}
    quads = tuple(quads)
    for fmt in RDF_FORMATS:
        progress(f"{fmt.label} dump")
        try:
            data = serialize(quads, fmt, prefixes)
        except NotExpressibleError as error:
            refused[fmt.name] = str(error)
        else:
            dumps.extend(_written(stem.with_name(f"{stem.name}.{fmt.extension}"), fmt, data))
    return tuple(dumps), refused


def _written(path: Path, fmt: Format, data: bytes) -> Iterable[Dump]:
    yield _dump(path, fmt, None, data)
    for compression, (extension, compress) in _COMPRESSIONS.items():
        packed = path.with_name(f"{path.name}.{extension}")
        yield _dump(packed, fmt, compression, compress(data))


def _dump(path: Path, fmt: Format, compression: str | None, data: bytes) -> Dump:
    path.write_bytes(data)
    return Dump(path.name, fmt.name, compression, len(data), hashlib.sha256(data).hexdigest())
