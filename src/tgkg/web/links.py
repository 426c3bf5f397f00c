"""Where a name leads: a page of this site, another site, or nowhere."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from flask import url_for

from tgkg.iris import Names, is_iri, is_web_address

_IRI_SAFE: Final = "/:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a page may hold, or None; whether it leaves the site."""

    href: str | None
    external: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Turns the graph's names into links; `described` are the names that have a page here."""

    names: Names
    described: Container[str] = field(default_factory=frozenset)
    lang: str | None = None
    """The language that the reader chose in the address; every link keeps it."""

    def to(self, iri: str) -> Link:
        """Return where a name leads; only a page here or an http(s) address is a link."""
        if iri in self.described:
            return Link(self.page(iri))
        return Link(iri, external=True) if is_web_address(iri) else Link(None)

    def page(self, iri: str) -> str:
        """Return the address of the page about a name; a term of the ontology has its place."""
        if self.names.is_term(iri):
            _, _, anchor = iri.partition("#")
            return self.url("pages.ontology", _anchor=anchor or None)
        return self.page_with(iri)

    def page_with(self, iri: str, anchor: str | None = None, **query: object) -> str:
        """Return the address of a name's own page: what of it, and where on it."""
        path = self.names.thing_path(iri)
        if path is not None and candidates(self.names, unquote(path))[:1] == (iri,):
            return self.url("resources.doc", path=unquote(path), _anchor=anchor, **query)
        return self.url("resources.resource", iri=iri, _anchor=anchor, **query)

    def url(self, endpoint: str, **values: object) -> str:
        """Return the address of a page of this site, in the language the reader chose."""
        if self.lang and "lang" not in values:
            values["lang"] = self.lang
        return url_for(endpoint, **values)  # type: ignore[arg-type]

    def query(self, text: str) -> str:
        """Return the address of the query form with this query in it."""
        return self.url("sparql.sparql", query=text, _anchor="query")


def candidates(names: Names, path: str) -> tuple[str, ...]:
    """Return the names that a decoded path may stand for, the likeliest first.

    A server decodes what a path escapes, so `a%20b` and `é` arrive as `a b` and `é`; the name
    may hold either spelling.
    """
    spelled = (path, quote(path, safe=_IRI_SAFE))
    iris = dict.fromkeys(names.iri_of_thing(each) for each in spelled)
    return tuple(iri for iri in iris if is_iri(iri) and names.thing_path(iri) is not None)
