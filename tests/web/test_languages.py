"""Which language a reader gets, in the interface, in the data and in numbers."""

import re
import string
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

import tgkg.web
from tgkg.iris import XSD
from tgkg.web.languages import reader_for
from tgkg.web.wording import INTERFACE, wording

WEB = Path(tgkg.web.__file__).parent


@pytest.mark.parametrize(
    ("wanted", "header", "languages", "expected"),
    [
        (None, None, ("en", "nl"), "en"),
        (None, "", ("nl", "en"), "nl"),
        (None, "nl", ("en", "nl"), "nl"),
        (None, "nl-BE, en;q=0.9", ("en", "nl"), "nl"),
        (None, "fr, nl;q=0.3, en;q=0.5", ("en", "nl"), "en"),
        (None, "fr", ("en", "nl"), "en"),
        (None, "*", ("en", "nl"), "en"),
        (None, ";;;q=x, \x7f", ("en", "nl"), "en"),
        ("nl", "en", ("en", "nl"), "nl"),
        ("NL", "en", ("en", "nl"), "nl"),
        ("fr", "nl", ("en", "nl"), "nl"),
        ("<script>", "nl", ("en", "nl"), "nl"),
        (None, "nl", ("de", "fr"), "de"),
        (None, "nl", (), "nl"),
    ],
)
def test_the_reader_s_language(wanted, header, languages, expected):
    """The address comes first, then Accept-Language, then the project's first language."""
    reader = reader_for(wanted, header, languages)
    assert reader.language == expected
    assert reader.chosen is (wanted is not None and wanted.lower() in languages)


def test_the_interface_falls_back():
    """Where the interface does not speak the reader's language, it speaks English."""
    assert reader_for(None, "de", ("de", "nl")).t.language == "en"
    assert reader_for(None, "nl", ("de", "nl")).t.language == "nl"


NL, EN, DE = (
    Literal("nl", language="nl"),
    Literal("en", language="en"),
    Literal("de", language="de"),
)
FLEMISH, PLAIN = Literal("be", language="nl-BE"), Literal("plain")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([EN, NL], NL),
        ([EN, DE, PLAIN], EN),
        ([DE, PLAIN], PLAIN),
        ([DE], DE),
        ([EN, FLEMISH], FLEMISH),
        ([Literal("first", language="NL"), NL], Literal("first", language="nl")),
        ([], None),
    ],
)
def test_the_text_to_show(texts, expected):
    """The reader's language, then the project's others, then untagged, then any; first wins."""
    assert reader_for("nl", None, ("en", "nl")).pick(texts) == expected


def typed(value, datatype):
    """Gives a literal with a datatype of XML Schema."""
    return Literal(value, datatype=NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("literal", "english", "dutch"),
    [
        (typed("2020", "integer"), "2020", "2020"),
        (typed("1234567", "integer"), "1234567", "1234567"),
        (typed("62.5", "decimal"), "62.5", "62,5"),
        (typed("1.5E3", "double"), "1.5E3", "1.5E3"),
        (typed("INF", "double"), "INF", "INF"),
        (typed("2021-03-01", "date"), "1 March 2021", "1 maart 2021"),
        (typed("2021-03", "gYearMonth"), "March 2021", "maart 2021"),
        (typed("2021", "gYear"), "2021", "2021"),
        (typed("2021-02-31", "date"), "2021-02-31", "2021-02-31"),
        (typed("-0044-03-15", "date"), "-0044-03-15", "-0044-03-15"),
        (typed("soon", "decimal"), "soon", "soon"),
        (typed("true", "boolean"), "yes", "ja"),
        (typed("maybe", "boolean"), "maybe", "maybe"),
        (typed("P3Y", "duration"), "3 years", "3 jaar"),
        (typed("P1Y6M", "yearMonthDuration"), "1 year, 6 months", "1 jaar, 6 maanden"),
        (typed("PT1H30M", "dayTimeDuration"), "1 hour, 30 minutes", "1 uur, 30 minuten"),
        (typed("P", "duration"), "P", "P"),
        (typed("-P3Y", "duration"), "-P3Y", "-P3Y"),
        (typed("PT0.5S", "duration"), "PT0.5S", "PT0.5S"),
        (Literal("1.5"), "1.5", "1.5"),
    ],
)
def test_values_as_each_language_writes_them(literal, english, dutch):
    """A value is written as readers expect where that is safe, and else stays as it is."""
    assert wording("en").literal(literal) == english
    assert wording("nl").literal(literal) == dutch


@pytest.mark.parametrize(
    ("size", "english", "dutch"),
    [(0, "0 B", "0 B"), (999, "999 B", "999 B"), (1500, "1.5 kB", "1,5 kB"),
     (68_000_000, "68 MB", "68 MB"), (5_400_000_000_000_000, "5400 TB", "5400 TB")],
)  # fmt: skip
def test_sizes(size, english, dutch):
    """A size has a unit that leaves it short."""
    assert (wording("en").size(size), wording("nl").size(size)) == (english, dutch)


def test_counts_choose_their_words():
    """One is not many, and thousands are apart as the language has it."""
    assert wording("en")("home.statements", count=1) == "1 statement"
    assert wording("nl")("home.statements", count=12_345) == "12.345 uitspraken"
    assert wording("en")("home.statements", count=12_345) == "12,345 statements"


def test_values_in_messages_are_only_values():
    """What is filled in is never a pattern itself."""
    assert "{page}" in wording("en")("pager.here", page="{page}", pages=2)


def test_languages_have_the_same_messages():
    """Every message is there in each language, with the same places to fill in."""

    def places(message):
        return {name for _, name, _, _ in string.Formatter().parse(message) if name}

    first, *others = (wording(tag).messages for tag in INTERFACE)
    for other in others:
        assert first.keys() == other.keys()
        assert {k: places(v) for k, v in first.items()} == {k: places(v) for k, v in other.items()}
    assert all(len(wording(tag)("months").split()) == 12 for tag in INTERFACE)


def test_messages_are_those_used():
    """Every message that a page or the code asks for exists, and none is left over."""
    sources = [*WEB.glob("*.py"), *WEB.glob("templates/*.html")]
    text = "\n".join(file.read_text() for file in sources)
    messages = wording("en").messages
    keys = {re.sub(r"\.(one|other)$", "", key) for key in messages}
    asked = set(re.findall(r"""\bt\("([a-z.]+)"[,)]""", text))
    assert asked
    assert asked <= keys
    # The rest of these is a status, a severity, a fact, or a column of a query.
    built = (
        "problem.",
        "severity.",
        "catalog.fact.",
        "validation.found.",
        "special.much.",
        "special.ground.",
    )
    quoted = set(re.findall(r'"([a-z]+(?:\.[a-z]+)*)"', text))
    assert [key for key in keys if not key.startswith(built) and key not in quoted] == []
