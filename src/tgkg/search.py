"""Finds things by words: accents folded, typing unfinished, typos forgiven, the obvious first."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from tgkg.search_index import DESCRIPTION, LABEL, fold

SEARCH_FUNCTION: Final = "urn:tgkg:search"
"""The same as a function of SPARQL, on an engine of ours."""

_WORD: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 12
_CANDIDATES: Final = 400
"""Texts that are looked at for one search, beyond what the index ranks lower."""

_LIKE_ENOUGH: Final = 0.72
"""How alike a word and one with a typo are at least: one wrong letter in four."""

_TRIGRAM: Final = 3
_EXACT: Final = 0.5

_BY: Final = """
SELECT text.thing, text.field, text.folded, thing.links FROM {index}
JOIN text ON text.id = {index}.rowid JOIN thing ON thing.id = text.thing
WHERE {index} MATCH ? ORDER BY {first} LIMIT ?
"""
_BY_WORDS: Final = _BY.format(index="words", first="text.field, thing.links DESC")
_BY_TRIGRAMS: Final = _BY.format(index="trigrams", first="rank")


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found."""

    iri: str
    kind: str | None
    """The class that tells most about it."""
    label: str
    language: str
    """Of the label."""
    matched: str
    """The text that was found, where it is not the label; else ""."""
    score: float
    """From 0 to 1, the best first."""

    @property
    def is_guess(self) -> bool:
        """Whether a typo was forgiven: what has all words scores a half or more."""
        return self.score < _EXACT


@dataclass(frozen=True, slots=True)
class _Match:
    """The best text of a thing."""

    thing: int
    score: float
    links: int
    folded: str


def search(file: Path, text: str, languages: Sequence[str] = (), limit: int = 20) -> list[Hit]:
    """Return the things that a text finds in an index, the most likely first.

    Every word has to be there, as it is or as the beginning of one. Where too few things have
    them, words that look alike count too. Labels are in the first of the languages there is.

    Raises:
        OSError: there is no index.
    """
    words = _WORD.findall(fold(text))[:_MOST_WORDS]
    if not words:
        return []
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as index:
            found = _best(index, words, " ".join(words), limit)
            return [_hit(index, match, languages) for match in found]
    except sqlite3.OperationalError as error:
        raise OSError(f"{file}: {error}.") from error


def _best(
    index: sqlite3.Connection, words: Sequence[str], asked: str, limit: int
) -> Iterable[_Match]:
    exact = " AND ".join(f'"{word}"*' for word in words)
    rows = index.execute(_BY_WORDS, (exact, _CANDIDATES))
    best: dict[int, _Match] = {}
    _keep(best, (_Match(row[0], _closeness(row[1], row[2], asked), row[3], row[2]) for row in rows))
    grams = {word[at : at + _TRIGRAM] for word in words for at in range(len(word) - _TRIGRAM + 1)}
    if len(best) < limit and grams:
        alike = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        rows = index.execute(_BY_TRIGRAMS, (alike, _CANDIDATES))
        likely = (_Match(row[0], _likeness(row[2], words), row[3], row[2]) for row in rows)
        _keep(best, (match for match in likely if match.score))
    ranked = sorted(
        best.values(), key=lambda match: (-match.score, -match.links, match.folded, match.thing)
    )
    return ranked[:limit]


def _keep(best: dict[int, _Match], matches: Iterable[_Match]) -> None:
    for match in matches:
        held = best.get(match.thing)
        if held is None or held.score < match.score:
            best[match.thing] = match


def _closeness(field: int, folded: str, asked: str) -> float:
    """Return how near a text that has all words is to what was asked: from a half to 1."""
    if field == DESCRIPTION:
        return _EXACT
    if folded == asked:
        fit = 1.0
    elif folded.startswith(asked):
        fit = 0.8
    elif f" {asked}" in folded:
        fit = 0.6
    else:
        fit = 0.4
    return 0.55 + 0.4 * fit - 0.04 * field + 0.05 * len(asked) / max(len(folded), len(asked))


def _likeness(folded: str, words: Sequence[str]) -> float:
    """Return how alike the words are to those of a text: below a half, 0 where one is not."""
    there = set(_WORD.findall(folded))
    least = 1.0
    for word in words:
        alike = max((_ratio(word, other) for other in there), default=0)
        if alike < _LIKE_ENOUGH:
            return 0
        least = min(least, alike)
    return least * _EXACT * 0.98


def _ratio(word: str, other: str) -> float:
    if other.startswith(word):
        return 1.0
    pair = SequenceMatcher(None, word, other, autojunk=False)
    return pair.ratio() if pair.real_quick_ratio() >= _LIKE_ENOUGH else 0


def _hit(index: sqlite3.Connection, match: _Match, languages: Sequence[str]) -> Hit:
    iri, kind = index.execute("SELECT iri, kind FROM thing WHERE id = ?", (match.thing,)).fetchone()
    labels = index.execute(
        "SELECT language, text, folded FROM text WHERE thing = ? AND field = ? ORDER BY id",
        (match.thing, LABEL),
    ).fetchall()
    order = {tag: place for place, tag in enumerate((*languages, ""))}
    language, label, folded = min(labels, key=lambda each: order.get(each[0], len(order)))
    matched = "" if folded == match.folded else _text(index, match)
    return Hit(iri, kind, label, language, matched, round(match.score, 3))


def _text(index: sqlite3.Connection, match: _Match) -> str:
    (text,) = index.execute(
        "SELECT text FROM text WHERE thing = ? AND folded = ?", (match.thing, match.folded)
    ).fetchone()
    return str(text)
