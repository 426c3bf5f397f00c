"""The Atom feed of releases, read by a feed reader."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest

from tgkg.publish.build import build

BROWSER = {"Accept": "text/html"}
FEED = "/releases/feed.atom"


def read(client, address=FEED):
    """Gives the feed as a reader understands it; it must be well formed."""
    answer = client.get(address)
    assert answer.mimetype == "application/atom+xml"
    found = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_a_reader_finds_every_release(past):
    """The newest first, each with its own name, day, link and what changed in words."""
    feed = read(past.client)
    assert feed.feed.title == "The isles: releases"
    assert [entry.link for entry in feed.entries] == [
        f"http://localhost/releases/{each}" for each in reversed(past.ids)
    ]
    assert len({entry.id for entry in feed.entries}) == len(past.ids)
    for entry, release in zip(feed.entries, reversed(past.releases), strict=True):
        made = datetime(*entry.updated_parsed[:6], tzinfo=UTC)
        assert made == datetime.fromisoformat(release.manifest.created)
        assert release.manifest.version in entry.title
    assert "statements added 0, removed 5" in feed.entries[0].summary
    assert "The register: +0 −5" in feed.entries[0].summary
    assert "first release" in feed.entries[-1].summary


def test_it_has_what_atom_demands(past):
    """Feed and entries have id, title and updated; the feed has an author and itself (RFC 4287)."""
    root = ET.fromstring(past.client.get(FEED).data)  # noqa: S314 - it is our own
    atom = "{http://www.w3.org/2005/Atom}"
    for element in (root, *root.findall(f"{atom}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{atom}{name}")) == 1
    assert root.find(f"{atom}author/{atom}name").text
    (own,) = (link for link in root.findall(f"{atom}link") if link.get("rel") == "self")
    assert own.get("href") == f"http://localhost{FEED}"


def test_names_are_the_same_on_every_host(past):
    """A reader that follows another address of the site sees no release twice."""
    here = read(past.client)
    there = feedparser.parse(past.client.get(FEED, base_url="https://other.example").data)
    assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries]
    assert there.entries[0].link.startswith("https://other.example/releases/")


def test_it_speaks_the_readers_language(past):
    """By `lang=` or Accept-Language."""
    assert read(past.client, f"{FEED}?lang=nl").feed.title == "De eilanden: uitgaven"
    dutch = past.client.get(FEED, headers={"Accept-Language": "nl"})
    assert dutch.headers["Content-Language"] == "nl"
    assert "Accept-Language" in dutch.headers["Vary"]


def test_its_links_are_public(site_with):
    """With a public address all links begin with it."""
    client = site_with(prefix="/a", public_url="https://isles.example/a")
    feed = read(client, f"/a{FEED}")
    assert feed.feed.id == f"https://isles.example/a{FEED}"
    assert feed.entries[0].link.startswith("https://isles.example/a/releases/")


@pytest.mark.parametrize("path", ["/", "/releases/", "/doc/island/near"])
def test_pages_lead_to_it(past, path):
    """A browser or reader finds the feed from any page."""
    page = past.client.get(path, headers=BROWSER).text
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert f'href="{FEED}"' in page


def test_hostile_texts_stay_texts(project, own_past):
    """Whatever a reason or a name holds, the feed is well formed and says just that."""
    register = project / "data/register/islands.ttl"
    register.write_text(
        register.read_text().replace("isle:inhabitants 345", 'isle:inhabitants "n"')
    )
    build([project], own_past.state, lambda _: None, "a <script> & \x01 ]]>")
    assert "a <script> &  ]]>" in ET.fromstring(own_past.client.get(FEED).data).findtext(  # noqa: S314
        "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}summary"
    )
