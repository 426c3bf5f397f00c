"""Pages that are open learn that they would show something else, where somebody edits."""

import re

import pytest

from tgkg.publish.build import build
from tgkg.release import State
from tgkg.web import news
from tgkg.web.app import create_app

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> sh:targetNode <urn:a> ; sh:property [ sh:path <urn:p> ; sh:maxCount 1 ] .
"""


@pytest.fixture
def publish(tmp_path):
    """Gives a function that builds a release of some data."""
    for folder in ("data", "shapes"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tgkg.toml").write_text('name = "x"\nprefix = "/graph"\n')
    (tmp_path / "shapes/S.ttl").write_text(SHAPE)

    def make(text: str) -> None:
        (tmp_path / "data/a.ttl").write_text(text)
        build([tmp_path], State(tmp_path / "state"), lambda _: None)

    return make


@pytest.fixture
def client(tmp_path, publish):
    """Gives a client of a site that tells news."""
    publish("<urn:a> <urn:p> 1 .")
    return create_app(State(tmp_path / "state"), rooms=[news.blueprint]).test_client()


def shown(client) -> tuple[str, str]:
    """Return where the home page asks for news, and the word that it was made with."""
    page = client.get("/graph/").get_data(as_text=True)
    found = re.search(r'data-address="(.*?)" data-shown="(.*?)"', page)
    return found[1], found[2]


def test_the_word_is_another_one_as_soon_as_pages_are(client, publish):
    """A new release, a problem, another problem and its end: each time, and never in between."""
    seen = []
    for text in (
        "<urn:a> <urn:p> 2 .",
        "<urn:a> <urn:p> 2 , 3 .",
        "broken",
        "<urn:a> <urn:p> 4 .",
    ):
        address, word = shown(client)
        assert client.get(address).json == word
        assert client.get(address).json == word
        seen.append(word)
        publish(text)
        assert client.get(address).json != word
    assert len(set(seen)) == len(seen)


def test_who_knows_the_word_is_not_told_again(client):
    """The word has a strong ETag, and is not sent to who has it."""
    address, _ = shown(client)
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.head(address).status_code == 200


def test_without_a_release_there_is_a_word_too(tmp_path):
    """So the page that says that nothing is published yet goes away by itself."""
    client = create_app(State(tmp_path), rooms=[news.blueprint]).test_client()
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert f'data-shown="{client.get("/news").json}"' in page.get_data(as_text=True)


def test_a_site_that_nobody_edits_has_none(tmp_path, publish):
    """No script, and nothing at that address."""
    publish("<urn:a> <urn:p> 1 .")
    client = create_app(State(tmp_path / "state")).test_client()
    assert "news.js" not in client.get("/graph/").get_data(as_text=True)
    assert client.get("/graph/news").status_code == 404
