"""The address of a view of a class, and the view that an address asks for."""

from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox
from flask import request
from pyoxigraph import Literal, NamedNode

from tgkg.errors import BadRequestError
from tgkg.iris import is_iri
from tgkg.web.current import published
from tgkg.web.facets import Value, View
from tgkg.web.links import Links
from tgkg.web.query_page import compact

_OURS: Final = frozenset({"class", "page", "lang", "format", "without"})
"""The parameters that are no property."""


def address_of(links: Links, kind: str) -> str:
    """Return where the things of a class are browsed."""
    return address_of_view(links, View(kind))


def address_of_view(links: Links, view: View, **more: str) -> str:
    """Return the address of a view: short names where the graph has prefixes for them."""
    prefixes = published().release.manifest.prefixes
    values: dict[str, object] = {
        **more,
        "without": [compact(each, prefixes) for each in view.without],
    }
    for name, value in view.values:
        spelled = compact(value.value, prefixes) if isinstance(value, NamedNode) else str(value)
        values.setdefault(compact(name, prefixes), []).append(spelled)  # type: ignore[attr-defined]
    named = compact(view.kind, prefixes)
    if named.startswith("<"):
        return links.url("browsing.classes", **{**values, "class": view.kind})
    return links.url("browsing.kind", name=named, **values)


def view_of(kind: str, prefixes: Mapping[str, str]) -> View:
    """Return the view that the address asks for.

    Raises:
        BadRequestError: a property or a value cannot be read.
    """
    values = tuple(
        (expanded(name, prefixes), _term(text, prefixes))
        for name, text in request.args.items(multi=True)
        if name not in _OURS
    )
    without = tuple(expanded(name, prefixes) for name in request.args.getlist("without"))
    return View(kind, values, without)


def expanded(name: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of a name as Turtle writes it, with a prefix or in angle brackets."""
    prefix, colon, local = name.partition(":")
    iri = (
        name[1:-1]
        if name.startswith("<") and name.endswith(">")
        else prefixes.get(prefix, "") + local
    )
    if not (colon and (name.startswith("<") or prefix in prefixes) and is_iri(iri)):
        raise BadRequestError(f"{name!r} is no name here: write prefix:name, or <an IRI>.")
    return iri


def _term(text: str, prefixes: Mapping[str, str]) -> Value:
    if text.startswith('"'):
        return _literal(text)
    return NamedNode(expanded(text, prefixes))


def _literal(text: str) -> Literal:
    try:
        (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise BadRequestError(f"{text!r} is no value: write it as N-Triples does.") from error
    if not isinstance(quad.object, Literal):
        raise BadRequestError(f"{text!r} is no literal.")
    return quad.object
