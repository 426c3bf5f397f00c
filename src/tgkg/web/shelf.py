"""Where whole responses are kept: so many bytes, and what nobody reads leaves first."""

from collections import OrderedDict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from tgkg.web.cache_key import Key
from tgkg.web.kept import Kept, Reply

if TYPE_CHECKING:  # it exists for type checkers only
    from _typeshed.wsgi import WSGIEnvironment

_OF_A_PLACE: Final = 1000
"""Bytes that keys and tables take for one response, beside the text in them (measured)."""

Values = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Address:
    """The responses of one address, by the values of the headers that any of them varies with."""

    names: tuple[str, ...]
    variants: dict[Values, Kept] = field(default_factory=dict)


class Shelf:
    """The responses of one release, at most so many bytes of them.

    What is put in first leaves first, unless somebody read it meanwhile: then it goes to the end
    of the row once more (CLOCK, the second-chance form of LRU). So a reader sets a flag and takes
    no lock, and many requests that come once do not drive out what is asked for often.
    """

    def __init__(self, release: str, most_bytes: int) -> None:
        self.release = release
        self.size = 0
        self.evictions = 0
        self._most = most_bytes
        self._lock = Lock()
        self._addresses: dict[Key, _Address] = {}
        self._row: OrderedDict[Kept, tuple[Key, _Address, Values]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many responses there are."""
        return len(self._row)

    def find(self, key: Key, environ: "WSGIEnvironment") -> Kept | None:
        """Return the response to this request, if it is here."""
        address = self._addresses.get(key)
        if address is None:
            return None
        kept = address.variants.get(tuple(map(environ.get, address.names)))
        if kept is not None:
            kept.used = True
        return kept

    def put(
        self, key: Key, environ: "WSGIEnvironment", varies: AbstractSet[str], kept: Kept
    ) -> None:
        """Keep the response to a request that varies with these variables of the environment."""
        with self._lock:
            address = self._address(key, varies)
            values = tuple(map(environ.get, address.names))
            text = sum(map(len, (*key, *filter(None, values))))
            kept.size += _OF_A_PLACE + text
            if kept.size > self._most:
                return
            before = address.variants.get(values)
            address.variants[values] = kept
            self._row[kept] = key, address, values
            self.size += kept.size
            if before and before in self._row:
                del self._row[before]
                self.size -= before.size
            self._shrink()

    def add(self, kept: Kept, coding: str, reply: Reply) -> None:
        """Keep a response in a further coding."""
        with self._lock:
            if coding in kept.replies or kept not in self._row:
                return
            kept.replies[coding] = reply
            kept.size += reply.size
            self.size += reply.size
            self._shrink()

    def _address(self, key: Key, varies: AbstractSet[str]) -> _Address:
        """Return the address; one that varies with more than before begins anew."""
        address = self._addresses.get(key)
        if address is None or not varies <= set(address.names):
            names = {*varies, *(address.names if address else ())}
            address = self._addresses[key] = _Address(tuple(sorted(names)))
        return address

    def _shrink(self) -> None:
        while self.size > self._most:
            kept, place = self._row.popitem(last=False)
            if kept.used:
                kept.used = False
                self._row[kept] = place
                continue
            key, address, values = place
            self.size -= kept.size
            self.evictions += 1
            if address.variants.get(values) is kept:
                del address.variants[values]
            if not address.variants and self._addresses.get(key) is address:
                del self._addresses[key]
