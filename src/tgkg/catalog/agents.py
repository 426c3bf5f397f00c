"""Who publishes a graph, who made it, and whom to ask."""

from collections.abc import Iterator

from pyoxigraph import Quad

from tgkg.catalog.terms import linked, of_type, texts
from tgkg.config import Config, Publisher
from tgkg.iris import FOAF, VCARD


def publisher_name(config: Config, catalogue: str) -> str | None:
    """Return the name of who publishes the graph, or None where the settings name nobody."""
    return _name(config.publisher, f"{catalogue}#publisher")


def creator_name(config: Config, catalogue: str) -> str | None:
    """Return the name of who made the graph: by itself, who publishes it."""
    if config.creator is None:
        return publisher_name(config, catalogue)
    return _name(config.creator, f"{catalogue}#creator")


def contact_name(config: Config, catalogue: str) -> str | None:
    """Return the name of whom to ask, or None where the settings name nobody."""
    return f"{catalogue}#contact" if config.catalogue.contact else None


def agents(config: Config, catalogue: str) -> Iterator[Quad]:
    """Yield what is known of each of them (FOAF, vCard)."""
    for agent, name in (
        (config.publisher, publisher_name(config, catalogue)),
        (config.creator, creator_name(config, catalogue)),
    ):
        if agent and name:
            yield from of_type(name, FOAF + "Agent")
            yield from texts(name, FOAF + "name", agent.name)
            if agent.url:
                yield linked(name, FOAF + "homepage", agent.url)
    contact, this = config.catalogue.contact, contact_name(config, catalogue)
    if contact and this:
        yield from of_type(this, VCARD + "Kind", VCARD + "Organization")
        yield from texts(this, VCARD + "fn", contact.name)
        if contact.url:
            yield linked(this, VCARD + "hasURL", contact.url)
        if contact.email:
            yield linked(this, VCARD + "hasEmail", f"mailto:{contact.email}")


def _name(agent: Publisher | None, otherwise: str) -> str | None:
    return (agent.iri or otherwise) if agent else None
