"""One SPARQL endpoint elsewhere: sends it queries, and asks which release it holds."""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from tgkg.errors import EngineError
from tgkg.formats import N_TRIPLES, SPARQL_JSON, TURTLE
from tgkg.operation import MEBIBYTE
from tgkg.remote.client import Client, Reply, Request
from tgkg.remote.marks import DEFAULT_GRAPH, HAS_PART, IDENTIFIER, URI_SPACE, Marks

Fields = tuple[tuple[str, str], ...]
"""Names and values of a form, in their order."""

_FORM: Final = "application/x-www-form-urlencoded"
_TRIPLES: Final = f"{N_TRIPLES.media_type}, {TURTLE.media_type};q=0.9"
"""Whatever reads the second reads the first."""
_SECONDS_TO_LOOK: Final = 5
_OK: Final = 200


class RefusedError(EngineError):
    """A query that an endpoint did not answer; `status` is what it says instead."""

    def __init__(self, message: str, status: int) -> None:
        """Carry the status of the reply."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request may take."""

    seconds: float
    """Time until the whole answer is there."""
    most: int
    """Size of the answer in bytes."""


@dataclass(frozen=True, slots=True)
class Held:
    """What an endpoint says that it holds."""

    release: str | None
    """The id of the release that was pushed there; None where there is none."""
    has_union: bool
    """Whether the triples also lie in one graph, each once."""
    has_blanks: bool = False
    """Whether IRIs stand for blank nodes in it."""
    graphs: frozenset[str] = frozenset()
    """The graphs that came with it."""


NOTHING: Final = Held(None, has_union=False)
"""What an endpoint holds to which nobody pushed."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address at which queries are answered."""

    client: Client
    address: str

    def ask(self, query: str, graphs: Fields, bounds: Bounds, *, triples: bool = False) -> Reply:
        """Send a query as a form, which may be long (SPARQL 1.1 Protocol, section 2.1.2).

        The answer is asked in the one format that products get nearly right.

        Raises:
            UnreachableError, TooSlowError, TooLargeError: as the client says.
        """
        headers = {
            "Content-Type": _FORM,
            "Accept": _TRIPLES if triples else SPARQL_JSON.media_type,
        }
        body = urlencode([("query", query), *graphs]).encode()
        return self.client.send(
            Request("POST", self.address, body, headers, bounds.seconds, bounds.most)
        )

    def table(self, query: str, graphs: Fields, bounds: Bounds) -> list[dict[str, str]]:
        """Return the values of a small answer, by variable, whatever kinds of terms they are.

        Raises:
            EngineError: the answer is none.
            UnreachableError, TooSlowError, TooLargeError: as the client says.
        """
        reply = self.ask(query, graphs, bounds)
        if reply.status != _OK:
            raise RefusedError(
                f"{self.address} answers {reply.status}: {reply.words}", reply.status
            )
        try:
            return [
                {name: str(cell["value"]) for name, cell in row.items()}
                for row in json.loads(reply.body)["results"]["bindings"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(f"{self.address} gives no table: {error!r}") from error

    def held(self, marks: Marks) -> Held:
        """Return what the endpoint holds of a project.

        Raises:
            EngineError, UnreachableError, TooSlowError, TooLargeError: it does not say.
        """
        rows = self.table(
            f"SELECT ?p ?o {{ <{marks.release}> ?p ?o }}",
            (("default-graph-uri", marks.release),),
            Bounds(_SECONDS_TO_LOOK, MEBIBYTE),
        )
        said: dict[str, list[str]] = {}
        for row in rows:
            said.setdefault(row.get("p", ""), []).append(row.get("o", ""))
        return Held(
            next(iter(said.get(IDENTIFIER, ())), None),
            marks.union in said.get(DEFAULT_GRAPH, ()),
            marks.blank in said.get(URI_SPACE, ()),
            frozenset(said.get(HAS_PART, ())),
        )
