"""What a catalogue needs to know of a dump besides what the manifest says."""

from typing import Final
from urllib.parse import quote

from tgkg.formats import FORMATS, Format
from tgkg.manifest import Dump

COMPRESSED: Final = {"gzip": "application/gzip", "zstd": "application/zstd"}
"""The media type of a compressed dump: it is a file of its own, not a way to send the plain one."""


def format_of(dump: Dump) -> Format:
    """Return the format of the content, from the one table."""
    return next(fmt for fmt in FORMATS if fmt.name == dump.format)


def media_type_of(dump: Dump) -> str:
    """Return the media type of the file as it is sent."""
    return COMPRESSED.get(dump.compression or "", format_of(dump).media_type)


def path_of(dump: Dump) -> str:
    """Return the path of the file below the home page."""
    return f"dumps/{quote(dump.file)}"
