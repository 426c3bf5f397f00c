"""The questions that a project brings along: queries with a title, in the release.

The comments at the top of a query say what its page needs. Each is one line, `# key: value`, with
a language after the key where the value is a text (`# title@en: How many?`), and a name before
that where it is about a parameter (`# label year@en: year`). What is not understood is no header.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from tgkg.iris import XSD, is_iri
from tgkg.release import Release
from tgkg.web.charts import Kind
from tgkg.web.question_parameters import Parameter, blocks_of, is_possible

_LINE: Final = re.compile(
    r"^#[ \t]*(\w+)(?:[ \t]+(\w+))?(?:@([A-Za-z0-9-]+))?:[ \t]*(\S.*?)[ \t]*$",
    re.MULTILINE | re.ASCII,
)
_HEADER: Final = re.compile(r"\A(?:#.*\n|\s*\n)*")
_PREFIX: Final = re.compile(r"^\s*PREFIX\s+([^\s:]*):\s*<([^<>\s]*)>", re.MULTILINE | re.IGNORECASE)
_PARAMETER: Final = re.compile(r"(\S+)[ \t]+default[ \t]+(\S.*)")
_CHANNEL: Final = re.compile(r"(\w+)=([?$]\w+(?:,[?$]\w+)*)", re.ASCII)

CHANNELS: Final = ("label", "value", "lower", "upper", "series", "of", "unit")
"""What a variable can be in a chart."""

OUR_NAMES: Final = frozenset({"lang", "format"})
"""What the address of a question says already, so that no parameter can be called so."""

Texts = Mapping[str, str]
"""A text by language; the key of one without a language is empty."""


@dataclass(frozen=True, slots=True)
class Show:
    """How the answer is shown as a chart: its kind, and which variables are what in it."""

    kind: Kind
    variables: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """A query and the question it answers, with everything that its page says of it."""

    titles: Texts
    query: str
    slug: str = ""
    """What its address ends with."""
    descriptions: Texts = field(default_factory=dict)
    topics: Texts = field(default_factory=dict)
    sentences: Texts = field(default_factory=dict)
    """The answer in words, with the variables of its first row in braces."""
    columns: Texts = field(default_factory=dict)
    """The names of the columns, between commas."""
    charts: Texts = field(default_factory=dict)
    """What its chart is called."""
    units: Texts = field(default_factory=dict)
    """What the figures of its chart are."""
    parameters: tuple[Parameter, ...] = ()
    show: Show | None = None
    sources: tuple[str, ...] = ()
    """The graphs that the answer rests on."""
    prologue: str = ""
    """The prefixes of the query."""


def questions_of(release: Release) -> tuple[Question, ...]:
    """Return the release's questions by the names of their files; those without a title stay out.

    A title is a comment line at the top of the query, such as `# title@en: How many?`.
    """
    return _read(release.folder / "queries", tuple(release.manifest.prefixes.items()))


@lru_cache(maxsize=4)  # a release never changes
def _read(folder: Path, prefixes: tuple[tuple[str, str], ...]) -> tuple[Question, ...]:
    found = (
        parsed(
            file.relative_to(folder).with_suffix("").as_posix(),
            file.read_text("utf-8", errors="replace"),
            dict(prefixes),
        )
        for file in sorted(folder.rglob("*.rq"))
    )
    return tuple(question for question in found if question.titles)


def parsed(slug: str, text: str, known: Mapping[str, str]) -> Question:
    """Read a question from the text of its file; `known` are the prefixes of the project."""
    header = _HEADER.match(text)
    top = header[0] if header else ""
    query = text[len(top) :].strip() + "\n"
    lines = [
        (key.lower(), name, tag.lower(), value) for key, name, tag, value in _LINE.findall(top)
    ]

    def texts(wanted: str, about: str = "") -> Texts:
        return {tag: value for key, name, tag, value in lines if (key, name) == (wanted, about)}

    prefixes = {"xsd": XSD, **known, **dict(_PREFIX.findall(query))}
    only = {(key, name): value for key, name, _, value in lines}
    parameters = (
        _parameter(name, value, texts("label", name), only.get(("choices", name), ""), prefixes)
        for key, name, _, value in lines
        if key == "parameter"
    )
    sources = (_iri(name, prefixes) for name in only.get(("sources", ""), "").split())
    return Question(
        titles=texts("title"),
        query=query,
        slug=slug,
        descriptions=texts("description"),
        topics=texts("topic"),
        sentences=texts("sentence"),
        columns=texts("columns"),
        charts=texts("chart"),
        units=texts("unit"),
        parameters=tuple(_understood(parameters, query)),
        show=_show(only.get(("show", ""), "")),
        sources=tuple(source for source in sources if source),
        prologue="".join(f"PREFIX {name}: <{iri}>\n" for name, iri in _PREFIX.findall(query)),
    )


def _understood(found: Iterator[Parameter | None], query: str) -> Iterator[Parameter]:
    """Yield the parameters, each once, whose place in the query is known and default fits."""
    seen = set(OUR_NAMES)
    for each in found:
        if each is None or each.name in seen or not blocks_of(each.name, query):
            continue
        if is_possible(each, each.default):
            seen.add(each.name)
            yield each


def _parameter(
    name: str, value: str, labels: Texts, choices: str, prefixes: Mapping[str, str]
) -> Parameter | None:
    match = _PARAMETER.fullmatch(value)
    datatype = match and _iri(match[1], prefixes)
    if not name or not match or not datatype:
        return None
    default = match[2].strip('"')
    return Parameter(name, datatype, default, labels, choices)


def _show(value: str) -> Show | None:
    kind, _, rest = value.partition(" ")
    variables = {
        channel: tuple(name[1:] for name in names.split(","))
        for channel, names in _CHANNEL.findall(rest)
        if channel in CHANNELS
    }
    figures = {"value", "lower", "upper"} & variables.keys()
    if kind not in {each.value for each in Kind} or "label" not in variables or not figures:
        return None
    return Show(Kind(kind), variables)


def _iri(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI of a prefixed name or of `<...>`; None for what is neither."""
    if name.startswith("<") and name.endswith(">"):
        iri = name[1:-1]
    else:
        prefix, colon, local = name.partition(":")
        iri = prefixes[prefix] + local if colon and prefix in prefixes else ""
    return iri if is_iri(iri) else None
