"""The home page in schema.org's words: what a search engine for data sets reads."""

import json
import re

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF

from tgkg.release import State
from tgkg.web.app import create_app

BROWSER = {"Accept": "text/html"}
SDO = Namespace("https://schema.org/")


def dataset(client, path="/", **headers):
    """Reads the data block of a page."""
    text = client.get(path, headers={**BROWSER, **headers}).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


def test_it_is_json_ld(site_with):
    """A reader of JSON-LD finds one data set, with each dump as a download of it."""
    values = dataset(site_with(public_url="https://example.org/public"))
    assert values["@context"] == "https://schema.org/"
    values["@context"] = {"@vocab": SDO, "url": {"@type": "@id"}, "contentUrl": {"@type": "@id"}}
    graph = Graph().parse(data=json.dumps(values), format="json-ld")
    (this,) = graph.subjects(RDF.type, SDO.Dataset)
    assert this == URIRef("https://example.org/public/.well-known/void#dataset")
    downloads = set(graph.objects(this, SDO.distribution))
    assert downloads == set(graph.subjects(RDF.type, SDO.DataDownload))
    for download in downloads:
        address = str(graph.value(download, SDO.contentUrl))
        assert address.startswith("https://example.org/public/dumps/isles.")


def test_it_has_what_search_engines_ask_for(client, release):
    """What Google requires (name, description) and recommends, as far as the settings say it."""
    values = dataset(client)
    config = release.config
    assert values["name"] == config.title["en"]
    assert values["description"] == config.description["en"]
    assert values["license"] == config.licence
    assert values["identifier"] == config.base
    assert values["version"] == release.manifest.version
    assert values["dateModified"] == release.manifest.created
    files = {dump.file: dump for dump in release.manifest.dumps if dump.graph is None}
    for each in values["distribution"]:
        dump = files.pop(each["name"])
        assert each["sha256"] == dump.sha256
        assert each["encodingFormat"] == client.head(each["contentUrl"]).mimetype
    assert not files
    assert None not in values.values()


def test_our_own_says_all(checkout, tmp_path, publish):
    """Who, what about, where and whether for free stand there for our graph."""
    state = State(tmp_path)
    publish(checkout, state)
    values = dataset(create_app(state).test_client())
    assert {
        "creator", "publisher", "keywords", "spatialCoverage", "isAccessibleForFree", "inLanguage",
        "includedInDataCatalog",
    } <= set(values)  # fmt: skip
    assert 50 <= len(values["description"]) <= 5000


@pytest.mark.parametrize(("language", "name"), [("nl", "De eilanden"), ("en", "The isles")])
def test_it_speaks_the_language_of_the_page(client, language, name):
    """Its name is that of the page that it stands in."""
    assert dataset(client, f"/?lang={language}")["name"] == name


def test_no_text_ends_the_block(tmp_path, publish):
    """A title that would close the element stays within it."""
    folder = tmp_path / "g"
    folder.mkdir()
    title = "</script><script>alert(1)</script><!--"
    (folder / "tgkg.toml").write_text(f'name = "g"\ntitle = "{title}"\n')
    (folder / "a.ttl").write_text("<https://example.org/a> <https://example.org/p> 1 .")
    state = State(tmp_path / "state")
    publish(folder, state)
    assert dataset(create_app(state).test_client())["name"] == title
