"""Names and addresses: what is an IRI, what may be a link, and what a graph's names map to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.iris import (
    COMMON_PREFIXES,
    DESCRIPTION_PROPERTIES,
    LABEL_PROPERTIES,
    Names,
    is_iri,
    is_prefix,
    is_web_address,
    local_name,
)  # fmt: skip

NAMES = Names("https://example.org/g/")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org/", True), ("urn:x", True), ("http://example.org/é", True),
        ("x:", True), ("http://example.org/%20", True), ("http://[::1]/", True),
        ("", False), ("example.org", False), ("/path", False), ("http://a b", False),
        ("http://example.org/<x>", False), ("http://example.org/%zz", False), ("1:x", False),
        ('http://x/"', False), ("http://x/{y}", False), ("http://x/\n", False), ("//x", False),
    ],
)  # fmt: skip
def test_an_iri_is_absolute_and_valid(text, is_one):
    """Only what RDF can name is an IRI."""
    assert is_iri(text) is is_one


@pytest.mark.parametrize(
    ("iri", "is_one"),
    [
        ("https://example.org/", True), ("HTTP://example.org", True), ("http://[::1]/", True),
        ("javascript:alert(1)", False), ("JavaScript://x/%0aalert(1)", False), ("data:,x", False),
        ("mailto:a@b", False), ("urn:x", False), ("https:", False), ("https:///x", False),
        ("//example.org", False), ("http://[::1", False), ("", False), ("vbscript:x", False),
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(iri, is_one):
    """A page links to http and https alone."""
    assert is_web_address(iri) is is_one


@given(st.text())
def test_any_text_is_judged(text):
    """No text whatever breaks the judgement, and none but http and https passes."""
    if is_web_address(text):
        assert text.strip().lower().startswith(("http://", "https://"))
    assert is_iri(text) in (True, False)
    assert local_name(text) or not text


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("http://example.org/def#Thing", "Thing"), ("http://example.org/a/b", "b"),
        ("http://example.org/a/", "a"), ("urn:isbn:1", "1"), ("http://example.org/", "example.org"),
        ("http://example.org/a#", "a"), ("x:", "x:"), ("http://example.org/#a/b", "a/b"),
    ],
)  # fmt: skip
def test_the_last_telling_part_is_shown(iri, name):
    """Without a label, a thing is called by the end of its IRI."""
    assert local_name(iri) == name


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("", True), ("ex", True), ("a-b_1", True), ("a.b", False), ("é", False), ("a b", False),
     ("1a", False), ("-", False), ("a-", False), ("_", False), ("a\n", False)],
)  # fmt: skip
def test_a_prefix_is_one_in_every_format(text, is_one):
    """Only what Turtle, SPARQL and XML all take is a prefix."""
    assert is_prefix(text) is is_one


def test_the_common_prefixes_are_sound():
    """Readers' prefixes are prefixes, each for one namespace."""
    assert all(map(is_prefix, COMMON_PREFIXES))
    assert all(map(is_iri, COMMON_PREFIXES.values()))
    assert len(set(COMMON_PREFIXES.values())) == len(COMMON_PREFIXES)
    assert all(map(is_iri, LABEL_PROPERTIES + DESCRIPTION_PROPERTIES))


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        ("https://example.org/g/id/kind/slug", "kind/slug"),
        ("https://example.org/g/id/a/b/c", "a/b/c"),
        ("https://example.org/g/id/", None), ("https://example.org/g/id/a?b", None),
        ("https://example.org/g/id/a#b", None), ("https://example.org/g/id//a", None),
        ("https://example.org/g/def", None), ("https://example.com/g/id/a", None),
        ("https://example.org/g/idx/a", None), ("http://example.org/g/id/a", None),
    ],
)  # fmt: skip
def test_a_things_name_has_a_path(iri, path):
    """Only names below `id/` have a page of their own, and the way leads back."""
    assert NAMES.thing_path(iri) == path
    assert path is None or NAMES.iri_of_thing(path) == iri


def test_the_ontology_and_its_terms_are_known():
    """`def` and `def#...` are the ontology's."""
    assert NAMES.ontology_graph == "https://example.org/g/def"
    assert NAMES.is_term("https://example.org/g/def#Thing")
    assert NAMES.is_term("https://example.org/g/def")
    assert not NAMES.is_term("https://example.org/g/define")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_folder_always_has_a_graph(folder):
    """Whatever a folder is called, its graph has a valid name."""
    assert is_iri(NAMES.graph_of_folder(folder))
