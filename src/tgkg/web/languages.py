"""The reader's language: which it is, and which text to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from tgkg.web.wording import INTERFACE, Wording, matches, wording


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is written: the language, and what to fall back on."""

    language: str
    """The content language, as a lower-case tag."""
    languages: tuple[str, ...]
    """The project's languages, the reader's first."""
    t: Wording
    chosen: bool = False
    """Whether the reader asked for it in the address, so that links must keep it."""

    def pick(self, texts: Iterable[Literal]) -> Literal | None:
        """Return the text to show: the reader's language, the project's, untagged, any.

        Within one language the first stands, so the order given is the order of preference.
        """
        return min(texts, key=self._distance, default=None)

    def is_preferred(self, text: Literal) -> bool:
        """Tell whether the text is in the reader's language."""
        return bool(text.language) and matches(text.language or "", self.language)

    def keeping(self, href: str) -> str:
        """Return an address of the site such that its page is in the language that was chosen."""
        if not self.chosen:
            return href
        path, mark, anchor = href.partition("#")
        return f"{path}{'&' if '?' in path else '?'}lang={self.language}{mark}{anchor}"

    def _distance(self, text: Literal) -> int:
        tag = text.language
        if tag is None:
            return len(self.languages)
        ranks = (rank for rank, wanted in enumerate(self.languages) if matches(tag, wanted))
        return next(ranks, len(self.languages) + 1)

    def text(self, texts: Mapping[str, str]) -> Literal | None:
        """Return the text to show of a text by language, as a literal that knows its language."""
        return self.pick(
            Literal(text, language=tag) if tag else Literal(text) for tag, text in texts.items()
        )


def reader_for(
    wanted: str | None, accept_language: str | None, languages: tuple[str, ...]
) -> Reader:
    """Return the reader of a request.

    The language is what the address asks for (`?lang=`) when the project has it, else the best
    of Accept-Language (RFC 9110, section 12.5.4), else the project's first. An interface
    language stands in where the project's is none.
    """
    offered = languages or INTERFACE
    chosen = wanted.lower() if wanted and wanted.lower() in offered else None
    language = chosen or _accepted(accept_language, offered) or offered[0]
    rest = (each for each in offered if each != language)
    return Reader(language, (language, *rest), wording(language), chosen is not None)


def _accepted(header: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the first of the languages wanted that is offered: for `nl-BE`, `nl` will do."""
    for tag, quality in parse_accept_header(header, LanguageAccept):
        found = (each for each in offered if matches(tag, each) or matches(each, tag.lower()))
        if quality > 0 and (language := next(found, None)):
            return language
    return None
