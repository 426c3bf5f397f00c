"""The releases as an Atom feed (RFC 4287): what changed, in words."""

from base64 import urlsafe_b64encode
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response

from tgkg.chronicle import Entry
from tgkg.formats import ATOM, HTML, Format
from tgkg.web.addresses import public_address
from tgkg.web.current import published
from tgkg.web.past import Past, comparison_path, release_path, site_path
from tgkg.web.release_page import in_words
from tgkg.web.responses import representation
from tgkg.web.site import reader, shower, shower_for

_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML: Final = "http://www.w3.org/XML/1998/namespace"

ENTRIES: Final = 20
"""How many releases it tells of, the newest."""


def feed(held: Past) -> Response:
    """Return the feed in the reader's language."""
    config, who = published().release.config, reader()
    title = shower().text(config.title)
    root = Element("feed", {"xmlns": _ATOM, f"{{{_XML}}}lang": who.t.language})
    this = site_path("releases.atom", lang=who.language if who.chosen else None)
    name = title.text if title else config.name
    _text(root, "title", who.t("feed.title", title=name))
    _text(root, "id", public_address(site_path("releases.atom")))
    _link(root, "self", this, ATOM)
    _link(root, "alternate", site_path("releases.releases"), HTML)
    newest = max((entry.created for entry in held.entries), default="1970-01-01T00:00:00Z")
    _text(root, "updated", newest)
    publisher = config.publisher and shower().text(config.publisher.name)
    _text(SubElement(root, "author"), "name", publisher.text if publisher else name)
    if config.licence:
        _text(root, "rights", config.licence)
    entries = held.entries[:ENTRIES]
    graphs = {t.graph.strip("<>") for e in entries for t in held.chronicle.tallies(e)}
    show = shower_for(sorted(graphs))
    for entry in entries:
        _entry(root, held, entry, in_words(held, entry, show))
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return representation(body, ATOM, language=who.t.language, vary=("Accept-Language",))


def _entry(root: Element, held: Past, entry: Entry, said: str) -> None:
    made = SubElement(root, "entry")
    t = reader().t
    _text(made, "title", t("feed.entry", version=entry.version, day=t.day(entry.created)))
    _text(made, "id", release_urn(entry.id))
    _text(made, "published", entry.created)
    _text(made, "updated", entry.created)
    _link(made, "alternate", release_path(entry.id), HTML)
    parent = held.chronicle.parent(entry)
    if parent:
        _link(made, "related", comparison_path(parent.id, entry.id), HTML)
    _text(made, "summary", said)


def release_urn(release: str) -> str:
    """Return a name of a release that is the same on every host: its hash (RFC 6920)."""
    try:
        digest = bytes.fromhex(release)
    except ValueError:  # a store elsewhere has no hash
        digest = release.encode()
    return f"ni:///sha-256;{urlsafe_b64encode(digest).decode().rstrip('=')}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = "".join(c for c in text if c.isprintable() or c in "\t\n")


def _link(parent: Element, relation: str, path: str, fmt: Format) -> None:
    SubElement(
        parent, "link", {"rel": relation, "type": fmt.media_type, "href": public_address(path)}
    )
