"""People find things by words, however they type them; the obvious comes first."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.search import search
from tgkg.search_index import fold, write_index

PREFIXES = """
PREFIX e: <https://example.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
THINGS = """
e:Twente a e:University ; rdfs:label "University of Twente"@en, "Universiteit Twente"@nl ;
  skos:altLabel "UT" ; rdfs:comment "A university with a campus in Enschede."@en .
e:Leiden a e:University ; rdfs:label "Leiden University"@en, "Universiteit Leiden"@nl .
e:tm a e:Programme ; rdfs:label "Technical Medicine"@en, "Technische Geneeskunde"@nl ;
  dcterms:identifier "60033" ; e:at e:Twente ; rdfs:comment "Offered in Leiden as well."@en .
e:Cafe a e:Place ; rdfs:label "Caf\u00e9 Ren\u00e9e"@nl ; e:near e:Twente .
e:thing a e:Place, e:Programme ; dcterms:identifier "K-12" ; e:near e:Twente .
[] rdfs:label "Technical nobody" .
"""


def index(folder, turtle):
    """Writes the index of some Turtle, and gives its file."""
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    lines = sorted(f"{quad} .\n".encode() for quad in quads)
    write_index(folder / "search.sqlite", lines, {"https://example.org/Place": 2})
    return folder / "search.sqlite"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Gives the index of a few things."""
    return index(tmp_path_factory.mktemp("index"), THINGS)


def names(hits):
    """Gives the last part of the names of what was found."""
    return [hit.iri.rpartition("/")[2] for hit in hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Technical Medicine", "tm"),
        ("technische geneeskunde", "tm"),
        ("tech", "tm"),
        ("med", "tm"),
        ("medicine technical", "tm"),
        ("60033", "tm"),
        ("UT", "Twente"),
        ("twente", "Twente"),
        ("university", "Twente"),  # more links lead there than to Leiden
        ("enschede", "Twente"),
        ("leiden", "Leiden"),  # its name, before what is said of another
        ("cafe renee", "Cafe"),
        ("CAF\u00c9", "Cafe"),
        ("technicla medecine", "tm"),
        ("univrsity of twent", "Twente"),
        ("geneskunde", "tm"),
        ("leyden", "Leiden"),
        ("k-12", "thing"),
    ],
)
def test_the_obvious_comes_first(text, first, file):
    """Whole names, beginnings, other names, identifiers, texts, without accents, with typos."""
    assert names(search(file, text))[0] == first


def test_labels_are_in_the_language_of_who_asks(file):
    """The label is in the first language that there is; what was found instead stands beside it."""
    (hit,) = search(file, "60033", ["nl", "en"])
    assert (hit.label, hit.language, hit.matched) == ("Technische Geneeskunde", "nl", "60033")
    assert search(file, "technical medicine", ["en"])[0].matched == ""
    assert hit.kind == "https://example.org/Programme"


def test_the_smallest_class_is_the_kind(file):
    """Of several classes the one with the fewest instances tells most; no name, then the IRI's."""
    (hit,) = search(file, "k-12")
    assert (hit.kind, hit.label) == ("https://example.org/Programme", "thing")


@pytest.mark.parametrize("text", ["", " ", "-", '"', "* OR (", "xyzzy", "\0", "a" * 5000, "NEAR("])
def test_what_finds_nothing_is_no_error(text, file):
    """Signs that the index's language knows are only signs."""
    assert isinstance(search(file, text), list)


def test_no_more_than_asked_for(file):
    """The limit holds, and the best stay."""
    assert names(search(file, "universiteit", limit=1)) == ["Twente"]


def test_without_an_index_it_is_an_error(tmp_path):
    """A release of a store elsewhere has none."""
    with pytest.raises(OSError, match="none"):
        search(tmp_path / "none", "a")


WORDS = st.lists(st.sampled_from(["Zorg", "\u00e9cole", "\u00d8re", "Ma\u00df", "12b"]), min_size=1)


@given(labels=st.lists(WORDS.map(" ".join), min_size=1, max_size=5, unique_by=fold))
def test_every_name_finds_its_thing(labels, tmp_path_factory):
    """Whatever things are called, each is the first under its own name."""
    turtle = "".join(f"e:t{n} rdfs:label {ox.Literal(label)} .\n" for n, label in enumerate(labels))
    made = index(tmp_path_factory.mktemp("index"), turtle)
    for number, label in enumerate(labels):
        assert names(search(made, label))[0] == f"t{number}"
