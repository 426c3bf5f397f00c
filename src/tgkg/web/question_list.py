"""The list of questions: by topic, or those that hold the words a reader looks for."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from tgkg.web.questions import Question
from tgkg.web.showing import Shower, Shown


@dataclass(frozen=True, slots=True)
class Listed:
    """A question in the list."""

    slug: str
    title: Shown
    description: Shown | None


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a topic; of none, where they have none."""

    topic: Shown | None
    questions: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class QuestionList:
    """Everything on the page."""

    asked: str
    groups: tuple[Group, ...]
    found: int
    total: int


def listed(questions: tuple[Question, ...], asked: str, show: Shower) -> QuestionList:
    """Return the questions that hold every word asked for, in any language, by their topics."""
    words = _folded(asked).split()
    found = [each for each in questions if _holds(each, words)]
    topics: dict[str, list[Question]] = {}
    for each in found:
        topic = show.text(each.topics)
        topics.setdefault(topic.text if topic else "", []).append(each)
    ordered = sorted(topics.items(), key=lambda item: (not item[0], item[0].casefold()))
    groups = tuple(_group(members, show) for _, members in ordered)
    return QuestionList(asked, groups, len(found), len(questions))


def suggested(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions in an order that begins with one of each topic."""
    topics: dict[tuple[str, ...], list[Question]] = {}
    for each in questions:
        topics.setdefault(tuple(sorted(each.topics.values())), []).append(each)
    rounds = zip_longest(*topics.values())
    return tuple(each for one in rounds for each in one if each is not None)


def _group(members: Iterable[Question], show: Shower) -> Group:
    found = tuple(members)
    questions = (
        Listed(each.slug, show.text(each.titles) or Shown(each.slug), show.text(each.descriptions))
        for each in found
    )
    ordered = sorted(questions, key=lambda each: each.title.text.casefold())
    return Group(show.text(found[0].topics), tuple(ordered))


def _holds(question: Question, words: list[str]) -> bool:
    texts = (question.titles, question.descriptions, question.topics)
    said = _folded(" ".join(text for each in texts for text in each.values()))
    return all(word in said for word in words)


def _folded(text: str) -> str:
    """Return a text without its accents and capitals."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
