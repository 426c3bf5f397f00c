"""How shapes order a page, and what happens without them."""

import pyoxigraph as ox
import pytest

from tgkg.iris import DCTERMS, RDF, RDFS, SKOS
from tgkg.web.layout import Layout, Path
from tgkg.web.shapes import layout_of, read_layout

X = "https://example.org/"

SHAPES = f"""
@prefix : <{X}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <{RDFS}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

:first a sh:PropertyGroup ; rdfs:label "First"@en , "Eerst"@nl ; sh:order 1 .
:second a sh:PropertyGroup ; rdfs:label "Second"@en ; sh:order 2.5 .

:AnimalShape a sh:NodeShape ; sh:targetClass :Animal ; sh:order 7 ;
  sh:property [ sh:path :name ; sh:name "name"@en , "naam"@nl ; sh:group :first ; sh:order 2 ] ,
              [ sh:path :legs ; sh:name "legs"@en ; sh:group :second ; sh:order 1 ] ,
              [ sh:path :born ; sh:group :first ; sh:order 1 ; sh:description "When."@en ] ,
              [ sh:path [ sh:inversePath :owns ] ; sh:name "owner"@en ; sh:group :second ] ,
              [ sh:path ( :a :b ) ; sh:name "not one step"@en ] .
:Dog a sh:NodeShape , owl:Class ;
  sh:property [ sh:path :name ; sh:name "call name"@en ; sh:group :second ; sh:order 0 ] ;
  sh:node :Tagged .
:Tagged a sh:NodeShape ; sh:and ( [ sh:property [ sh:path :tag ; sh:order 9 ] ] :Tagged ) .
:Odd a sh:NodeShape ; sh:targetClass :Animal ;
  sh:property [ sh:path :odd ; sh:order "soon" ; sh:group :unlabelled ] .
"""


@pytest.fixture(scope="module")
def layout() -> Layout:
    """Gives the layout of the shapes above."""
    quads = ox.parse(SHAPES, format=ox.RdfFormat.TURTLE)
    return read_layout(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))


def outline(sections):
    """Gives sections as the ends of their IRIs."""
    return [
        (
            s.group.iri.removeprefix(X) if s.group else None,
            [f.path.iri.removeprefix(X) for f in s.fields],
        )
        for s in sections
    ]


def paths(*names):
    """Gives forward paths."""
    return [Path(X + name) for name in names]


@pytest.mark.parametrize(
    ("types", "used", "expected"),
    [
        (["Animal"], ["legs", "name", "born"], [("first", ["born", "name"]), ("second", ["legs"])]),
        (["Animal"], ["zoo", "born"], [("first", ["born"]), (None, ["zoo"])]),
        (["Animal"], ["odd", "legs"], [("second", ["legs"]), ("unlabelled", ["odd"])]),
        (["Dog", "Animal"], ["legs", "name"], [("second", ["name", "legs"])]),
        (["Dog"], ["tag", "name"], [("second", ["name"]), (None, ["tag"])]),
        (["Rock"], ["name"], [(None, ["name"])]),
        ([], [], []),
    ],
)
def test_sections_follow_groups_and_orders(layout, types, used, expected):
    """Groups stand in their order and fields in theirs; what no shape names comes last."""
    assert outline(layout.sections([X + t for t in types], paths(*used))) == expected


def test_what_no_shape_names_is_marked(layout):
    """The last section says that no shape made it."""
    sections = layout.sections([X + "Dog"], paths("tag", "zoo"))
    assert [s.shaped for s in sections] == [True, False]


def test_every_path_is_in_one_section(layout):
    """Nothing a resource says is lost and nothing is shown twice."""
    used = paths("name", "legs", "born", "odd", "zoo", "tag", "name")
    sections = layout.sections([X + "Dog", X + "Animal"], used)
    shown = [field.path for section in sections for field in section.fields]
    assert sorted(path.iri for path in shown) == sorted({path.iri for path in used})


def test_the_most_specific_shape_names_a_field(layout):
    """Where a class and its superclass name a path, the class's own name stands."""
    (section,) = layout.sections([X + "Dog", X + "Animal"], paths("name"))
    assert [text.value for text in section.fields[0].names] == ["call name"]


def test_inverse_paths_have_their_place(layout):
    """A path backwards is shown where a shape asks for it, and nowhere otherwise."""
    owns = Path(X + "owns", inverse=True)
    assert outline(layout.sections([X + "Animal"], [owns])) == [("second", ["owns"])]
    assert layout.sections([X + "Rock"], [owns]) == ()
    assert layout.inverse_paths([X + "Animal"]) == {X + "owns"}
    assert layout.inverse_paths([X + "Rock"]) == frozenset()


def test_names_and_groups_in_every_language(layout):
    """Names, descriptions and groups keep all their languages for the reader to choose."""
    section = layout.sections([X + "Animal"], paths("born", "name"))[0]
    born, name = section.fields
    assert [text.value for text in born.descriptions] == ["When."]
    assert {(text.value, text.language) for text in name.names} == {("name", "en"), ("naam", "nl")}
    assert {text.value for text in section.group.labels} == {"First", "Eerst"}


def test_paths_of_many_steps_are_no_fields(layout):
    """A path that is not one step has no values of the resource to show."""
    assert X + "a" not in {field.path.iri for field in layout.fields[X + "Animal"]}


def test_shapes_order_classes(layout):
    """The order of a shape orders its class among others."""
    assert layout.orders[X + "Animal"] == 7


def test_without_shapes_the_order_is_sensible():
    """Names come first, then the type, then descriptions, then the rest by IRI."""
    used = [X + "b", DCTERMS + "description", X + "a", RDF + "type", SKOS + "prefLabel"]
    (section,) = Layout().sections([], map(Path, used))
    shown = [field.path.iri for field in section.fields]
    assert shown == [SKOS + "prefLabel", RDF + "type", DCTERMS + "description", X + "a", X + "b"]


def test_a_release_has_its_layout(release):
    """The layout is read from the shapes that the release was checked with."""
    island = layout_of(release).fields["https://example.org/isles/def#Island"]
    assert [field.order for field in island] == [1, 2]
