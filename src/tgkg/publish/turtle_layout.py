"""Where the blocks of a Turtle or TriG text start."""

import re
from bisect import bisect_right
from typing import Final

from tgkg.publish.tokens import COMMENT, IRI, STRING

_TOKEN: Final = re.compile(
    rb"""
      (?P<skip> \s+ |"""
    + COMMENT
    + rb""")
    | (?P<term> """
    + b"|".join((IRI, STRING))
    + rb"""
        | [+-]?\d*\.?\d+(?:[eE][+-]?\d+)?
        | (?:[^\s<>"'{}()\[\];,.\#\\]|\\.|\.(?=[^\s<>"'{}()\[\];,.\#]))+ )
    | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Layout:
    """The lines of a text on which its statements and brackets start."""

    def __init__(self, text: bytes) -> None:
        """Read the text's tokens once."""
        self._text = text
        self._starts: list[tuple[int, bytes]] = []
        """The line on which each statement starts, and its first token."""
        self._brackets: dict[int, int] = {}
        """By line: where the innermost bracket starts that is open at the line's end."""
        self._read()

    def block_start(self, subject: str, ended: int) -> int:
        """Return where the block of a subject starts whose first statement ends on that line.

        A node without a name starts with its bracket, any other with its statement.
        """
        if subject.startswith("_:") and not self._is_labelled(subject):
            bracket = self._brackets.get(ended)
            if bracket:
                return bracket
        before = bisect_right(self._starts, ended, key=lambda start: start[0])
        for line, token in reversed(self._starts[:before]):
            if _may_name(token, subject):
                return line
            if line < ended:
                break
        return self._starts[before - 1][0] if before else ended

    def _is_labelled(self, subject: str) -> bool:
        label = subject.partition("-")[2]  # what comes first tells the files apart
        return f"_:{label}".encode() in self._text

    def _read(self) -> None:
        line, at_start, directive = 1, True, False
        open_brackets: list[int] = []
        for match in _TOKEN.finditer(self._text):
            token = match.group()
            if match.lastgroup == "skip":
                line = self._advance(line, token, open_brackets)
                continue
            if at_start and token not in b"{}.":
                self._starts.append((line, token))
                at_start = False
                directive = token.lower() in (b"prefix", b"base")
            elif directive and token.startswith(b"<"):
                at_start, directive = True, False
            if token in (b"[", b"("):
                open_brackets.append(line)
                self._brackets[line] = line
            elif token in (b"]", b")") and open_brackets:
                open_brackets.pop()
            elif token in (b".", b"{", b"}") and not open_brackets:
                at_start = True
            line = self._advance(line, token, open_brackets)

    def _advance(self, line: int, token: bytes, open_brackets: list[int]) -> int:
        after = line + token.count(b"\n")
        if open_brackets:
            for passed in range(line, after):
                self._brackets.setdefault(passed, open_brackets[-1])
        return after


def _may_name(token: bytes, subject: str) -> bool:
    """Tell whether a statement that starts so can be about the subject, whatever its prefixes."""
    written = token.decode()
    if subject.startswith("_:"):
        return written == "[" or written == f"_:{subject.partition('-')[2]}"
    prefix, colon, local = written.partition(":")
    if written.startswith("<"):
        return subject[1:-1].endswith(written[1:-1])
    return bool(colon) and prefix != "_" and subject[1:-1].endswith(local.replace("\\", ""))
