"""Which of the formats on offer a client wants: Accept, read once and in one place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tgkg.errors import NotAcceptableError
from tgkg.formats import Carries, Format

_WORD: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_TYPE: Final = re.compile(rf"(?:\*/\*|{_WORD}/(?:\*|{_WORD}))\Z")
_QUALITY: Final = re.compile(r"(?:1(?:\.0*)?|0(?:\.[0-9]*)?|\.[0-9]+)\Z")
# A quotation that nobody closes runs to the end, so splitting takes linear time on any text.
_QUOTED: Final = r'"(?:[^"\\]|\\.)*+"?'
_BETWEEN_COMMAS: Final = re.compile(rf'(?:[^,"]|{_QUOTED})+', re.DOTALL)
_BETWEEN_SEMICOLONS: Final = re.compile(rf'(?:[^;"]|{_QUOTED})+', re.DOTALL)

_UTF_8: Final = {"charset": "utf-8"}


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of an Accept header; type and parameter names are in lower case."""

    media_type: str
    quality: float = 1.0
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The type before the slash; `*` in `*/*`."""
        return self.media_type.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Wish:
    """How much a client wants a format, and whether it named it or a wildcard let it in."""

    quality: float
    named: bool


def media_ranges(header: str | None) -> tuple[MediaRange, ...]:
    """Return the parts of an Accept header in their order (RFC 9110, section 12.5.1).

    Parts that cannot be read are passed over. Where nothing is left to read, the client
    accepts anything.
    """
    parts = _BETWEEN_COMMAS.findall(header or "")
    ranges = tuple(found for part in parts if (found := _media_range(part)))
    return ranges or (MediaRange("*/*"),)


def negotiate(header: str | None, offered: Sequence[Format]) -> Format:
    """Return the format on offer that the client wants most.

    Where it wants several as much, one that it names goes before one that a wildcard lets in,
    and data before a page, since a browser names no data; then the order offered decides.

    Raises:
        NotAcceptableError: the client accepts none; with what is on offer.
    """
    chosen = best(header, offered)
    if chosen is None:
        media_types = tuple(dict.fromkeys(fmt.media_type for fmt in offered))
        listed = ", ".join(media_types)
        raise NotAcceptableError(f"Nothing here is in a format you accept; {listed}.", media_types)
    return chosen


def best(header: str | None, offered: Sequence[Format]) -> Format | None:
    """Return what `negotiate` returns, or None where the client accepts nothing on offer."""
    return _best(header, tuple(offered))


@lru_cache(maxsize=1024)  # clients send few different headers, each again and again
def _best(header: str | None, offered: tuple[Format, ...]) -> Format | None:
    ranges = media_ranges(header)
    wishes = [(_wish(ranges, fmt), fmt) for fmt in offered]
    wanted = [(wish, fmt) for wish, fmt in wishes if wish.quality > 0]
    if not wanted:
        return None
    # max() keeps the first of equals: the order offered.
    return max(wanted, key=lambda pair: _rank(*pair))[1]


def names_any(header: str | None, offered: Sequence[Format]) -> bool:
    """Tell whether the client asks for one of the formats by name, not by a wildcard alone."""
    ranges = media_ranges(header)
    return any(wish.named and wish.quality for wish in (_wish(ranges, fmt) for fmt in offered))


def _rank(wish: Wish, fmt: Format) -> tuple[float, bool, bool]:
    return wish.quality, wish.named, wish.named and fmt.carries is not Carries.PAGE


def _wish(ranges: Sequence[MediaRange], fmt: Format) -> Wish:
    """Weigh a format: by its names where the header has one, else by the narrowest wildcard."""
    own = _named_quality(ranges, fmt, fmt.media_type)
    if own == 0:
        return Wish(0, named=True)
    qualities = [own, *(_named_quality(ranges, fmt, alias) for alias in fmt.aliases)]
    # Refusing an alias refuses nothing: the answer does not go by that name.
    named = [quality for quality in qualities if quality]
    if named:
        return Wish(max(named), named=True)
    for wildcard in (f"{fmt.media_type.partition('/')[0]}/*", "*/*"):
        found = [each.quality for each in ranges if each.media_type == wildcard]
        if found:
            return Wish(max(found), named=False)
    return Wish(0, named=False)


def _named_quality(ranges: Sequence[MediaRange], fmt: Format, name: str) -> float | None:
    """Return the quality the header gives a media type, None where it does not have it.

    The narrowest range counts: with the parameters that we send, else without any. A range
    with others (a profile, another charset) still gets the format, but refuses nothing.
    """
    found = [each for each in ranges if each.media_type == name]
    ours = _UTF_8 if "charset=" in fmt.content_type else None
    for parameters in (ours, {}):
        exact = [each.quality for each in found if each.parameters == parameters]
        if exact:
            return max(exact)
    return max((each.quality for each in found), default=None) or None


def _media_range(part: str) -> MediaRange | None:
    media_type, *rest = (piece.strip() for piece in _BETWEEN_SEMICOLONS.findall(part) or [""])
    if not _TYPE.match(media_type):
        return None
    quality = 1.0
    parameters: dict[str, str] = {}
    for name, value in _parameters(rest):
        if name == "q":
            if not _QUALITY.match(value):
                return None
            quality = float(value)
        else:
            parameters[name] = value
    return MediaRange(media_type.lower(), quality, parameters)


def _parameters(pieces: Sequence[str]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        name, _, value = piece.partition("=")
        bare = value.strip().strip('"')
        lowered = name.strip().lower()
        yield lowered, bare.lower() if lowered == "charset" else bare
