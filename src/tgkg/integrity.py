"""Whether a release on disk is still what was written, file by file."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tgkg.errors import NoReleaseError
from tgkg.manifest import MANIFEST, Dump
from tgkg.release import Release

SUMS: Final = "SHA256SUMS"
"""The file of checksums; `sha256sum --check` reads it too."""

_SEAL: Final = b"# SHA-256 of the lines above: "


@dataclass(frozen=True, slots=True)
class Flaw:
    """A file of a release that is not as it was written, and in what."""

    file: str
    """Its path below the folder of the release."""
    message: str

    def __str__(self) -> str:
        """Return the file and what is wrong with it, on one line."""
        return f"{self.file}: {self.message}"


def sums_of(folder: Path) -> bytes:
    """Return the checksums of all files below a folder, as `sha256sum --check` takes them.

    The last line is a comment to that program, and the checksum of the lines before it to us: so
    damage to this file is not taken for damage to one that it names.
    """
    return _sealed("".join(_line(_digest(folder / name), name) for name in _files(folder)).encode())


def flaws(folder: Path) -> Iterator[Flaw]:
    """Yield what is wrong in the folder of a release, each file once.

    Everything is read: each file against its checksum, the dumps and the data also against what
    the manifest says of them.
    """
    told: set[str] = set()
    for flaw in _flaws(folder):
        if flaw.file not in told:
            told.add(flaw.file)
            yield flaw


def _flaws(folder: Path) -> Iterator[Flaw]:
    found: dict[str, str] = {}
    for name in _files(folder):
        try:
            found[name] = _digest(folder / name)
        except OSError as error:
            yield Flaw(name, f"cannot be read: {error.strerror}.")
    sums = _read_sums(folder / SUMS)
    if sums is None:
        yield Flaw(SUMS, "is absent or damaged; the others are compared with the manifest alone.")
    else:
        yield from _against_sums(found, sums)
    if sums is None or sums.get(MANIFEST) == found.get(MANIFEST):  # else what it says is damage
        yield from _against_manifest(folder, found)


def _against_sums(found: Mapping[str, str], sums: Mapping[str, str]) -> Iterator[Flaw]:
    for name in sorted(found.keys() | sums.keys()):
        if name not in found:
            yield Flaw(name, "is missing.")
        elif name not in sums:
            shown = name.encode(errors="backslashreplace").decode()
            yield Flaw(shown, "is not part of the release.")
        elif found[name] != sums[name]:
            yield Flaw(name, f"has the SHA-256 {found[name]}, and was written with {sums[name]}.")


def _against_manifest(folder: Path, found: Mapping[str, str]) -> Iterator[Flaw]:
    try:
        release = Release.open(folder)
    except NoReleaseError as error:
        yield Flaw(MANIFEST, str(error).removeprefix(f"{folder} "))
        return
    if release.id != folder.name:
        yield Flaw(MANIFEST, f"is that of another release, {release.id}.")
    for dump in release.manifest.dumps:
        yield from _against_dump(folder, dump, found)
    if release.manifest.outline is None:
        yield from _against_data(release, found)


def _against_dump(folder: Path, dump: Dump, found: Mapping[str, str]) -> Iterator[Flaw]:
    name = f"dumps/{dump.file}"
    if name not in found:
        yield Flaw(name, "is missing.")
    elif (size := (folder / name).stat().st_size) != dump.size:
        yield Flaw(name, f"has {size} bytes, and the manifest says {dump.size}.")
    elif found[name] != dump.sha256:
        yield Flaw(name, f"has the SHA-256 {found[name]}, and the manifest says {dump.sha256}.")


def _against_data(release: Release, found: Mapping[str, str]) -> Iterator[Flaw]:
    """Yield the flaw of data that are not those named, or no canonical N-Quads."""
    name = release.data.relative_to(release.folder).as_posix()
    if found.get(name) != release.manifest.data_hash:
        yield Flaw(name, f"is not the data with the hash {release.manifest.data_hash}.")
        return
    last = b""
    with release.data.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line <= last:
                yield Flaw(name, f"line {number} does not come after the line before it.")
                return
            last = line


def _files(folder: Path) -> list[str]:
    """Return every file below a folder but that of the checksums, in order."""
    paths = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted({path.relative_to(folder).as_posix() for path in paths} - {SUMS})


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _line(digest: str, name: str) -> str:
    """Return a line as sha256sum writes it, which marks and escapes names that would break it."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "" if escaped == name else "\\"
    return f"{mark}{digest}  {escaped}\n"


def _sealed(lines: bytes) -> bytes:
    return lines + _SEAL + hashlib.sha256(lines).hexdigest().encode() + b"\n"


def _read_sums(file: Path) -> dict[str, str] | None:
    """Return the checksums by file; None where they are not all there as they were written."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    lines = content.rpartition(_SEAL)[0]
    if content != _sealed(lines):
        return None
    return dict(map(_parsed, lines.decode().split("\n")[:-1]))


def _parsed(line: str) -> tuple[str, str]:
    digest, _, name = line.removeprefix("\\").partition("  ")
    if line.startswith("\\"):
        name = re.sub(r"\\(.)", lambda mark: {"n": "\n", "r": "\r"}.get(mark[1], mark[1]), name)
    return name, digest
