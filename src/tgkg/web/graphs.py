"""Each source's graph by its name: the Graph Store HTTP Protocol, read only."""

import json
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request, url_for

from tgkg.engine.port import Dataset, QueryRequest
from tgkg.errors import BadRequestError, NotFoundError
from tgkg.formats import HTML, JSON, N_TRIPLES, RDF_FORMATS, Format
from tgkg.serialization import serialize
from tgkg.web.current import published
from tgkg.web.responses import representation, wanted
from tgkg.web.service import PREFIXES, dataset_quads

blueprint: Final = Blueprint("graphs", __name__)

_WHOLE_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class GraphEntry:
    """A graph in the list: its name (None for the default graph), size and address."""

    iri: str | None
    triples: int
    href: str


@blueprint.get("/graphs")
def graphs() -> Response:
    """Return the graph that `?graph=` or `?default` names, or the list of all.

    Follows the SPARQL 1.1 Graph Store HTTP Protocol, sections 4.2 and 5.2.
    """
    names = request.args.getlist("graph")
    by_default = "default" in request.args
    if not names and not by_default:
        return _list()
    if len(names) + by_default > 1:
        raise BadRequestError("Ask for one graph: `graph=IRI`, or `default` for the union of all.")
    return _graph(names[0] if names else None)


def _graph(iri: str | None) -> Response:
    current = published()
    manifest = current.release.manifest
    if iri is not None and iri not in manifest.counts.graphs:
        raise NotFoundError(
            f"There is no graph {iri!r}; {url_for('.graphs')} lists those there are."
        )
    fmt = wanted(RDF_FORMATS)
    dataset = Dataset(default=(iri,)) if iri else None
    answer = current.engine.query(QueryRequest(_WHOLE_GRAPH, rdf=N_TRIPLES, dataset=dataset))
    quads = ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=False)
    alternates = {each: _address(iri, each) for each in RDF_FORMATS}
    return representation(serialize(quads, fmt, manifest.prefixes), fmt, alternates=alternates)


def _list() -> Response:
    offered = (HTML, JSON, *RDF_FORMATS)
    fmt = wanted(offered)
    return representation(
        _listed(fmt),
        fmt,
        alternates={each: url_for(".graphs", format=each.extension) for each in offered},
    )


def _listed(fmt: Format) -> bytes | str:
    counts = published().release.manifest.counts
    default = GraphEntry(None, counts.triples, _address(None))
    entries = tuple(GraphEntry(iri, size, _address(iri)) for iri, size in counts.graphs.items())
    if fmt is HTML:
        return render_template("graphs.html", default=default, graphs=entries)
    if fmt is JSON:
        listed = [{"iri": e.iri, "triples": e.triples, "href": e.href} for e in entries]
        whole = {"triples": default.triples, "href": default.href}
        return json.dumps({"default": whole, "graphs": listed}, ensure_ascii=False)
    return serialize(dataset_quads(counts), fmt, PREFIXES)


def _address(iri: str | None, fmt: Format | None = None) -> str:
    name = fmt.extension if fmt else None
    if iri is None:
        return url_for(".graphs", default="", format=name)
    return url_for(".graphs", graph=iri, format=name)
