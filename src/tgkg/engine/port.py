"""The wall between the web and whatever answers queries: one method, for every engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from mmap import mmap
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from tgkg.formats import Format

Term = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Dataset:
    """The RDF dataset that a request names (SPARQL 1.1 Protocol, section 2.1.4).

    `default` graphs are merged; both empty means: no graph at all.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query, and the format its answer is wanted in for either kind of answer.

    `results` serves SELECT and ASK, `rdf` CONSTRUCT and DESCRIBE; None means that the client
    accepts no format for that kind. `dataset` None means what the query itself says, or else
    the union of all graphs by default and each graph by its name. `bindings` bind variables
    that the query projects to terms, safely. `timeout` is the time in seconds that the client
    gives it; the engine's own limit holds where that is shorter, or where it is None.
    Those who wait for their turn take turns by `client`. Relative IRIs in the query are resolved
    against `base`, unless it has a BASE of its own; without either it may have none.
    """

    query: str
    results: Format | None = None
    rdf: Format | None = None
    dataset: Dataset | None = None
    bindings: Mapping[str, Term] = field(default_factory=dict)
    timeout: float | None = None
    client: str = ""
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, in the format that was asked; a large one lies in a file, mapped."""

    format: Format
    body: bytes | mmap

    @property
    def content(self) -> bytes:
        """The answer in memory."""
        return bytes(self.body)

    @property
    def length(self) -> int:
        """The length in bytes."""
        return len(self.body)


class Engine(Protocol):
    """Answers queries over one release."""

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query, whole.

        Raises:
            QuerySyntaxError: the text is not one SPARQL query.
            ForbiddenError: an update, or a query that would call elsewhere.
            NotAcceptableError: the request has no format for this kind of answer.
            NotExpressibleError: the format cannot hold the answer to the letter.
            QueryLimitError: the query needs more time, memory or room than a query gets.
            BusyError: too many queries wait already.
            EngineError: the engine failed.
        """
