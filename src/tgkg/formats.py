"""The one table of formats; every list of formats anywhere derives from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat


class Carries(Enum):
    """What a format can hold."""

    GRAPH = "graph"
    """Triples: the names of graphs are lost."""
    DATASET = "dataset"
    """Quads: triples in their graphs."""
    RESULTS = "results"
    """The answer of a SELECT or ASK query."""
    PAGE = "page"
    """A page for people."""
    DOCUMENT = "document"
    """Something of our own for programs: a list, a problem."""


@dataclass(frozen=True, slots=True, eq=False)  # there is one of each, in the table below
class Format:
    """A format by all its names: ours, its media types, extension, W3C IRI and engine's."""

    name: str
    label: str
    media_type: str
    extension: str
    carries: Carries
    engine: RdfFormat | QueryResultsFormat | None = None
    iri: str | None = None
    """Its name in W3C's list of unique IRIs for formats (https://www.w3.org/ns/formats/)."""
    aliases: tuple[str, ...] = ()
    """Further media types that clients send and that mean this format."""
    file_type: str | None = None
    """Its code in the EU's table of file types, which catalogues name it by."""

    @property
    def rdf(self) -> RdfFormat:
        """The engine's name for a format that carries RDF."""
        if not isinstance(self.engine, RdfFormat):
            raise TypeError(f"{self.label} does not carry RDF")
        return self.engine

    @property
    def results(self) -> QueryResultsFormat:
        """The engine's name for a format that carries query results."""
        if not isinstance(self.engine, QueryResultsFormat):
            raise TypeError(f"{self.label} does not carry query results")
        return self.engine

    @property
    def content_type(self) -> str:
        """The Content-Type header: text is UTF-8 and says so; XML and JSON say it themselves."""
        return f"{self.media_type}; charset=utf-8" if _is_text(self) else self.media_type

    @property
    def holds_rdf(self) -> bool:
        """Whether it carries triples or quads."""
        return self.carries in (Carries.GRAPH, Carries.DATASET)


def _is_text(fmt: Format) -> bool:
    return fmt.media_type.startswith("text/")


_W3C: Final = "http://www.w3.org/ns/formats/"

TURTLE: Final = Format(
    "turtle", "Turtle", "text/turtle", "ttl", Carries.GRAPH, RdfFormat.TURTLE,
    _W3C + "Turtle",
    ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"), "RDF_TURTLE",
)  # fmt: skip
N_TRIPLES: Final = Format(
    "ntriples", "N-Triples", "application/n-triples", "nt", Carries.GRAPH, RdfFormat.N_TRIPLES,
    _W3C + "N-Triples", ("text/ntriples", "text/plain"), "RDF_N_TRIPLES",
)  # fmt: skip
N_QUADS: Final = Format(
    "nquads", "N-Quads", "application/n-quads", "nq", Carries.DATASET, RdfFormat.N_QUADS,
    _W3C + "N-Quads", ("text/x-nquads",), "RDF_N_QUADS",
)  # fmt: skip
TRIG: Final = Format(
    "trig", "TriG", "application/trig", "trig", Carries.DATASET, RdfFormat.TRIG,
    _W3C + "TriG", ("application/x-trig",), "RDF_TRIG",
)  # fmt: skip
JSON_LD: Final = Format(
    "jsonld", "JSON-LD", "application/ld+json", "jsonld", Carries.DATASET, RdfFormat.JSON_LD,
    _W3C + "JSON-LD", file_type="JSON_LD",
)  # fmt: skip
RDF_XML: Final = Format(
    "rdfxml", "RDF/XML", "application/rdf+xml", "rdf", Carries.GRAPH, RdfFormat.RDF_XML,
    _W3C + "RDF_XML", file_type="RDF_XML",
)  # fmt: skip
SPARQL_JSON: Final = Format(
    "json", "JSON", "application/sparql-results+json", "json", Carries.RESULTS,
    QueryResultsFormat.JSON, _W3C + "SPARQL_Results_JSON", ("application/json",),
)  # fmt: skip
SPARQL_XML: Final = Format(
    "xml", "XML", "application/sparql-results+xml", "srx", Carries.RESULTS,
    QueryResultsFormat.XML, _W3C + "SPARQL_Results_XML", ("application/xml", "text/xml"),
)  # fmt: skip
CSV: Final = Format(
    "csv", "CSV", "text/csv", "csv", Carries.RESULTS, QueryResultsFormat.CSV,
    _W3C + "SPARQL_Results_CSV",
)  # fmt: skip
TSV: Final = Format(
    "tsv", "TSV", "text/tab-separated-values", "tsv", Carries.RESULTS, QueryResultsFormat.TSV,
    _W3C + "SPARQL_Results_TSV",
)  # fmt: skip
HTML: Final = Format(
    "html", "HTML", "text/html", "html", Carries.PAGE, aliases=("application/xhtml+xml",)
)

JSON: Final = Format("document", "JSON", "application/json", "json", Carries.DOCUMENT)
PROBLEM_JSON: Final = Format(
    "problem", "Problem details", "application/problem+json", "json", Carries.DOCUMENT,
    aliases=("application/json",),
)  # fmt: skip
LINK_FORMAT: Final = Format(
    "links", "Link format", "application/link-format", "txt", Carries.DOCUMENT
)

RDF_PATCH: Final = Format("patch", "RDF Patch", "application/rdf-patch", "rdfp", Carries.DOCUMENT)
ATOM: Final = Format("atom", "Atom", "application/atom+xml", "atom", Carries.DOCUMENT)
BIBTEX: Final = Format("bibtex", "BibTeX", "application/x-bibtex", "bib", Carries.DOCUMENT)
CSL_JSON: Final = Format(
    "csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", Carries.DOCUMENT
)
TEXT: Final = Format("text", "Text", "text/plain", "txt", Carries.DOCUMENT)

LINKSET: Final = Format(
    "linkset", "Linkset", "application/linkset+json", "json", Carries.DOCUMENT,
    aliases=("application/json",),
)  # fmt: skip
SITEMAP: Final = Format("sitemap", "Sitemap", "application/xml", "xml", Carries.DOCUMENT)

FORMATS: Final = (
    TURTLE, N_TRIPLES, N_QUADS, TRIG, JSON_LD, RDF_XML, SPARQL_JSON, SPARQL_XML, CSV, TSV, HTML,
    JSON, PROBLEM_JSON, RDF_PATCH, ATOM, BIBTEX, CSL_JSON, TEXT, LINK_FORMAT,
    LINKSET, SITEMAP,
)  # fmt: skip
"""Every format, in the order of our preference within its kind."""

RDF_FORMATS: Final = tuple(fmt for fmt in FORMATS if fmt.holds_rdf)
RESULTS_FORMATS: Final = tuple(fmt for fmt in FORMATS if fmt.carries is Carries.RESULTS)

PLAIN: Final = "plain"
COMPRESSIONS: Final[Mapping[str, str]] = {"gzip": "gz", "zstd": "zst"}
"""How a dump may be compressed, and the extension that it has then."""


def rdf_format_of_extension(extension: str) -> Format | None:
    """Return the RDF format with this extension (no dot, any case), or None."""
    lowered = _EXTENSION_ALIASES.get(extension.lower(), extension.lower())
    return next((fmt for fmt in RDF_FORMATS if fmt.extension == lowered), None)


def format_named(name: str) -> Format | None:
    """Return the format with this name, extension or media type, or None.

    This is what people write after `format=` or `--format`.
    """
    return _BY_NAME.get(name) or _BY_NAME.get(name.strip().lower())


_BY_NAME: Final[Mapping[str, Format]] = {
    name: fmt
    for fmt in reversed(FORMATS)  # the first to have a name keeps it
    for name in (fmt.name, fmt.extension, fmt.media_type, fmt.label.lower(), *fmt.aliases)
}


_EXTENSION_ALIASES: Final = {"owl": "rdf", "rdfs": "rdf"}
"""Extensions of ontologies that are RDF/XML by custom; used for reading only."""
