"""The catalogue: true of the release, valid DCAT-AP-NL where the settings allow, and readable."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph
from rdflib.namespace import SH

from tgkg.catalog.dcat import Catalogue, catalog_quads
from tgkg.catalog.profile import missing_settings
from tgkg.catalog.sources import Source
from tgkg.catalog.terms import PREFIXES
from tgkg.config import read_config
from tgkg.engine.opening import in_process
from tgkg.formats import RDF_FORMATS, RDF_XML
from tgkg.history import Edition
from tgkg.iris import DCAT, DCTERMS
from tgkg.manifest import MANIFEST, Outline
from tgkg.publish.build import build
from tgkg.release import State
from tgkg.serialization import serialize
from tgkg.web.app import create_app

PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in PREFIXES.items())
VIOLATION = str(SH.Violation)
BROWSER = {"Accept": "text/html"}
SETTINGS = """
name = "bare"
licence = "https://creativecommons.org/licenses/by/4.0/"
description = "A few people."
publisher = { name = "An office" }
languages = ["nl"]

[catalogue]
access_rights = "PUBLIC"
themes = ["SOCI"]
contact = { name = "The office", email = "data@example.org" }
period = { start = 2003-09-01, end = "2026" }
"""
PEOPLE = "<https://example.org/ada> a <https://schema.org/Person> ; <https://schema.org/name> 'A' ."


def read(answer) -> ox.Store:
    """Reads an answer in Turtle."""
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.TURTLE)
    return store


def found(store: ox.Store, pattern: str) -> list[dict[str, str]]:
    """Asks, and gives the values by the names of variables."""
    solutions = store.query(f"{PROLOGUE} SELECT * {{ {pattern} }}")
    names = [variable.value for variable in solutions.variables]
    return [{n: row[n].value for n in names if row[n] is not None} for row in solutions]


@pytest.fixture(scope="module")
def results(test_data: Path) -> Callable[[bytes], list[tuple[str, ...]]]:
    """Gives a function that validates Turtle by all shapes of DCAT-AP-NL 3.0."""
    profile = test_data / "profiles" / "dcat-ap-nl"
    if not profile.is_dir():
        pytest.skip(f"no DCAT-AP-NL under {test_data}: set TGKG_TEST_DATA")
    shapes = Graph()
    for file in sorted(profile.glob("*.ttl")):
        shapes.parse(file)

    def validate(turtle: bytes) -> list[tuple[str, ...]]:
        _, report, _ = pyshacl.validate(Graph().parse(data=turtle), shacl_graph=shapes)
        wanted = (SH.resultSeverity, SH.resultPath, SH.focusNode)
        return [
            tuple(str(report.value(result, each)) for each in wanted)
            for result in report.objects(None, SH.result)
        ]

    return validate


@pytest.fixture(scope="module")
def ours(checkout: Path, tmp_path_factory):
    """Gives a client of a site over our graph."""
    state = State(tmp_path_factory.mktemp("state"))
    build([checkout], state, lambda _: None)
    return create_app(state).test_client()


@pytest.fixture
def bare(tmp_path: Path, publish):
    """Gives a client of a site over one small file, with settings and nothing else."""
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "tgkg.toml").write_text(SETTINGS)
    (folder / "people.ttl").write_text(PEOPLE)
    state = State(tmp_path / "state")
    publish(folder, state)
    return create_app(state).test_client()


@pytest.mark.system
class TestTheDutchProfile:
    """DCAT-AP-NL 3.0, by its own shapes."""

    def test_our_catalogue_has_no_violation(self, ours, results):
        """What /catalog says of our graph is complete."""
        told = results(ours.get("/catalog?format=ttl").data)
        assert [each for each in told if each[0] == VIOLATION] == []

    def test_a_warning_is_left_only_where_there_is_nothing_to_tell(self, ours, results):
        """A file is had without a service, and the endpoint is no file: no more is missing."""
        told = results(ours.get("/catalog?format=ttl").data)
        left = {(path.rpartition("#")[2], "#by-query" in node) for _, path, node in told}
        assert left <= {("accessService", False), ("downloadURL", True)}

    def test_so_has_that_of_a_single_file_with_settings(self, bare, results):
        """Nothing in it depends on our graph: no ontology, no labels, no base are needed."""
        told = results(bare.get("/catalog?format=ttl").data)
        assert [each for each in told if each[0] == VIOLATION] == []
        assert "catalogue.contact" not in bare.get("/catalog", headers=BROWSER).text

    def test_the_release_holds_it_too(self, ours, results):
        """The file in the release is as valid as the page."""
        (folder,) = ours.application.extensions["tgkg"].state.releases.iterdir()
        told = results((folder / "catalog.ttl").read_bytes())
        assert [each for each in told if each[0] == VIOLATION] == []

    def test_what_is_missing_is_told(self, client, results):
        """Without the settings it is DCAT all the same; the page names each that is absent."""
        told = results(client.get("/catalog?format=ttl").data)
        lacking = {path for severity, path, _ in told if severity == VIOLATION}
        text = client.get("/catalog", headers=BROWSER).text
        named = dict(re.findall(r"<code>([a-z_.]+)</code> \((\w+:\w+)\)", text))
        assert list(named) == [
            "publisher", "catalogue.contact", "catalogue.themes", "catalogue.access_rights",
        ]  # fmt: skip
        prefixes = [(each.partition(":")[0], each.partition(":")[2]) for each in named.values()]
        properties = {PREFIXES[prefix] + name for prefix, name in prefixes}
        assert lacking == properties | {DCTERMS + "creator"}  # who is the publisher, by itself


class TestWhatItSays:
    @pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
    def test_it_comes_in_every_format(self, client, fmt):
        """Each RDF format holds the same, by Accept and by `format=`, and leads to the others."""
        answer = client.get("/catalog", headers={"Accept": fmt.media_type})
        assert answer.headers["Content-Type"] == fmt.content_type
        assert client.get("/catalog", query_string={"format": fmt.name}).data == answer.data
        assert len(list(ox.parse(answer.data, format=fmt.rdf))) > 100
        assert "/catalog?format=" in answer.headers["Link"]

    def test_every_dump_is_a_distribution(self, client, release):
        """Size, checksum, media type and compression are those of the file that is sent."""
        store = read(client.get("/catalog?format=ttl"))
        rows = found(
            store,
            """<http://localhost/.well-known/void#dataset> dcat:distribution ?d .
            ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?type ;
               dcterms:license ?licence ; dcterms:conformsTo ?standard ;
               spdx:checksum [ spdx:checksumValue ?sum ]
            OPTIONAL { ?d dcat:compressFormat ?packed }""",
        )
        assert {row["url"].rpartition("/")[2] for row in rows} == {
            dump.file for dump in release.manifest.dumps if dump.graph is None
        }
        for row in rows:
            sent = client.get(row["url"])
            assert len(sent.data) == int(row["size"])
            assert sent.headers["ETag"] == f'"{row["sum"]}"'
            assert row.get("packed", row["type"]).endswith(f"media-types/{sent.mimetype}")
            assert row["licence"] == release.config.licence

    def test_the_endpoint_is_a_service(self, client):
        """It says where it is, what it speaks and what it serves."""
        [service] = found(
            read(client.get("/catalog?format=ttl")),
            """?catalog dcat:service ?s . ?s dcat:endpointURL ?url ; dcat:servesDataset ?d ;
            dcat:endpointDescription ?about ; dcterms:conformsTo ?protocol
            FILTER(STRENDS(STR(?d), "#dataset"))""",
        )
        assert service["url"] == "http://localhost/sparql"
        assert "sparql11-protocol" in service["protocol"]
        assert client.get(service["about"], headers={"Accept": "text/turtle"}).status_code == 200

    def test_each_source_is_a_dataset_in_its_own_words(self, client):
        """A named graph has the names that the graph gives it, else a part of its IRI."""
        titles = found(
            read(client.get("/catalog?format=ttl")),
            """?catalog dcat:dataset ?d . ?d dcterms:isPartOf ?whole ; dcterms:title ?t
            FILTER(LANG(?t) != "nl")""",
        )
        named = {row["d"].rpartition("/")[2]: row["t"] for row in titles}
        assert named == {"def": "Isles", "oddities": "oddities", "register": "The register"}

    def test_every_release_is_a_version(self, project, tmp_path, publish):
        """The current one and those before it, each by its address, the newest first."""
        state = State(tmp_path / "state")
        first = publish(project, state)
        with (project / "data/register/islands.ttl").open("a") as file:
            file.write("<https://example.org/isles/id/island/new> a <https://example.org/x> .\n")
        second = publish(project, state)
        client = create_app(state).test_client()
        store = read(client.get("/catalog?format=ttl"))
        this = "<http://localhost/.well-known/void#dataset>"
        assert found(store, f"{this} dcat:hasCurrentVersion ?v ; dcat:version ?name") == [
            {"v": f"http://localhost/releases/{second.id}", "name": second.manifest.version}
        ]
        versions = found(store, f"{this} dcat:hasVersion ?v . ?v dcat:isVersionOf {this}")
        assert {row["v"] for row in versions} == {
            f"http://localhost/releases/{each.id}" for each in (first, second)
        }
        text = client.get("/catalog", headers=BROWSER).text
        assert f'href="/releases/{first.id}"' in text
        assert f'href="/releases/{second.id}"' in text

    def test_a_release_that_is_removed_is_not_named(self, project, tmp_path, publish):
        """An answer with releases is not kept: others than the current come and go."""
        state = State(tmp_path / "state")
        first = publish(project, state)
        (project / "data/register/islands.ttl").write_text(PEOPLE)
        publish(project, state)
        client = create_app(state).test_client()
        assert first.id in client.get("/catalog?format=ttl").text
        first.folder.rename(tmp_path / "gone")
        assert first.id not in client.get("/catalog?format=ttl").text

    def test_it_names_the_public_address(self, site_with):
        """Every address of the site begins with `public_url`, below a prefix too."""
        client = site_with(public_url="https://example.org/public", prefix="/public")
        answer = client.get("/public/catalog?format=ttl", base_url="http://inside.example:81")
        assert "inside.example" not in answer.text
        assert "<https://example.org/public/dumps/isles.ttl>" in answer.text
        [catalog] = found(read(answer), "?c a dcat:Catalog")
        assert catalog["c"] == "https://example.org/public/catalog"


def test_a_site_over_a_store_elsewhere_has_a_catalogue(state, tmp_path):
    """Without data here there are no dumps to list; the graphs go by the ends of their names."""
    copy = State(shutil.copytree(state.folder, tmp_path / "state", symlinks=True))
    release = copy.current()
    outlined = replace(release.manifest, dumps=(), outline=Outline(marked=True, own_default=False))
    (release.folder / MANIFEST).write_text(json.dumps(outlined.as_json()))
    release.data.rename(tmp_path / "elsewhere.nq")
    client = create_app(copy, lambda _: in_process(state.current())).test_client()
    store = read(client.get("/catalog?format=ttl"))
    assert found(store, "?d dcat:downloadURL ?url") == []
    titles = {row["t"] for row in found(store, "?d dcterms:isPartOf ?w ; dcterms:title ?t")}
    assert titles == {"def", "oddities", "register"}
    assert client.get("/catalog", headers=BROWSER).status_code == 200
    assert "http://localhost/def" in client.get("/sitemap.xml").text


@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda fmt: fmt.name)
def test_names_that_mean_harm_stay_names(tmp_path, publish, fmt):
    """Whatever a source is called, its dataset is called so; what a format cannot hold is said."""
    graph, label = "http://x/'onclick='alert(1)&é", "http://www.w3.org/2000/01/rdf-schema#label"
    title = ox.Literal('"</title> \u202e {{ 7 * 7 }} \u0001\n')
    name = ox.NamedNode(graph)
    quads = [ox.Quad(name, ox.NamedNode(label), title, name)]
    ox.serialize(quads, tmp_path / "odd.nq", format=ox.RdfFormat.N_QUADS)
    state = State(tmp_path / "state")
    publish(tmp_path / "odd.nq", state)
    answer = create_app(state).test_client().get(f"/catalog?format={fmt.name}")
    if fmt is RDF_XML:
        assert answer.status_code == 406
        return
    told = {(q.subject, q.predicate.value, q.object) for q in ox.parse(answer.data, format=fmt.rdf)}
    assert (ox.NamedNode(graph), DCTERMS + "title", title) in told


def test_dumps_of_a_source_belong_to_its_dataset(release):
    """What holds one named graph is a distribution of that one, not of the whole."""
    graph = "https://example.org/isles/id/graph/register"
    whole, *_ = release.manifest.dumps
    part = replace(whole, file="register.ttl", graph=graph)
    manifest = replace(release.manifest, dumps=(whole, part))
    source = Source(graph, {"en": "The register"}, {}, ("https://example.org/book",))
    edition = Edition(release.id, "1", "2026-01-01T00:00:00Z")
    it = Catalogue(manifest, (edition,), (source,), "https://example.org/site/{}".format)
    quads = list(catalog_quads(it))
    owners = {
        (str(quad.subject), str(quad.object).rpartition("#")[2])
        for quad in quads
        if quad.predicate.value == DCAT + "distribution"
    }
    assert (f"<{graph}>", "register.ttl>") in owners
    assert (f"<{it.dataset}>", f"{whole.file}>") in owners
    assert len(owners) == 3
    assert b"wasDerivedFrom <https://example.org/book>" in serialize(
        quads, RDF_FORMATS[0], PREFIXES
    )


def test_the_file_in_a_release_leads_to_the_files_beside_it(release):
    """Without a public address its addresses are relative: they hold wherever the release lies."""
    for name in ("catalog.ttl", "void.ttl"):
        text = (release.folder / name).read_text()
        assert ".invalid" not in text
        parsed = Graph().parse(data=text, publicID=f"{release.folder.as_uri()}/{name}")
        dumps = {str(term) for term in parsed.objects() if "/dumps/" in str(term)}
        assert dumps == {release.dump(d.file).as_uri() for d in release.manifest.dumps}


def test_the_settings_are_ours(checkout):
    """Our own tgkg.toml says all that the profile asks for."""
    assert missing_settings(read_config(checkout / "tgkg.toml")) == {}
