"""The one family of errors: what went wrong, in a sentence that says what to do.

The command line turns them into exit codes (`exit_code`); `web.problems` alone turns them
into HTTP.
"""

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the sources something stands: a path below the project folder, a 1-based line."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return `file:line:column`, the form that editors and terminals follow."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a source from being read, and how to mend it."""

    place: Place
    message: str

    def __str__(self) -> str:
        """Return the place and the sentence, on one line."""
        return f"{self.place}: {self.message}"


class TgkgError(Exception):
    """Everything that tgkg raises on purpose; its text is meant for a person."""

    exit_code = 1


class UnreadableError(TgkgError):
    """Sources or configuration that cannot be read; nothing was changed."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        """Carry every problem found, in the order of the files."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @classmethod
    def at(cls, file: str | PurePath, message: str, line: int | None = None) -> "UnreadableError":
        """Make the error of a single place."""
        return cls(Problem(Place(str(file), line), message))


class NoReleaseError(TgkgError):
    """There is no release to open, or what is there is not one."""

    exit_code = 2


class UnwritableError(TgkgError):
    """A state folder that cannot be written: no room, no permission, or not a folder."""


class BadRequestError(TgkgError):
    """A request that means nothing here."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class QueryPosition:
    """A 1-based line and column in the text of a query."""

    line: int
    column: int


class QuerySyntaxError(BadRequestError):
    """A query that is not SPARQL; `position` is where the parser stopped, when it says so."""

    def __init__(self, message: str, position: QueryPosition | None = None) -> None:
        """Carry the parser's words and the position they are about."""
        super().__init__(message)
        self.position = position


class ForbiddenError(TgkgError):
    """A request that is understood and never carried out: an update, a call to elsewhere."""


class NotFoundError(TgkgError):
    """No such address, resource, graph or dump in this release."""


@dataclass(frozen=True, slots=True)
class LastRelease:
    """The last release that had what is gone, and where it is there; None where that went too."""

    id: str
    version: str
    created: str
    href: str | None


class GoneError(TgkgError):
    """Something that was here and is no longer; `last` is the last release that had it."""

    def __init__(self, message: str, last: LastRelease | None = None) -> None:
        """Carry where it still is."""
        super().__init__(message)
        self.last = last


class MethodNotAllowedError(TgkgError):
    """An address that exists, asked with a method it does not have."""

    def __init__(self, message: str, allowed: tuple[str, ...]) -> None:
        """Carry the methods that the address does have."""
        super().__init__(message)
        self.allowed = allowed


class NotAcceptableError(TgkgError):
    """No format that the client accepts can carry the answer; `offered` are those that can."""

    exit_code = 2

    def __init__(self, message: str, offered: tuple[str, ...]) -> None:
        """Carry the media types that are on offer."""
        super().__init__(message)
        self.offered = offered


class UnsupportedMediaTypeError(TgkgError):
    """A request body in a format that this address does not read."""


class EngineError(TgkgError):
    """The engine failed on a query that was in order."""


class ServiceError(EngineError):
    """An endpoint that a query calls with SERVICE failed."""


class QueryLimitError(TgkgError):
    """A query that needs more than a query gets here; the sentence says what to try.

    `limit` is `time` (seconds), `memory` or `size` (bytes), `allowed` how much of it there is,
    `spent` the seconds that went into the query.
    """

    def __init__(self, message: str, limit: str, allowed: float, spent: float) -> None:
        """Carry which limit it is, and what there was of it."""
        super().__init__(message)
        self.limit = limit
        self.allowed = allowed
        self.spent = spent


class BusyError(TgkgError):
    """Everything that answers queries is busy; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        """Carry when to come back."""
        super().__init__(message)
        self.retry_after = retry_after
