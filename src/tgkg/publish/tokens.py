"""How texts stand in Turtle and its kin, as patterns that stay quick on texts of any length."""

from typing import Final

LONG_STRING: Final = (
    rb'"{3}[^"\\]*(?:(?:\\.|"{1,2}(?!"))[^"\\]*)*"{3}'
    rb"|'{3}[^'\\]*(?:(?:\\.|'{1,2}(?!'))[^'\\]*)*'{3}"
)
"""A text that may go on over lines (Turtle, section 6.5: STRING_LITERAL_LONG_QUOTE)."""

STRING: Final = (
    LONG_STRING + rb'|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"' + rb"|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'"
)
"""Any text, the long ones first."""

COMMENT: Final = rb"\#[^\r\n]*"
IRI: Final = rb"<[^<>\s]*>"
ESCAPED: Final = rb"\\."
"""A character of a prefixed name that would mean something else without its backslash."""
