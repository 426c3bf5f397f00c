"""Canonical N-Triples and N-Quads, as the engine writes them, taken apart without a parser.

A term holds no line end, and no blank outside of a literal or a triple term, so that cutting a
line at its blanks is enough (RDF 1.2 N-Triples, section 4: canonical form).
"""

import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

END: Final = " .\n"
"""What every line ends in."""


def terms(triple: str) -> tuple[str, str, str]:
    """Return subject, predicate and object of a triple without its end, each as it is written."""
    subject, predicate, object_ = triple.split(" ", 2)
    return subject, predicate, object_


def unescaped(text: str) -> str:
    """Return what the inside of a quoted string stands for."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def literal(term: str) -> tuple[str, str, str] | None:
    """Return text, language (with any direction) and datatype's IRI of a literal; "" for none.

    Returns None where the term is not a literal.
    """
    if not term.startswith('"'):
        return None
    closing = term.rindex('"')
    text, rest = unescaped(term[1:closing]), term[closing + 1 :]
    if rest.startswith("@"):
        return text, rest[1:], ""
    return text, "", rest[3:-1]


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(escape[3], escape[3])
