"""Turns terms into what a page shows: a text, its language, a link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from tgkg.iris import RDF, XSD, is_web_address, local_name
from tgkg.web.labels import Labels
from tgkg.web.languages import Reader
from tgkg.web.links import Link, Links

NAME_LENGTH: Final = 160
"""Characters of a name in running lists; its own page has all of it."""

TEXT_LENGTH: Final = 1200
"""Characters of a text that stand open; the rest of a longer one unfolds."""

_PLAIN: Final = frozenset(
    {RDF + "langString", RDF + "dirLangString"}
    | {
        XSD + name
        for name in (
            "string", "integer", "decimal", "boolean", "date", "dateTime", "gYear",
            "gYearMonth", "double", "float", "anyURI", "nonNegativeInteger", "positiveInteger",
            "duration", "yearMonthDuration", "dayTimeDuration",
        )
    }
)  # fmt: skip
"""Datatypes that need no mention."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text on a page."""

    text: str
    lang: str | None = None
    """Its language where that is not the page's; empty where no one said."""
    href: str | None = None
    external: bool = False
    note: str | None = None
    """A datatype that a reader should know."""
    iri: str | None = None
    rest: str = ""
    """What follows a long text."""
    language: str | None = None
    """The language tag that the data gives it."""


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows terms to one reader, with the names and links of one page."""

    reader: Reader
    links: Links
    labels: Labels = field(default_factory=Labels)

    def thing(self, iri: str, names: Iterable[Literal] = ()) -> Shown:
        """Show an IRI by its name: the one given, else the graph's, else the end of the IRI."""
        link = self.links.to(iri)
        return self._named(iri, (*names,) or self.labels.of(iri), link)

    def heading(self, iri: str, names: Iterable[Literal] = ()) -> Shown:
        """Show an IRI by its name, whole and without a link."""
        label = self.reader.pick((*names,) or self.labels.of(iri))
        if label is None:
            return Shown(local_name(iri), lang="", iri=iri)
        return Shown(label.value, self._lang(label), iri=iri)

    def term(self, term: object) -> Shown:
        """Show any term."""
        if isinstance(term, NamedNode):
            return self._object(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        if isinstance(term, BlankNode):
            return Shown(self.reader.t("value.unnamed", count=1))
        return Shown(str(term))

    def _object(self, iri: str) -> Shown:
        """Show an IRI; one that leads elsewhere and has no name, by its address."""
        shown = self.thing(iri)
        if shown.external and "#" not in iri and not self.labels.of(iri):
            return replace(shown, text=iri.partition("://")[2].strip("/")[:NAME_LENGTH])
        return shown

    def literal(self, literal: Literal) -> Shown:
        """Show a value: as the reader's language writes it, with a datatype worth a mention."""
        text = self.reader.t.literal(literal)
        datatype = literal.datatype.value
        is_address = datatype == XSD + "anyURI" and is_web_address(literal.value)
        return Shown(
            text[:TEXT_LENGTH],
            self._lang(literal),
            href=literal.value if is_address else None,
            external=is_address,
            note=None if datatype in _PLAIN else local_name(datatype),
            rest=text[TEXT_LENGTH:],
            language=literal.language,
        )

    def text(self, texts: Mapping[str, str]) -> Shown | None:
        """Show a text of the configuration."""
        picked = self.reader.text(texts)
        return picked and Shown(picked.value, self._lang(picked))

    def picked(self, texts: Iterable[Literal]) -> Shown | None:
        """Show the text in the language that suits the reader best, if there is any."""
        picked = self.reader.pick(texts)
        return picked and Shown(picked.value, self._lang(picked))

    def _named(self, iri: str, names: Iterable[Literal], link: Link) -> Shown:
        label = self.reader.pick(names)
        text = label.value if label and label.value.strip() else local_name(iri)
        short = text if len(text) <= NAME_LENGTH else text[: NAME_LENGTH - 1] + "…"
        lang = self._lang(label) if label else ""
        return Shown(short, lang, link.href, link.external, iri=iri)

    def _lang(self, literal: Literal) -> str | None:
        """Return the language where it is not the page's."""
        if literal.language is None:
            return ""
        page = self.reader.t.language
        return None if literal.language.split("-")[0] == page else literal.language
