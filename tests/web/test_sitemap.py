"""What crawlers are told: every page once, in every language, and what to keep off."""

import re
import xml.etree.ElementTree as ET
from html import escape
from urllib.robotparser import RobotFileParser

import pytest

from tgkg.catalog import subjects
from tgkg.release import State
from tgkg.web.app import create_app

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BROWSER = {"Accept": "text/html"}
LINK = "{http://www.w3.org/1999/xhtml}link"
W3C_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MOST_ADDRESSES, MOST_BYTES = 50_000, 50 * 1024 * 1024


def urls(answer) -> dict[str, dict[str, str]]:
    """Reads a sitemap by the rules of sitemaps.org: addresses with their languages."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    assert len(answer.data) <= MOST_BYTES
    root = ET.fromstring(answer.data)  # noqa: S314 - our own
    assert root.tag == f"{MAP}urlset"
    found = {}
    for url in root:
        assert url.tag == f"{MAP}url"
        assert W3C_DATE.fullmatch(url.findtext(f"{MAP}lastmod"))
        address = url.findtext(f"{MAP}loc")
        assert len(address) < 2048
        assert address not in found
        found[address] = {link.get("hreflang"): link.get("href") for link in url.iter(LINK)}
    assert len(found) <= MOST_ADDRESSES
    return found


def test_it_lists_every_page_once(client):
    """Each address answers with a page, in the languages that it says."""
    listed = urls(client.get("/sitemap.xml"))
    assert "http://localhost/doc/island/near" in listed
    assert "http://localhost/catalog" in listed
    for address, versions in listed.items():
        assert address.startswith("http://localhost/")
        assert list(versions) == ["x-default", "en", "nl"]
        assert versions["x-default"] == address
        for tag in ("en", "nl"):
            page = client.get(versions[tag], headers={"Accept": "text/html"})
            assert (page.status_code, page.mimetype) == (200, "text/html"), versions[tag]
            assert page.headers["Content-Language"] == tag


def test_every_named_thing_is_in_it(client, release):
    """What the graph says anything about by name has its page there."""
    listed = urls(client.get("/sitemap.xml"))
    query = "SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s)) }"
    rows = client.get("/sparql", query_string={"query": query}).get_json(force=True)
    names = [row["s"]["value"] for row in rows["results"]["bindings"]]
    things = [name for name in names if not name.startswith(release.config.base + "def")]
    assert len(things) > 5
    shown = " ".join(client.get(address, headers=BROWSER).text for address in listed)
    for name in things:
        assert f">{escape(name)}<" in shown, name  # the page of a thing tells its name in full


def test_a_long_list_comes_in_parts(project, tmp_path, publish, monkeypatch):
    """Past one part there is an index; the parts together hold each thing once."""
    things = "".join(
        f"<https://example.org/isles/id/thing/{n}> <https://example.org/p> {n}, {n + 1} .\n"
        for n in range(300)
    )
    (project / "data/register/things.ttl").write_text(things)
    state = State(tmp_path / "state")
    publish(project, state)
    client = create_app(state).test_client()
    whole = urls(client.get("/sitemap.xml"))
    for size in (64, 1000, 4096):
        monkeypatch.setattr(subjects, "PART", size)
        index = ET.fromstring(create_app(state).test_client().get("/sitemap.xml").data)  # noqa: S314
        assert index.tag == f"{MAP}sitemapindex"
        parts = [each.findtext(f"{MAP}loc") for each in index]
        assert len(parts) == len(set(parts)) > 5
        client = create_app(state).test_client()
        listed = [address for part in parts for address in urls(client.get(part))]
        assert sorted(listed) == sorted(whole)
        assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/doc/island/near", True),
        ("/catalog", True),
        ("/sparql", True),
        ("/sparql?query=SELECT", False),
        ("/dumps/isles.nq.gz", False),
        ("/graphs?graph=x", False),
        ("/timemap?uri=x", False),
    ],
)
def test_crawlers_know_what_to_leave_alone(client, path, may):
    """Pages are for them; queries and whole graphs are not (RFC 9309)."""
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("anybody", f"http://localhost{path}") is may


def test_robots_leads_to_the_sitemap_below_the_prefix(site_with):
    """By its public address; the paths are those below the prefix."""
    client = site_with(prefix="/graph", public_url="https://example.org/graph")
    text = client.get("/graph/robots.txt").text
    assert "Sitemap: https://example.org/graph/sitemap.xml" in text
    assert "Disallow: /graph/sparql?query=" in text
    listed = urls(client.get("/graph/sitemap.xml"))
    assert all(address.startswith("https://example.org/graph/") for address in listed)


def test_copies_of_old_releases_are_not_for_crawlers(client):
    """The pattern leaves each release's own page, and keeps off what lies below it."""
    assert "Disallow: /releases/*/\n" in client.get("/robots.txt").text


def test_the_old_name_of_the_icon_leads_to_it(client, site_with):
    """A browser that asks for /favicon.ico gets the icon, below a prefix too."""
    answer = client.get("/favicon.ico", follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    client = site_with(prefix="/graph")
    assert client.get("/graph/favicon.ico").headers["Location"].startswith("/graph/static/")
