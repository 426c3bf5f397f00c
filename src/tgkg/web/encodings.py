"""Which content coding a client wants, and bodies in it: Accept-Encoding, read in one place."""

import gzip
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import brotli  # type: ignore[import-untyped]
import zstandard

from tgkg.formats import FORMATS

IDENTITY: Final = "identity"

_ENCODERS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        # Levels at which a mebibyte of results takes some twenty milliseconds, once.
        "zstd": lambda body: zstandard.ZstdCompressor(level=9).compress(body),
        "br": lambda body: brotli.compress(body, quality=5),
        "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    }
)
"""The codings in our order of preference: the smallest that is quick to unpack first."""

CODINGS: Final = (*_ENCODERS, IDENTITY)

_ALIASES: Final = MappingProxyType({"x-gzip": "gzip"})  # RFC 9110, section 8.4.1.3
_PART: Final = re.compile(
    r"([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?\Z"
)
_TEXTUAL: Final = frozenset(
    {"image/svg+xml", "application/json", *(fmt.media_type for fmt in FORMATS)}
)
_WORTH_FROM: Final = 1024
"""Smaller bodies fit one packet as they are."""


class Choice(NamedTuple):
    """The coding that a client wants most, and whether it takes nothing uncoded."""

    coding: str = IDENTITY
    is_needed: bool = False


def choose(header: str | None) -> Choice:
    """Return the coding to use for an Accept-Encoding header (RFC 9110, section 12.5.3).

    Of those wanted equally it is the first in our order; no coding at all only where the client
    prefers that, or names none that we have. Without a header nothing is coded, since such
    clients seldom can unpack. Parts that cannot be read are passed over.
    """
    weights = _weights(header or "")
    others = weights.get("*", 0.0)
    best = max(_ENCODERS, key=lambda coding: weights.get(coding, others))  # the first of equals
    weight = weights.get(best, others)
    if weight == 0 or weights.get(IDENTITY, 0.0) > weight:
        return Choice()
    return Choice(best, weights.get(IDENTITY, weights.get("*")) == 0)


def is_worth_coding(content_type: str, size: int) -> bool:
    """Tell whether a body shrinks enough to be worth it: text, and not little."""
    media_type = content_type.partition(";")[0].strip().lower()
    return size >= _WORTH_FROM and (media_type.startswith("text/") or media_type in _TEXTUAL)


def encoded(body: bytes, coding: str) -> bytes:
    """Return a body in one of `CODINGS`; the same bytes give the same bytes."""
    return body if coding == IDENTITY else _ENCODERS[coding](body)


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        if found := _PART.match(part.strip(" \t")):
            name = _ALIASES.get(found[1], found[1])
            weights[name] = max(weights.get(name, 0.0), float(found[2] or 1))
    return weights
