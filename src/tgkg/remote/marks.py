"""What a pushed release leaves in a store beside its own graphs: which it is, and their union."""

from dataclasses import dataclass
from typing import Final

from tgkg.config import Config
from tgkg.release import Release

IDENTIFIER: Final = "http://purl.org/dc/terms/identifier"
URI_SPACE: Final = "http://rdfs.org/ns/void#uriSpace"
HAS_PART: Final = "http://purl.org/dc/terms/hasPart"
DEFAULT_GRAPH: Final = "http://www.w3.org/ns/sparql-service-description#defaultGraph"


@dataclass(frozen=True, slots=True)
class Marks:
    """The names of a project's graphs in a store that are not part of its data."""

    name: str

    @classmethod
    def of(cls, config: Config) -> "Marks":
        """Return the names for a project."""
        return cls(config.name)

    @property
    def release(self) -> str:
        """The graph that says which release is there; it is also what that graph speaks of."""
        return f"urn:x-tgkg:{self.name}:release"

    @property
    def union(self) -> str:
        """The graph that holds each triple of the release once: its default graph."""
        return f"urn:x-tgkg:{self.name}:union"

    @property
    def nothing(self) -> str:
        """The name of a graph that is never there."""
        return f"urn:x-tgkg:{self.name}:nothing"

    @property
    def blank(self) -> str:
        """What the IRIs start with that stand for blank nodes (RDF 1.1 Concepts, section 3.5).

        A blank node's label means nothing to a store; an IRI is the same in every graph and answer.
        """
        return f"urn:x-tgkg:{self.name}:blank:"

    @property
    def journal(self) -> str:
        """The graph that names the graphs of a push that is not over."""
        return f"urn:x-tgkg:{self.name}:staging"

    def staging(self, release: str, number: str) -> str:
        """Return where a graph waits while a release is brought over."""
        return f"urn:x-tgkg:{self.name}:staging:{release[:16]}:{number}"

    def statements(self, release: Release, *, has_blanks: bool) -> tuple[str, ...]:
        """Return what the mark says of a release, as N-Triples without the final dot."""
        blanks = (f'<{self.release}> <{URI_SPACE}> "{self.blank}"',) if has_blanks else ()
        return (
            *blanks,
            f'<{self.release}> <{IDENTIFIER}> "{release.id}"',
            f"<{self.release}> <{DEFAULT_GRAPH}> <{self.union}>",
            *(f"<{self.release}> <{HAS_PART}> <{each}>" for each in release.manifest.counts.graphs),
        )
