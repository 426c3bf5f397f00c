"""Writes a file plain and compressed in one go, and knows the size and checksum of each."""

import hashlib
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import zstandard

from tgkg.formats import COMPRESSIONS, PLAIN

_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 7
"""The more takes three times as long for a twentieth less."""

_GZIP_FORM: Final = 31
"""What zlib calls the form with a header (RFC 1952); it has neither name nor time in it."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that was written."""

    file: str
    compression: str | None
    size: int
    sha256: str


class Packing:
    """Takes the text of a file, and writes it in each of some ways; the same text, the same bytes.

    On an error the files are removed.
    """

    def __init__(self, path: Path, kinds: tuple[str, ...]) -> None:
        """Take the path of the plain file; the others have an extension more."""
        self.packed: tuple[Packed, ...] = ()
        """What was written, once it is whole."""
        self._outputs = [_Output(path, kind) for kind in kinds]

    def __enter__(self) -> Self:
        """Have every file open."""
        return self

    def write(self, data: bytes) -> int:
        """Take some of the text."""
        for output in self._outputs:
            output.write(data)
        return len(data)

    def flush(self) -> None:
        """Keep what is held; nobody reads before the end."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Finish the files, or remove them."""
        if error is None:
            self.packed = tuple(output.finished() for output in self._outputs)
        else:
            for output in self._outputs:
                output.remove()


def placed(ready: Path, path: Path) -> Packed:
    """Have a file that is there already stand in another place too."""
    try:
        path.hardlink_to(ready)
    except OSError:  # some file systems have no links
        shutil.copyfile(ready, path)
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Packed(path.name, None, path.stat().st_size, digest)


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Output:
    def __init__(self, plain: Path, kind: str) -> None:
        extension = COMPRESSIONS.get(kind)
        self._path = plain.with_name(f"{plain.name}.{extension}") if extension else plain
        self._kind = None if kind == PLAIN else kind
        self._compressor = _compressor(kind)
        self._digest = hashlib.sha256()
        self._size = 0
        self._file = self._path.open("wb")

    def write(self, data: bytes) -> None:
        self._take(self._compressor.compress(data) if self._compressor else data)

    def finished(self) -> Packed:
        if self._compressor:
            self._take(self._compressor.flush())
        self._file.close()
        return Packed(self._path.name, self._kind, self._size, self._digest.hexdigest())

    def remove(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _take(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._size += len(data)


def _compressor(kind: str) -> _Compressor | None:
    if kind == "gzip":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORM)
    if kind == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    return None
