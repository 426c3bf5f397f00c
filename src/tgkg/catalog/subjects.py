"""The things that a release is about, part by part: the list may be long, a part never is."""

from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from tgkg.catalog.sources import first_at_or_after

PART: Final = 512 * 1024
"""Bytes of canonical N-Quads in a part: no more than some ten thousand things."""

_AFTER_NAMES: Final = b"="
"""Comes after `<`, with which every name begins, and before the `_` of a blank node."""


def parts_of(data: Path) -> range:
    """Return where the parts of sorted N-Quads begin that are about named things; one at least."""
    if not data.is_file() or not data.stat().st_size:
        return range(0, 1, PART)
    with data.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        return range(0, max(1, first_at_or_after(lines, _AFTER_NAMES)), PART)


def subjects_in(data: Path, start: int) -> Iterator[str]:
    """Yield each named thing whose statements begin in the part that starts there."""
    if not data.is_file() or not data.stat().st_size:
        return
    with data.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        before, at = b"", 0
        if start:
            before = _subject(lines, lines.rfind(b"\n", 0, start - 1) + 1)
            at = lines.find(b"\n", start - 1) + 1 or len(lines)
        while at < min(start + PART, len(lines)):
            subject = _subject(lines, at)
            if not subject.startswith(b"<"):
                return
            if subject != before:
                yield subject[1:-1].decode()
            before = subject
            at = lines.find(b"\n", at) + 1 or len(lines)


def _subject(lines: mmap, at: int) -> bytes:
    return lines[at : lines.find(b" ", at)]
