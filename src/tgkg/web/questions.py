"""The questions that a project brings along: queries with a title, in the release."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tgkg.release import Release

_TITLE: Final = re.compile(r"^#\s*title(?:@([A-Za-z0-9-]+))?:\s*(\S.*?)\s*$", re.MULTILINE)
_HEADER: Final = re.compile(r"\A(?:#.*\n|\s*\n)*")


@dataclass(frozen=True, slots=True)
class Question:
    """A query and the question it answers, by language."""

    titles: Mapping[str, str]
    query: str


def questions_of(release: Release) -> tuple[Question, ...]:
    """Return the release's questions by the names of their files; those without a title stay out.

    A title is a comment line at the top of the query, such as `# title@en: How many?`.
    """
    files = sorted((release.folder / "queries").rglob("*.rq"))
    found = (question_in(file.read_text("utf-8", errors="replace")) for file in files)
    return tuple(question for question in found if question.titles)


def question_in(text: str) -> Question:
    """Return the question that a query answers, by what its first comments say."""
    header = _HEADER.match(text)
    top = header[0] if header else ""
    titles = {(tag or "").lower(): title for tag, title in _TITLE.findall(top)}
    return Question(titles, text[len(top) :].strip() + "\n")
