"""Data that nobody here wrote, published without any configuration: pages, query and dumps."""

import random
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from tgkg.formats import RDF_FORMATS, Carries, format_named
from tgkg.publish.build import build
from tgkg.release import Release, State
from tgkg.web.app import create_app

pytestmark = pytest.mark.system


class Published(NamedTuple):
    """A release of somebody's data, and its site."""

    release: Release
    client: FlaskClient

    @property
    def quads(self) -> list[ox.Quad]:
        """Every statement of the release."""
        with self.release.data.open("rb") as lines:
            return list(ox.parse(lines, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))


ONTOLOGIES = [files("pyshacl") / "assets" / name for name in ("schema.ttl", "shacl.ttl")]


@pytest.fixture(
    scope="module",
    params=["ontologies of a package", "shacl/core", "shacl/sparql", "sparql/sparql10",
            "sparql/sparql11", "sparql/sparql12"],
)  # fmt: skip
def published(request, tmp_path_factory) -> Published:
    """Publishes one collection of files."""
    if request.param.startswith("ontologies"):
        paths = [Path(str(path)) for path in ONTOLOGIES]
    else:
        shared = request.getfixturevalue("test_data") / "w3c" / request.param
        paths = readable_files(shared)
    state = State(tmp_path_factory.mktemp("state"))
    outcome = build(paths, state, lambda _: None)
    assert outcome.release, outcome.report
    return Published(outcome.release, create_app(state).test_client())


def readable_files(folder: Path) -> list[Path]:
    """Return the RDF files that are meant to be readable, as W3C names them."""
    found = [
        path
        for extension in ("ttl", "trig", "nt", "nq", "rdf")
        for path in sorted(folder.rglob(f"*.{extension}"))
        if "bad" not in path.name
    ]
    return [path for path in found if is_readable(path)]


def is_readable(path: Path) -> bool:
    """Tell whether Oxigraph reads the file: W3C's older files are not all of today's RDF."""
    fmt = ox.RdfFormat.from_extension(path.suffix[1:])
    try:
        return bool(list(ox.parse(path=path, format=fmt, base_iri="https://e.invalid/"))) or True
    except (SyntaxError, ValueError):
        return False


def sample(items: list[str], size: int) -> list[str]:
    """Return some of the items, the same at every run."""
    return random.Random(1).sample(items, min(size, len(items)))  # noqa: S311 (not a secret)


def test_every_kind_of_page_opens(published):
    """Home, ontology, sources, dumps, query form and report are pages for any data."""
    for path in ("/", "/def", "/graphs", "/dumps/", "/sparql", "/validation"):
        answer = published.client.get(path, headers={"Accept": "text/html"})
        assert (path, answer.status_code) == (path, 200)
    assert "not validated" in published.client.get("/?lang=en").text.lower()


def test_every_resource_has_its_page(published):
    """Whatever IRI the data names as a subject has a page, odd IRIs included."""
    subjects = {q.subject.value for q in published.quads if isinstance(q.subject, ox.NamedNode)}
    plain = [iri for iri in subjects if iri.isalnum()]
    odd = sorted(iri for iri in subjects if not iri.isascii() or "%" in iri or " " in iri)
    for iri in {*plain, *odd[:50], *sample(sorted(subjects), 60)}:
        answer = published.client.get("/resource", query_string={"iri": iri, "lang": "en"})
        assert (iri, answer.status_code) == (iri, 200)


def test_a_resource_is_the_same_in_every_format(published):
    """Each format of a resource holds the resource's own statements, as the data has them."""
    quads = published.quads
    subjects = sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)})
    for iri in sample(subjects, 10):
        own = {
            str(q.triple)
            for q in quads
            if q.subject == ox.NamedNode(iri) and not isinstance(q.object, ox.BlankNode)
        }
        own = {line for line in own if is_kept_by_the_store(line)}
        for fmt in RDF_FORMATS:
            answer = published.client.get(
                "/resource", query_string={"iri": iri}, headers={"Accept": fmt.media_type}
            )
            if answer.status_code == 406:  # what the format cannot express is refused by name
                assert "cannot express" in answer.text
                continue
            assert (iri, fmt.name, answer.status_code) == (iri, fmt.name, 200)
            said = {str(q.triple) for q in ox.parse(answer.data, format=fmt.rdf)}
            assert own - said == set()


def is_kept_by_the_store(line: str) -> bool:
    """Leave out literals that Oxigraph's store writes anew; the dumps have them to the letter."""
    store = ox.Store()
    store.load(f"{line} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    return [str(quad.triple) for quad in store] == [line]


def test_queries_count_what_is_there(published):
    """The endpoint counts each triple once, and each graph's triples."""
    triples = len({quad.triple for quad in published.quads})
    answer = published.client.post(
        "/sparql",
        data="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        content_type="application/sparql-query",
        headers={"Accept": "text/csv"},
    )
    stored = len({q.triple for q in as_stored(published.quads)})
    assert answer.text.split() == ["n", str(stored)]
    assert published.release.manifest.counts.triples == triples


def as_stored(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Return the quads as Oxigraph's store holds them."""
    store = ox.Store()
    store.extend(quads)
    return list(store)


def test_every_graph_is_there(published):
    """Each named graph is listed, and gives its triples."""
    listed = published.client.get("/graphs", headers={"Accept": "application/json"}).text
    names = sorted({q.graph_name.value for q in published.quads})
    for name in sample(names, 20):
        assert name in listed
        answer = published.client.get(
            "/graphs", query_string={"graph": name}, headers={"Accept": "application/n-triples"}
        )
        stored = as_stored([q for q in published.quads if q.graph_name == ox.NamedNode(name)])
        assert len(answer.text.splitlines()) == len(stored)


def test_every_dump_is_the_same_graph(published):
    """Each dump holds the same statements; one that cannot is absent, and says why."""
    whole = {str(quad) for quad in published.quads}
    triples = {str(quad.triple) for quad in published.quads}
    for dump in published.release.manifest.dumps:
        if dump.compression is None:
            fmt = format_named(dump.format)
            with published.client.get(f"/dumps/{dump.file}") as answer:
                parsed = ox.parse(answer.data, format=fmt.rdf, rename_blank_nodes=False)
            expected = whole if fmt.carries is Carries.DATASET else triples
            if dump.graph is not None:
                own = ox.NamedNode(dump.graph)
                expected = {str(q.triple) for q in published.quads if q.graph_name == own}
            assert (fmt.name, {str(quad) for quad in parsed}) == (fmt.name, expected)
    assert {format_named(name) for name in published.release.manifest.refused} <= set(RDF_FORMATS)
