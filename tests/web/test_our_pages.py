"""The special pages of our graph: whole in both languages, and saying no more than is known."""

import re
import tomllib
from html import unescape

import pytest

from tgkg.publish.build import build
from tgkg.release import State
from tgkg.web.app import create_app

BROWSER = {"Accept": "text/html"}
PAGES = (
    "/", "/about", "/programmes", "/universities", "/specialisations", "/road-to-registration",
    "/figures",
)  # fmt: skip
EMPTY = ("Nothing was found in this release.", "In deze uitgave is niets gevonden.")


@pytest.fixture(scope="module")
def client(checkout, tmp_path_factory):
    """Gives a client of the site of our graph."""
    state = State(tmp_path_factory.mktemp("state"))
    build([checkout], state, lambda _: None)
    return create_app(state).test_client()


def words_of(client, path):
    """Gives what a page says, without its tags."""
    text = re.sub(
        r"<script.*?</script>", " ", client.get(path, headers=BROWSER).text, flags=re.DOTALL
    )
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Figures. In: Technical"), ("nl", "Cijfers. In: Technische")]
)
def test_a_page_is_cited_by_its_title(client, language, title):
    """Not by its address, and in the reader's language."""
    assert title in client.get(f"/cite?path=/figures&format=bibtex&lang={language}").text


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_in_both_languages(client, path, language):
    """Every section finds something, every name is a name, and every text is there."""
    response = client.get(f"{path}?lang={language}", headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language
    assert not [said for said in EMPTY if said in response.text]
    assert "https://w3id.org/tgkg/id/" not in words_of(client, f"{path}?lang={language}")


@pytest.mark.parametrize("path", PAGES)
def test_links_lead_somewhere(client, path):
    """Every link of a section to this site has a page."""
    text = client.get(path, headers=BROWSER).text
    main = text[text.index("<main") : text.index("</main>")]
    inside = {unescape(href) for href in re.findall(r'href="(/[^"]*)"', main)}
    for href in sorted(href for href in inside if not href.startswith("/sparql")):
        assert client.get(href, headers=BROWSER).status_code in (200, 303), href


def texts_in(value):
    """Yields each text by language that a page's settings hold."""
    if isinstance(value, dict) and {"en", "nl"} & value.keys():
        yield value
        return
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from texts_in(each)


def test_every_text_is_written_in_both_languages(checkout):
    """No page has a text in English alone, or in Dutch alone."""
    files = sorted((checkout / "pages").glob("*.toml"))
    assert len(files) == len(PAGES)
    for file in files:
        for text in texts_in(tomllib.loads(file.read_text("utf-8"))):
            assert text.keys() == {"en", "nl"}, (file.name, text)


def test_no_kind_of_employer_has_a_share(client):
    """The six shares stand without the kinds of employers, the kinds without shares."""
    rows = client.get("/figures/employer-shares.csv").text
    kinds = client.get("/figures/kinds-of-employers.csv").text
    assert "share 1 in the text" in rows
    for kind in ("hospital", "care institution", "company"):
        assert kind not in rows
        assert kind in kinds
    assert not re.search(r"\d", re.sub(r"https?://\S+", "", kinds))


@pytest.mark.parametrize("path", ["/", "/figures"])
def test_a_bound_is_never_a_count(client, path):
    """More than 565 have completed the master; nowhere is it said that 565 have."""
    said = re.findall(r"(\S+ \S+) 565\b", words_of(client, path))
    assert said
    assert all(before == "more than" for before in said), said


@pytest.mark.parametrize("path", ["/", "/figures", "/road-to-registration"])
def test_the_number_in_the_register_has_no_stated_date(client, path):
    """The period of the 261 is inferred, and says so."""
    said = words_of(client, path)
    card = said[said.index("261 persons") :][:400]
    assert "the moment of the infographic (inferred)" in re.sub(
        r"\( ?inferred ?\)", "(inferred)", card
    )


def test_a_share_says_of_whom(client):
    """48 per cent is of those in a care institution, and of nobody else."""
    said = words_of(client, "/figures")
    assert re.search(r"48 per cent .{0,60}technical physicians in a care institution", said)


def test_shares_that_overlap_are_bars(client):
    """The fields are bars of one population, and no picture is a pie."""
    text = client.get("/figures", headers=BROWSER).text
    assert 'id="fields-1-title"' in text
    assert 'id="fields-2-title"' not in text
    assert "<path" not in text[text.index("<main") :]
