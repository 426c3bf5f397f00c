"""How a server runs, whatever graph it serves: its engine, and what a query may take."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from tgkg.iris import is_iri, is_web_address
from tgkg.settings import Settings

BY_SIZE: Final = "auto"
MEMORY: Final = "memory"
DISK: Final = "disk"

MEBIBYTE: Final = 1024 * 1024
_LOGGED: Final = ("hash", "text")
_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take, and how many may run and wait."""

    seconds: float = 10
    """Time for a query that does not ask for its own."""
    longest_seconds: float = 60
    """The most that `timeout=` may ask for."""
    memory_mb: int = 512
    """Memory beside the data itself, in MiB."""
    answer_mb: int = 64
    """Size of an answer, in MiB."""
    processes: int = (os.cpu_count() or 2) + 6
    """Queries that run at once: one client may have all but one of them."""
    waiting: int = 16
    """Queries that may wait for their turn."""

    def seconds_for(self, timeout: float | None) -> float:
        """Return the time of a query that asks for `timeout` seconds, or for none."""
        return self.seconds if timeout is None else min(timeout, self.longest_seconds)


@dataclass(frozen=True, slots=True)
class OldReleases:
    """How many releases beside the current one may be asked at once, and what they may take."""

    open: int = 3
    """Releases whose engines run."""
    idle_seconds: float = 300
    """After so long without a query an engine ends."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The settings of a server. They are not part of a release."""

    engine: str | tuple[str, ...] = BY_SIZE
    """`memory`, `disk`, `auto` for whichever suits the size of a release, or the addresses of
    SPARQL endpoints that hold the same release."""
    limits: Limits = Limits()
    services: tuple[str, ...] = ()
    """The endpoints that a query may call with SERVICE."""
    log_queries: str = "hash"
    """`hash`, or `text` to keep the text of each query in the log."""
    old_releases: OldReleases = OldReleases()


DEFAULT_OPERATION: Final = Operation()


def read_operation(file: Path) -> Operation:
    """Read how to run a server from a `tgkg.toml`.

    Raises:
        UnreadableError: the file cannot be read, or a setting means nothing; with its line.
    """
    settings = Settings(file)
    logged = settings.string(settings.values, "log_queries") or _LOGGED[0]
    if logged not in _LOGGED:
        settings.fail("log_queries", 'log_queries is "hash" or "text".')
    services = settings.strings(settings.values, "services")
    for service in services:
        if not (is_iri(service) and is_web_address(service)):
            settings.fail("services", "services are addresses that start with https:// or http://.")
    return Operation(
        _engine(settings), _limits(settings), services, logged, _old_releases(settings)
    )


def _engine(settings: Settings) -> str | tuple[str, ...]:
    value = settings.values.get("engine", BY_SIZE)
    if value in (BY_SIZE, MEMORY, DISK):
        return str(value)
    addresses = [value] if isinstance(value, str) else value
    if not isinstance(addresses, list) or not addresses or not all(map(is_address, addresses)):
        settings.fail(
            "engine",
            'engine is "auto", "memory", "disk", or the address of a SPARQL endpoint, as in '
            '"https://example.org/sparql", or a list of such addresses.',
        )
    return tuple(addresses)


def is_address(value: object) -> bool:
    """Tell whether a value is the address of something on the web."""
    return isinstance(value, str) and is_iri(value) and is_web_address(value)


def _limits(settings: Settings) -> Limits:
    limits = Limits(**_ordered(_numbers(settings, "limits", Limits)))
    if limits.seconds > limits.longest_seconds:
        settings.fail("seconds", "limits.seconds is at most limits.longest_seconds.")
    return limits


def _old_releases(settings: Settings) -> OldReleases:
    return OldReleases(**_numbers(settings, "old_releases", OldReleases))


def _numbers(
    settings: Settings, table: str, kind: type[Limits] | type[OldReleases]
) -> dict[str, Any]:
    """Return what a table of numbers says, each as its field wants it."""
    values = settings.table(table)
    types = {each.name: each.type for each in fields(kind)}
    settings.refuse_unknown(values, types.keys(), f"{table}.")
    for key, value in values.items():
        _check(settings, f"{table}.{key}", value, whole=types[key] is int)
    return values


def _ordered(values: Mapping[str, Any]) -> dict[str, Any]:
    """A longer time than the default ceiling raises the ceiling with it."""
    ceiling = max(Limits().longest_seconds, values.get("seconds", 0))
    return {"longest_seconds": ceiling, **values}


def _check(settings: Settings, key: str, value: object, *, whole: bool) -> None:
    is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 < float(str(value)) <= _MOST:
        kind = "a whole number" if whole else "a number"
        _, _, name = key.partition(".")
        settings.fail(name, f"{key} is {kind} above zero and at most {_MOST}.")
