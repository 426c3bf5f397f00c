"""What is looked at before a parser sees a text: XML's dangers, and nesting that ends processes."""

import re
from typing import Final
from xml.parsers import expat

from tgkg.formats import JSON_LD, RDF_XML, Format
from tgkg.publish.tokens import COMMENT, ESCAPED, IRI, STRING

DEEPEST: Final = 200
"""How deep objects of JSON, elements of XML and triple terms may lie in one another."""

_JSON_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<open>[\[{])|(?P<close>[\]}])')
_TRIPLE_TERM_TOKEN: Final = re.compile(
    rb"(?P<open><<)|(?P<close>>>)|" + b"|".join((COMMENT, ESCAPED, IRI, STRING)), re.DOTALL
)
_TOO_DEEP: Final = f"nested more than {DEEPEST} deep"


def danger_in(text: bytes, fmt: Format) -> tuple[str, int] | None:
    """Return what keeps the text from being given to a parser, and on which line; or None.

    Blank nodes and collections of Turtle may nest at will: their parser keeps no stack.
    """
    if fmt is RDF_XML:
        return _XmlCheck().danger_in(text)
    if fmt is JSON_LD:
        return _depth(text, _JSON_TOKEN)
    return _depth(text, _TRIPLE_TERM_TOKEN) if text.count(b"<<") > DEEPEST else None


def _depth(text: bytes, tokens: re.Pattern[bytes]) -> tuple[str, int] | None:
    depth = 0
    for match in tokens.finditer(text):
        depth += (match.lastgroup == "open") - (match.lastgroup == "close")
        if depth > DEEPEST:
            return _TOO_DEEP, text.count(b"\n", 0, match.start()) + 1
    return None


class _XmlCheck:
    """Lets expat find XML errors, which it places, and entities that would fill the memory.

    It opens nothing: external entities and DTDs are not followed.
    """

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed
        self._parser.EntityDeclHandler = self._declared
        self._depth = 0
        self._found: tuple[str, int] | None = None

    def danger_in(self, text: bytes) -> tuple[str, int] | None:
        try:
            self._parser.Parse(text, True)  # noqa: FBT003 (positional by expat's signature)
        except expat.ExpatError as error:
            reason = f"not well-formed XML: {expat.ErrorString(error.code)}"
            return self._found or (reason, error.lineno)
        except (LookupError, ValueError):
            return "in an encoding that cannot be read; save it as UTF-8", 1
        return self._found

    def _opened(self, *_: object) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self._find(_TOO_DEEP)

    def _closed(self, _: str) -> None:
        self._depth -= 1

    def _declared(self, *declaration: object) -> None:
        _name, _is_parameter, _value, _base, system_id, *_ = declaration
        if system_id is not None:
            self._find("an external entity is never fetched; write its text into the file")

    def _find(self, what: str) -> None:
        self._found = self._found or (what, self._parser.CurrentLineNumber)
