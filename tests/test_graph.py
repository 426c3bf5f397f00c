"""What the graph of Technical Medicine promises: every fact, both languages, honesty."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef

from tgkg.publish.project import open_project

CHECKOUT = Path(__file__).resolve().parent.parent
DOCUMENTS = Path(os.environ.get("TGKG_TEST_DATA") or CHECKOUT.parent / "shared")
BASE = "https://w3id.org/tgkg/"
DEF = f"{BASE}def#"
KINDS = [
    "aim", "body-system", "bound", "characteristic", "claim", "collaboration", "credential",
    "difference", "document", "employer-category", "event", "field", "figure", "graph",
    "identifier", "identifier-scheme", "law", "legal-subject", "need", "open-question",
    "organisation", "passage", "period", "periodical", "phd-status", "place", "population",
    "profession", "programme", "programme-registration", "programme-type", "reading",
    "recognition", "register", "scheme", "source", "specialisation", "survey", "table", "title",
    "unit",
]  # fmt: skip
PREFIXES = {kind: f"{BASE}id/{kind}/" for kind in KINDS} | {
    "def": DEF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "elm": "http://data.europa.eu/snb/model/elm/",
    "pav": "http://purl.org/pav/",
    "dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "code": "http://purl.org/linked-data/sdmx/2009/code#",
    "attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "org": "http://www.w3.org/ns/org#",
    "owl": str(OWL),
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": "https://schema.org/",
    "skos": str(SKOS),
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SPARQL_PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
TURTLE_PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def graph_files() -> Iterator[tuple[str, Path]]:
    """Yields each file with the IRI of the named graph that it becomes part of."""
    for file in sorted((CHECKOUT / "ontology").glob("*.ttl")):
        yield f"{BASE}def", file
    for file in sorted((CHECKOUT / "data").glob("*/*.ttl")):
        yield f"{BASE}id/graph/{file.parent.name}", file


def ask(store: ox.Store, pattern: str) -> bool:
    """Tells whether the union of all named graphs has the pattern."""
    return bool(store.query(f"{SPARQL_PREFIXES}ASK {pattern}", use_default_graph_as_union=True))


def short(term: ox.NamedNode | ox.Literal | None) -> str:
    """Writes a term as tests read best: a prefixed name without its prefix, or the bare value."""
    if isinstance(term, ox.NamedNode):
        return re.split(r"[/#]", term.value)[-1]
    return term.value if isinstance(term, ox.Literal) else ""


def rows(store: ox.Store, query: str) -> set[str]:
    """Returns the answers, each as one line of values."""
    found = store.query(f"{SPARQL_PREFIXES}SELECT {query}", use_default_graph_as_union=True)
    return {" ".join(short(term) for term in row) for row in found}


@pytest.fixture(scope="module")
def graph(store: ox.Store) -> Graph:
    """Gives the graph as one."""
    triples = ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=triples, format="nt")


# --- The graph as a whole -------------------------------------------------------------------------


def test_graph_conforms_to_the_shapes(graph: Graph) -> None:
    """Data and ontology together satisfy every shape."""
    shapes = Graph()
    for file in sorted((CHECKOUT / "shapes").glob("*.ttl")):
        shapes.parse(file)

    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)

    assert conforms, text


def test_there_are_no_blank_nodes(graph: Graph) -> None:
    """Everything in the data and the ontology has a name of its own that can be linked to."""
    assert [triple for triple in graph if any(isinstance(term, BNode) for term in triple)] == []


def test_every_link_leads_somewhere(graph: Graph) -> None:
    """Every IRI of ours that is used is described."""
    used = {term for triple in graph for term in triple if term.startswith(BASE)}
    ours = {term for term in used if isinstance(term, URIRef)}
    retired = set(graph.subjects(URIRef(PREFIXES["dcterms"] + "isReplacedBy"), None))

    assert ours - retired - set(graph.subjects(RDF.type, None)) == set()


def test_every_term_has_a_name(graph: Graph) -> None:
    """Pages can show words for every property and class that the graph uses."""
    for term in {*graph.predicates(), *graph.objects(None, RDF.type)}:
        assert {name.language for name in graph.objects(term, RDFS.label)} == {"nl", "en"}, term


def test_every_term_of_our_own_is_used(graph: Graph) -> None:
    """The ontology has no class without a member and no property without a statement."""
    terms = {term for term in graph.subjects(RDF.type, None) if term.startswith(DEF)}
    used = {*graph.predicates(), *graph.objects(None, RDF.type)}

    assert terms - used == set()


def test_everything_speaks_both_languages(graph: Graph) -> None:
    """Names, descriptions, definitions and reasons stand in Dutch and in English, once each."""
    texts = [
        PREFIXES["dcterms"] + "description", PREFIXES["dcterms"] + "title",
        DEF + "reason", *map(str, (RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.example)),
    ]  # fmt: skip
    spoken = set(open_project([CHECKOUT]).config.languages)
    for subject in set(graph.subjects()):
        for text in map(URIRef, texts):
            languages = [value.language for value in graph.objects(subject, text)]
            assert len(languages) == len(set(languages)), (subject, text)
            assert not languages or {"en", "nl"} <= set(languages) <= spoken, (subject, text)


def test_everything_has_a_name_and_says_what_it_is(graph: Graph) -> None:
    """Every resource has a name; all but claims, whose name says it all, have a description too."""
    names = (RDFS.label, SKOS.prefLabel)
    texts = (URIRef(PREFIXES["dcterms"] + "description"), SKOS.definition)
    claims = set(graph.subjects(RDF.type, URIRef(DEF + "Claim")))
    for subject in set(graph.subjects(RDF.type, None)):
        assert any((subject, name, None) in graph for name in names), subject
        assert subject in claims or any((subject, text, None) in graph for text in texts), subject


REASON = """
import sys, owlrl, rdflib
graph = rdflib.Graph().parse(data=sys.stdin.buffer.read(), format="nt")
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
error = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
print(*graph.objects(None, error), sep="\\n")
"""


def inconsistencies(graph: Graph) -> str:
    """Returns what OWL 2 RL finds contradictory once all that follows is added.

    In a process of its own, because importing owlrl changes how rdflib reads literals.
    """
    triples = graph.serialize(format="nt", encoding="utf-8")
    command = [sys.executable, "-c", REASON]
    run = subprocess.run(command, input=triples, stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().strip()


def test_ontology_is_consistent(graph: Graph) -> None:
    """Nothing that follows under OWL 2 RL is a contradiction; that the profession is a title is."""
    assert inconsistencies(graph) == ""

    same = f"{TURTLE_PREFIXES}profession:technical-physician owl:sameAs {KT} ."
    assert inconsistencies(graph + Graph().parse(data=same, format="turtle")) != ""


ORGANISATIONS = [
    "university-of-twente", "delft-university-of-technology", "leiden-university",
    "erasmus-university-rotterdam", "lumc", "erasmus-mc",
]  # fmt: skip
PROGRAMMES = [
    "technical-medicine", "technical-medicine-twente", "clinical-technology",
    "bachelor-technische-geneeskunde", "bachelor-klinische-technologie",
    "master-technical-medicine", "master-technical-medicine-twente", "master-clinical-technology",
]  # fmt: skip


def test_what_must_never_be_merged_is_said_to_differ(store: ox.Store) -> None:
    """Of universities, medical centres and programmes, each two are said to be different things."""
    for kind, names in (("organisation", ORGANISATIONS), ("programme", PROGRAMMES)):
        for one, other in combinations(names, 2):
            pattern = f"{{ {kind}:{one} owl:differentFrom|^owl:differentFrom {kind}:{other} }}"
            assert ask(store, pattern), (one, other)


@pytest.mark.parametrize(
    "same",
    ["organisation:lumc owl:sameAs organisation:leiden-university .",
     "organisation:erasmus-university-rotterdam owl:sameAs organisation:erasmus-mc .",
     "programme:clinical-technology owl:sameAs programme:technical-medicine-twente ."],
)  # fmt: skip
def test_making_two_of_them_one_is_a_contradiction(graph: Graph, same: str) -> None:
    """Under OWL 2 RL nobody can merge two of them: what the graph says of them forbids it."""
    different = Graph()
    for triple in graph.triples((None, OWL.differentFrom, None)):
        different.add(triple)
    assert inconsistencies(different) == ""

    merged = different + Graph().parse(data=f"{TURTLE_PREFIXES}{same}", format="turtle")
    assert inconsistencies(merged) != ""


def test_iris_are_lower_case_and_hyphenated(graph: Graph) -> None:
    """Every thing of ours has an address of the form id/{kind}/{slug}."""
    things = {s for s in graph.subjects() if s.startswith(f"{BASE}id/")}

    assert [s for s in things if not re.fullmatch(r"id/[a-z-]+/[a-z0-9-]+", s[len(BASE) :])] == []


def test_conclusions_stand_apart(store: ox.Store) -> None:
    """What we inferred is in our own graph, with its reason; what a document states is in its."""
    query = """?graph ?reading {
      GRAPH ?graph { ?claim a def:Claim ; def:reading ?reading } }"""
    by_graph = rows(store, query)
    assert {row for row in by_graph if not row.endswith(" stated")} == {"editorial inferred"}
    assert not ask(store, "{ GRAPH graph:editorial { ?claim a def:Claim ; def:reading ?reading"
                          " FILTER (?reading != reading:inferred) } }")  # fmt: skip
    assert by_graph >= {"facts-and-figures stated", "nvvtg-about stated", "ror stated"}
    assert not ask(store, "{ ?c def:reading reading:inferred FILTER NOT EXISTS { ?c def:reason ?r }"
                          " FILTER NOT EXISTS { ?c a qb:Observation } }")  # fmt: skip


def test_a_claim_stands_with_its_source(store: ox.Store) -> None:
    """A stated claim cites only passages of the document whose graph it stands in."""
    strangers = """{
      GRAPH ?graph { ?claim a def:Claim ; prov:wasDerivedFrom ?passage }
      ?graph dcterms:source ?source .
      ?passage dcterms:isPartOf/schema:encodesCreativeWork ?other .
      FILTER (?source != ?other && ?source != source:editorial) }"""

    assert not ask(store, strangers)


# --- Every fact -----------------------------------------------------------------------------------


class Fact(NamedTuple):
    """A fact by its number in the project's list: the question, its answers, where it is read."""

    number: str
    question: str
    answers: set[str]
    where: set[str]
    readings: set[str]
    periods: AbstractSet[str] = frozenset()


def figure(name: str) -> str:
    """Asks what a figure says: whom, how many or more than how many, in what, when."""
    return f"""?population ?value ?more ?unit ?period {{
      figure:{name} def:population ?population ; attribute:unitMeasure ?unit ;
        dimension:refPeriod ?period
      OPTIONAL {{ figure:{name} measure:obsValue ?value }}
      OPTIONAL {{ figure:{name} def:moreThan ?more }} }}"""


def share(name: str) -> str:
    """Asks what a share says: of what, how much, of whom, of how many, how sure that base is."""
    return f"""?what ?value ?unit ?population ?n ?base {{
      figure:{name} measure:obsValue ?value ; attribute:unitMeasure ?unit ;
        def:population ?population ; def:sampleReading ?base
      OPTIONAL {{ figure:{name} def:sampleSize ?n }}
      OPTIONAL {{ figure:{name} def:field|def:phdStatus|def:placeInText ?what }} }}"""


def values(subject: str, property_: str) -> str:
    """Asks for the values of one property."""
    return f"?value {{ {subject} {property_} ?value }}"


TG, KT = "profession:technical-physician", "title:klinisch-technoloog"
IMAGING = "specialisation:medical-imaging-and-intervention"
SENSING = "specialisation:medical-sensing-and-stimulation"
TABLES = {"survey-respondents", "phd", "clinical-procedures", "fields", "employers"}
JOINT = {"delft-university-of-technology", "leiden-university", "erasmus-university-rotterdam"}
TRACKS = {"medical-imaging-and-intervention", "medical-sensing-and-stimulation"}
STATED, INFERRED, BOTH = {"stated"}, {"inferred"}, {"stated", "inferred"}
ADJACENT = {"adjacent"}
RESPONDENTS = "percent survey-respondents 169 inferred"

FACTS = [
    Fact("1", figure("first-years-2020-both-bachelors"),
         {"first-years-both-bachelors 250  person 2020"}, {"S1 28"}, STATED, {"2020"}),
    Fact("2", figure("first-years-2020-klinische-technologie"),
         {"first-years-klinische-technologie 100  person 2020"},
         {"S1 14-18", "S1 28-31"}, STATED, {"2020"}),
    Fact("3", figure("first-years-2020-technische-geneeskunde"),
         {"first-years-technische-geneeskunde 150  person 2020"},
         {"S1 20-24", "S1 31-32"}, STATED, {"2020"}),
    Fact("4", values("programme:bachelor-klinische-technologie", "schema:provider/org:hasMember"),
         JOINT, {"S1 28-31"}, BOTH, {"2020"}),
    Fact("5", values("programme:bachelor-technische-geneeskunde", "schema:provider"),
         {"university-of-twente"}, {"S1 31-32"}, STATED, {"2020"}),
    Fact("6", "?value { ?claim dcterms:identifier '6' ; rdf:object ?value }",
         {"TU Delft", "LUMC", "Erasmus MC", "UTwente", "TG", "KT", "NVvTG"},
         {"S1 28-31", "S1 31-32", "S1 4", "S1 51-57", "S1 78", "S1 164-165", "S2 1"}, STATED),
    Fact("7", """?general ?start ?provider { programme:technical-medicine-twente schema:startDate
         ?start ; schema:provider ?provider ; prov:specializationOf ?general }""",
         {"technical-medicine 2003 university-of-twente"}, {"S2 20"}, STATED, {"2003"}),
    Fact("8", """?whole ?part ?years { programme:technical-medicine-twente
         schema:timeToComplete ?whole ; dcterms:hasPart ?p .
         ?p schema:programType ?part ; schema:timeToComplete ?years }""",
         {"P6Y bachelor P3Y", "P6Y master P3Y"}, {"S2 20", "S1 31-32"}, BOTH),
    Fact("9", """?value { GRAPH graph:nvvtg-about {
         programme:clinical-technology schema:startDate ?value } }""",
         {"2014"}, {"S2 24"}, BOTH, {"2014"}),
    Fact("10", values("programme:clinical-technology", "schema:provider"),
         JOINT, {"S2 24"}, STATED, {"2014"}),
    Fact("11", values("programme:clinical-technology", "def:marketedName"),
         {"Clinical Technology"}, {"S2 24"}, STATED, {"2014"}),
    Fact("12", """?whole ?part ?years { programme:clinical-technology
         schema:timeToComplete ?whole ; dcterms:hasPart ?p .
         ?p schema:programType ?part ; schema:timeToComplete ?years }""",
         {"P6Y bachelor P3Y", "P6Y master P3Y"}, {"S2 24", "S1 28-31"}, BOTH),
    Fact("13", """?value { programme:technical-medicine
         def:characteristic|def:trainsFor|def:combines ?value }""",
         {"relatively-new", "unique", "interdisciplinary", "medicine", "technology",
          "technical-physician"}, {"S2 16"}, STATED),
    Fact("13a", """?view { ?claim rdf:subject need:specific-expertise ; def:viewOf ?view .
         programme:technical-medicine def:answersNeed need:specific-expertise }""",
         {"nvvtg-about"}, {"S2 15", "S2 16"}, BOTH),
    Fact("14", values("programme:master-technical-medicine", "def:marketedName"),
         {"Technical Medicine"}, {"S1 152-153", "S2 20", "S2 24", "S2 27-30"}, BOTH, {"2021"}),
    Fact("15", """?name { GRAPH graph:facts-and-figures {
         programme:master-technical-medicine def:offersSpecialisation ?s .
         ?s skos:altLabel ?name } }""",
         {"(Medical) Imaging & Interventions", "(Medical) Sensing & Stimulation"},
         {"S1 154-156"}, STATED),
    Fact("16", """?value { GRAPH graph:nvvtg-about {
         programme:master-technical-medicine def:offersSpecialisation ?value } }""",
         TRACKS, {"S2 20", "S2 24", "S2 27-30", "S2 29", "S2 30", "S1 152-153"}, BOTH),
    Fact("17", values(IMAGING, "def:combines"),
         {"medical-imaging", "navigation-technology", "localisation-technology", "cell-biology"},
         {"S2 29"}, STATED),
    Fact("18", f"""?aim ?example {{ {IMAGING} def:aimsAt ?aim ; skos:example ?example
         FILTER (lang(?example) = 'en') }}""",
         {("individual-targeted-therapy irradiating a malignant tumour, only where it is,"
           " with CT images as guide")}, {"S2 29"}, STATED),
    Fact("19", values(SENSING, "def:aimsAt"),
         {"acquiring-signals", "assessing-signals", "influencing-signals", "disrupted-signals"},
         {"S2 30"}, STATED),
    Fact("20", values(SENSING, "def:appliedTo"),
         {"neurological", "cardiovascular", "respiratory"}, {"S2 30"}, STATED),
    Fact("21", f"""?example {{ {SENSING} skos:example ?example
         FILTER (lang(?example) = 'en') }}""",
         {("stimulating nerves, deep in the brain or centrally, to bring back or adjust"
           " movement or breathing")}, {"S2 30"}, STATED),
    Fact("22", """?value { GRAPH graph:facts-and-figures {
         programme:technical-medicine def:answersNeed ?value } }""",
         {"professional-for-complex-technology"}, {"S1 6-10"}, STATED),
    Fact("23", values(TG, "schema:skills"),
         {"medicine", "engineering-sciences", "informatics"}, {"S1 34-40"}, STATED),
    Fact("24", values(TG, "schema:responsibilities"),
         {"developing-methods", "optimising-methods", "performing-methods"},
         {"S1 40-45"}, STATED),
    Fact("25", "?value { ?c dcterms:identifier '25' ; rdf:object ?value }",
         {"patient-care-in-hospital", "patient-care-outside-hospital", "government", "education",
          "industry", "along-the-whole-chain"}, {"S1 45-50"}, STATED),
    Fact("26", """?profession ?condition ?title ?register {
         ?rule def:forProfession ?profession ; def:onCondition ?condition ;
         def:underTitle ?title ; def:inRegister ?register }""",
         {"technical-physician individual-patient-care klinisch-technoloog big",
          "technical-physician performs-clinical-procedures klinisch-technoloog big"},
         {"S1 51-57"}, BOTH),
    Fact("26a", values(TG, "rdfs:label"), {"technisch geneeskundige", "technical physician"},
         {"S1 34-40", "S2 1", "S2 16"}, BOTH),
    Fact("27", "?value { ?c dcterms:identifier '27' ; rdf:object ?value }",
         {"broadly-trained", "almost-all-medical-specialisms"}, {"S1 148-149"}, STATED),
    Fact("28", "?value { ?c dcterms:identifier '28' ; rdf:object ?value }",
         {"across-departments"}, {"S1 150"}, STATED),
    Fact("29", "?value ?view { ?c dcterms:identifier '29' ; rdf:object ?value ; def:viewOf ?view }",
         {"new-professional-group facts-and-figures", "new-professional-group nvvtg-about"},
         {"S1 3-6", "S2 1"}, STATED),
    Fact("30", """?name ?year ?profession { GRAPH graph:nvvtg-about { organisation:nvvtg
         skos:altLabel ?name ; schema:foundingDate ?year ; def:associationOf ?profession
         FILTER (strlen(?name) > 5) } }""",
         {"Dutch Association for Technical Medicine 2009 technical-physician"},
         {"S2 1"}, STATED, {"2009"}),
    *(Fact(number, f"?value {{ ?c dcterms:identifier '{number}' ; rdf:subject organisation:nvvtg ;"
           " rdf:predicate def:aimsAt ; rdf:object ?value . organisation:nvvtg def:aimsAt ?value }",
           {aim}, {where}, STATED)
      for number, aim, where in (
          ("31", "quality-of-profession", "S2 3-8"), ("32", "scientific-development", "S2 3-8"),
          ("33", "interests-of-members", "S2 3-8"), ("34", "representation", "S2 3-8"),
          ("35", "better-healthcare", "S2 11"), ("35a", "quality-of-care", "S2 11"))),
    Fact("36", values("organisation:nvvtg", "def:worksWith"),
         {"healthcare-representatives", "political-representatives", "government-bodies",
          "professional-umbrella-organisations", "scientific-associations", "other-parties"},
         {"S2 11"}, STATED),
    Fact("37", figure("master-graduates-2021"), {"master-graduates  565 person 2021"},
         {"S1 4", "S1 152-153"}, STATED, {"2021"}),
    Fact("38", figure("registered-klinisch-technoloog"),
         {"registered-klinisch-technoloog 261  person facts-and-figures-now"},
         {"S1 51-57", "S1 152-153", "S1 161-162", "S1 164-165"}, BOTH, {"facts-and-figures-now"}),
    Fact("39", figure("fellowships-guided-by-nvvtg"),
         {"fellowships-guided-by-nvvtg 15  fellowship not-stated"},
         {"S1 78"}, STATED, {"not-stated"}),
    Fact("40", figure("technical-physicians-in-fellowship"),
         {"technical-physicians-in-fellowship 5  person facts-and-figures-now"},
         {"S1 79"}, STATED, {"facts-and-figures-now"}),
    Fact("41", """?duration ?kind { programme:fellowship schema:timeToComplete ?duration ;
         def:characteristic ?kind }""", {"P2Y clinical-training"}, {"S1 60-66"}, STATED),
    Fact("42", """?before ?kind { programme:fellowship schema:programPrerequisites ?before ;
         def:providerKind ?kind }""",
         {"technical-medicine department", "technical-medicine departments-together"},
         {"S1 57-60"}, STATED),
    Fact("43", """?who ?aim { programme:fellowship dcterms:audience ?who ; def:aimsAt ?aim }""",
         {"klinisch-technoloog medical-discipline", "klinisch-technoloog independent-practitioner"},
         {"S1 60-66"}, STATED),
    Fact("44", share("phd-completed"), {f"completed 30 {RESPONDENTS}"},
         {"S1 67-74"}, ADJACENT, {"2021"}),
    Fact("45", share("phd-under-way"), {f"under-way 52 {RESPONDENTS}"},
         {"S1 70-74"}, ADJACENT, {"2021"}),
    Fact("46", share("performs-clinical-procedures"),
         {" 48 percent technical-physicians-in-care-institution  not-determinable"},
         {"S1 81-89"}, STATED, {"2021"}),
    *(Fact(number, share(f"field-{field}"), {f"{field} {value} {RESPONDENTS}"},
           {f"S1 {lines}"}, ADJACENT, {"2021"})
      for number, field, value, lines in (
          ("47", "medical-imaging", 62, "113-115"),
          ("48", "physiological-measurement-and-stimulation", 52, "124-126"),
          ("49", "ai", 38, "131-132"), ("50", "telemonitoring", 24, "128-129"),
          ("51", "ionising-radiation-and-radiopharmacy", 22, "117-119"),
          ("52", "3d-printing", 17, "121-122"),
          ("53", "robot-and-navigation-technology", 17, "134-137"),
          ("54", "ict-and-e-health", 6, "139-141"), ("55", "endoscopy", 5, "143-144"))),
    Fact("56", f"?value {{ {TG} def:employedBy ?value . ?value skos:inScheme"
         " scheme:employer-categories }",
         {"academic-hospital", "general-hospital", "other-care-institution", "company",
          "university", "other"}, {"S1 94-99"}, STATED),
    Fact("57", """?place ?value ?unit ?n { ?figure qb:dataSet table:employers ;
         def:placeInText ?place ; measure:obsValue ?value ; attribute:unitMeasure ?unit ;
         def:sampleSize ?n }""",
         {"1 3 percent 169", "2 2 percent 169", "3 18 percent 169", "4 16 percent 169",
          "5 42 percent 169", "6 19 percent 169"}, {"S1 101-111"}, STATED, {"2021"}),
    Fact("58", "?bound ?least ?most { ?bound a def:Bound ; def:atLeast ?least ; def:atMost ?most }",
         {"any-one-employer 2 42", "hospitals 5 61", "care-institutions 21 79"},
         {"S1 94-99", "S1 101-111"}, INFERRED),
]  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.number)
def test_fact_is_found(store: ox.Store, fact: Fact) -> None:
    """A query finds the fact, with the values that the documents give and no others."""
    assert rows(store, fact.question) == fact.answers


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.number)
def test_fact_says_where_it_comes_from(store: ox.Store, fact: Fact) -> None:
    """By its number a fact is found with its lines, how surely they are read, and its period."""
    about = f"?c dcterms:identifier '{fact.number}' FILTER NOT EXISTS {{ ?c a def:OpenQuestion }}"
    lines = f"""?document ?first ?last {{ {about} ?c prov:wasDerivedFrom ?passage .
      ?passage dcterms:isPartOf ?document ; def:firstLine ?first ; def:lastLine ?last }}"""

    assert {cited(row) for row in rows(store, lines)} == fact.where
    assert rows(store, f"?r {{ {about} ?c def:reading ?r }}") == fact.readings
    assert rows(store, f"?p {{ {about} ?c dcterms:temporal|dimension:refPeriod ?p }}") == (
        fact.periods
    )


def test_survey_is_told_as_it_stands(store: ox.Store) -> None:
    """Whom it asked, when, and how many answered is stated; which shares it gave we conclude."""
    asked = """?asked ?year ?n ?graph { GRAPH ?graph { survey:nvvtg-members-2021 def:asked ?asked ;
      dcterms:date ?year } ?figure def:population population:survey-respondents ;
      attribute:unitMeasure unit:person ; def:reading reading:stated ; measure:obsValue ?n }"""
    given = """?table { GRAPH graph:editorial { ?table prov:wasGeneratedBy ?survey .
      ?claim rdf:subject ?table ; rdf:predicate prov:wasGeneratedBy ;
        def:reading reading:inferred ; def:reason ?reason } }"""
    answered = """?table { GRAPH graph:facts-and-figures { ?table prov:wasGeneratedBy ?survey .
      ?claim rdf:subject ?table ; rdf:predicate prov:wasGeneratedBy ; def:reading reading:stated
      FILTER NOT EXISTS { ?claim def:reason ?reason } } }"""

    assert rows(store, asked) == {"nvvtg-members 2021 169 facts-and-figures"}
    assert rows(store, answered) == {"survey-respondents"}
    assert rows(store, given) == TABLES - {"survey-respondents"}


@pytest.mark.parametrize(
    ("question", "about"),
    [("share-of-each-employer", "table employers"), ("response-rate", "figure survey-respondents"),
     ("what-a-field-share-measures", "table fields"), ("who-held-the-survey", "organisation nvvtg"),
     ("size-of-care-institution-group", "figure performs-clinical-procedures")],
)  # fmt: skip
def test_what_the_survey_leaves_open_is_said(store: ox.Store, question: str, about: str) -> None:
    """What cannot be determined is there as a question, with its reason, where readers look."""
    thing = ":".join(about.split())

    assert ask(store, f"{{ open-question:{question} dcterms:subject {thing} ; def:reason ?why ;"
                      " def:reading reading:not-determinable }")  # fmt: skip


def test_bounds_hold_for_every_assignment(store: ox.Store) -> None:
    """However the six shares are given to the six kinds, each bound holds, and none is too wide."""
    found = rows(store, "?place ?value { ?f def:placeInText ?place ; measure:obsValue ?value }")
    shares = [int(row.split()[1]) for row in found]
    query = """?least ?most (COUNT(?kind) AS ?kinds) {
      ?bound def:atLeast ?least ; def:atMost ?most ; dcterms:subject ?kind .
      ?kind skos:inScheme scheme:employer-categories }
      GROUP BY ?bound ?least ?most"""

    assert sum(shares) == 100
    for least, most, kinds in (map(int, row.split()) for row in rows(store, query)):
        sums = [sum(some) for some in combinations(shares, kinds % 6 or 1)]
        assert (least, most) == (min(sums), max(sums))


def cited(row: str) -> str:
    """Writes a passage as the list of facts cites it."""
    document, first, last = row.split()
    number = {"facts-and-figures": "S1", "nvvtg-about": "S2"}[document]
    return f"{number} {first}" if first == last else f"{number} {first}-{last}"


# --- What the graph must never say ----------------------------------------------------------------


class Never(NamedTuple):
    """Something that no source says: how to find it, and how it would be said."""

    what: str
    pattern: str
    said: str


SAME = "owl:sameAs|owl:equivalentClass|skos:exactMatch|skos:closeMatch"
PART = """dcterms:isPartOf|dcterms:hasPart|org:subOrganizationOf|org:hasSubOrganization|org:unitOf
  |org:hasUnit|schema:parentOrganization|schema:subOrganization|schema:department"""
FIGURE = """a qb:Observation ; qb:dataSet table:x ; def:population population:x ;
  dimension:refPeriod period:2021 ; attribute:unitMeasure unit:percent ;
  prov:wasDerivedFrom passage:ff-survey ; measure:obsValue"""


def pair(one: str, other: str, links: str) -> str:
    """Finds a link of these kinds between two things, in either direction."""
    return f"{{ {one} ({links})|^({links}) {other} }}"


CATEGORY = "?category skos:inScheme scheme:employer-categories"
NEVER = [
    Never("an employer category with a share, by any link between the two",
          f"""{{ {CATEGORY} . ?figure a qb:Observation .
          {{ ?figure ?to ?category }} UNION {{ ?category ?to ?figure }} UNION
          {{ ?between ?to ?figure ; ?and ?category }} UNION
          {{ ?figure ?to ?between . ?between ?and ?category }} }}""",
          """claim:x rdf:subject figure:employer-share-5 ; rdf:object
          employer-category:academic-hospital ."""),
    Never("an employer category with a share, in words",
          """{ VALUES ?kind { "academi(sch|c)|algemee?n ziekenhuis|general hospital|overige zorg|\
other care|bedrijf|company|universiteit|university" }
          ?thing ?says ?text FILTER (isLiteral(?text) && (
            regex(?text, CONCAT("(", ?kind, ").*[0-9] ?(%|procent|per cent)"), "i") ||
            regex(?text, CONCAT("[0-9] ?(%|procent|per cent).*(", ?kind, ")"), "i"))) }""",
          'aim:x skos:example "42 per cent work in an academic hospital"@en .'),
    Never("a number in the words of an employer category itself",
          f"""{{ {CATEGORY} . ?category ?says ?text
          FILTER (isLiteral(?text) && regex(str(?text), "[0-9]")) }}""",
          'employer-category:company skos:altLabel "42 %"@nl .'),
    Never("an employer category with a share",
          """{ ?figure a qb:Observation ; (def:population|dcterms:subject|skos:broader)+ ?group .
          ?group rdfs:label|skos:prefLabel|skos:definition ?name FILTER regex(?name,
          "werkgever|academisch ziekenhuis|algemeen ziekenhuis|overige zorginstelling|bedrijf", "i")
          }""",
          f"""figure:x {FIGURE} 42 . population:x skos:prefLabel "TG" ; dcterms:subject aim:x .
          aim:x skos:prefLabel "Academisch ziekenhuis"@nl ."""),
    Never("a bound for a single kind of employer",
          f"""{{ ?bound a def:Bound ; dcterms:subject ?category . {CATEGORY}
          FILTER NOT EXISTS {{ ?bound dcterms:subject ?other . ?other skos:inScheme
            scheme:employer-categories FILTER (?other != ?category) }} }}""",
          "bound:x a def:Bound ; dcterms:subject employer-category:company ."),
    Never("565 as an exact count",
          """{ ?figure ?as ?value FILTER (isNumeric(?value) && ?value = 565 && ?as != def:moreThan)
          MINUS { ?figure a def:Passage } }""",
          "bound:x def:atMost 565 ."),
    Never("565 as an exact count, in words",
          """{ ?thing ?says ?text FILTER (isLiteral(?text) && ?says != def:heading
          && regex(?text, "(^|[^0-9])565([^0-9]|$)") && !isNumeric(?text)
          && !regex(?text, "(meer dan|more than) 565", "i")) }""",
          'figure:x dcterms:description "Exactly 565 graduates."@en .'),
    Never("a date for the 261 as if stated",
          """{ ?figure measure:obsValue|def:atLeast|def:moreThan|def:about 261 .
          { ?figure def:periodReading reading:stated } UNION
          { ?figure dimension:refPeriod/(dcat:startDate|dcat:endDate) ?date } UNION
          { ?claim rdf:subject period:facts-and-figures-now ; rdf:predicate ?p ;
            def:reading reading:stated } }""",
          'period:facts-and-figures-now dcat:endDate "2021-12-31"^^xsd:date .'),
    Never("48 % of all technical physicians",
          """{ ?figure measure:obsValue ?value ; def:population ?group FILTER (?value = 48)
          MINUS { ?figure prov:wasDerivedFrom/dcterms:isPartOf/schema:encodesCreativeWork
            source:duo }
          FILTER NOT EXISTS { ?group skos:definition ?meaning
            FILTER (lang(?meaning) = "nl" && contains(?meaning, "zorginstelling")) } }""",
          f'figure:x {FIGURE} 48 . population:x skos:definition "Technisch geneeskundigen."@nl .'),
    Never("48 % of all technical physicians, in words",
          """{ ?thing ?says ?text FILTER (isLiteral(?text) && ?says != def:heading
          && regex(?text, "48 ?(%|procent|per cent)", "i")) }""",
          'aim:x dcterms:description "Of all of them 48 % perform procedures."@en .'),
    Never("48 % of a group of known size, or of another group",
          """{ ?figure def:field|def:phdStatus|def:placeInText|def:sampleSize ?of ;
          measure:obsValue ?value ; attribute:unitMeasure unit:percent FILTER (?value = 48) }""",
          "figure:performs-clinical-procedures def:sampleSize 169 ."),
    Never("a share without its base",
          """{ ?figure a qb:Observation ; attribute:unitMeasure unit:percent
          FILTER NOT EXISTS { ?figure def:sampleReading ?base ; def:population ?group } }""",
          f"figure:x {FIGURE} 48 ."),
    Never("the title is the profession",
          f"""{{ {pair(KT, TG, SAME)} UNION {{ ?x a def:ProtectedTitle , schema:Occupation }}
          UNION {{ {TG} skos:altLabel ?name FILTER regex(?name, "^KT$|klinisch technoloog") }}
          UNION {{ {KT} skos:altLabel ?name FILTER regex(?name, "^TG$|geneeskundige") }} }}""",
          f"{TG} skos:exactMatch {KT} ."),
    Never("the bachelor klinische technologie is the title klinisch technoloog",
          f"""{{ {pair("programme:bachelor-klinische-technologie", KT, SAME)} UNION
          {{ ?x a def:ProtectedTitle , schema:EducationalOccupationalProgram }} UNION
          {{ {KT} skos:prefLabel|skos:altLabel ?name
             FILTER regex(?name, "klinische technologie|clinical technolog", "i") }} }}""",
          f'{KT} skos:altLabel "clinical technologist"@en .'),
    Never("LUMC is Leiden University, or a part of it",
          pair("organisation:lumc", "organisation:leiden-university", f"{SAME}|{PART}"),
          "organisation:lumc org:subOrganizationOf organisation:leiden-university ."),
    Never("Erasmus MC is Erasmus University, or a part of it",
          pair("organisation:erasmus-mc", "organisation:erasmus-university-rotterdam",
               f"{SAME}|{PART}"),
          "organisation:erasmus-university-rotterdam schema:department organisation:erasmus-mc ."),
    Never("two organisations share a name",
          """{ ?one a org:FormalOrganization ; rdfs:label|skos:altLabel ?name .
          ?two a org:FormalOrganization ; rdfs:label|skos:altLabel ?same
          FILTER (?one != ?two && lcase(str(?name)) = lcase(str(?same))) }""",
          'organisation:lumc skos:altLabel "Leiden University"@en .'),
    Never("two organisations share an identifier",
          """{ ?one schema:identifier/schema:value ?value . ?two schema:identifier/schema:value
          ?value . FILTER (?one != ?two) { ?one a org:FormalOrganization } UNION
          { ?one a schema:EducationalOccupationalProgram } }""",
          """organisation:erasmus-university-rotterdam schema:identifier
          <https://w3id.org/tgkg/id/identifier/ror-018906e22> ."""),
    Never("a university and its medical centre are part of one another, along any path",
          f"""{{ VALUES (?one ?two) {{
            (organisation:lumc organisation:leiden-university)
            (organisation:erasmus-mc organisation:erasmus-university-rotterdam) }}
          {{ ?one ({PART})+ ?two }} UNION {{ ?two ({PART})+ ?one }} }}""",
          """organisation:lumc org:unitOf organisation:x .
          organisation:x org:subOrganizationOf organisation:leiden-university ."""),
    Never("a medical centre as a member of the cooperation, or a part of it",
          """{ VALUES ?centre { organisation:lumc organisation:erasmus-mc }
          { ?centre ^org:hasMember|org:memberOf|^schema:member|schema:memberOf
              |^def:ledBy ?with } UNION
          { ?centre a org:OrganizationalCollaboration } UNION
          { ?centre (dcterms:isPartOf|^dcterms:hasPart|org:subOrganizationOf|org:unitOf
              |^org:hasSubOrganization|^org:hasUnit|org:linkedTo|^org:linkedTo)+
            collaboration:klinische-technologie } }""",
          "collaboration:klinische-technologie org:hasMember organisation:lumc ."),
    Never("a medical centre as who provides a programme",
          """{ VALUES ?centre { organisation:lumc organisation:erasmus-mc }
          ?programme schema:provider|schema:offeredBy|^schema:makesOffer ?centre }""",
          "programme:bachelor-klinische-technologie schema:provider organisation:erasmus-mc ."),
    Never("the two bachelors have one registration, or one marketed name",
          """{ ?one schema:programType programme-type:bachelor .
          ?two schema:programType programme-type:bachelor FILTER (?one != ?two)
          { ?one def:registeredAs ?same . ?two def:registeredAs ?same } UNION
          { ?one def:marketedName ?same . ?two def:marketedName ?same } }""",
          """programme:bachelor-technische-geneeskunde
          def:marketedName "klinische technologie"@nl ."""),
    Never("places are an intake",
          """{ ?figure qb:dataSet table:first-year-students ; attribute:unitMeasure ?unit
          FILTER (?unit != unit:person) }""",
          """figure:places-twente-2019 qb:dataSet table:first-year-students ."""),
    Never("the two bachelors are one",
          f"""{{ {pair("programme:bachelor-klinische-technologie",
                       "programme:bachelor-technische-geneeskunde",
                       SAME + "|prov:specializationOf|prov:alternateOf|dcterms:hasPart")} UNION
          {{ ?one def:marketedName|skos:altLabel "klinische technologie"@nl ,
             "technische geneeskunde"@nl }} UNION
          {{ ?one a schema:EducationalOccupationalProgram ; schema:programType
             programme-type:bachelor ; schema:provider/org:hasMember?
             organisation:university-of-twente , organisation:delft-university-of-technology
          }} }}""",
          "programme:bachelor-klinische-technologie prov:specializationOf"
          " programme:bachelor-technische-geneeskunde ."),
    Never("fields are parts of a whole",
          """{ { ?group def:addsUpTo ?whole ; ^def:population/attribute:unitMeasure unit:percent }
          UNION { table:fields def:sharesAddUp true } UNION { ?one skos:inScheme scheme:fields ;
            def:addsUpTo|skos:broader|dcterms:isPartOf ?whole } UNION
          { ?figure attribute:unitMeasure unit:percent ; measure:obsValue ?sum
            FILTER (?sum > 100) } }""",
          f"figure:x {FIGURE} 62 . population:x def:addsUpTo population:y ."),
    Never("15 and 5 fellowships are added up",
          """{ { ?figure attribute:unitMeasure ?unit ;
            measure:obsValue|def:atLeast|def:atMost|def:moreThan|def:about 20
          MINUS { ?figure prov:wasDerivedFrom/dcterms:isPartOf/schema:encodesCreativeWork
            source:duo }
          } UNION
          { VALUES ?group { population:fellowships-guided-by-nvvtg
            population:technical-physicians-in-fellowship }
            ?group def:addsUpTo|skos:broader ?whole } UNION
          { ?one def:population population:fellowships-guided-by-nvvtg ; qb:dataSet ?table .
            ?two def:population population:technical-physicians-in-fellowship ; qb:dataSet ?table }
          }""",
          "bound:x attribute:unitMeasure unit:fellowship ; def:atLeast 20 ."),
    Never("a response rate",
          """{ { ?figure a qb:Observation ; def:population?/(rdfs:label|skos:prefLabel) ?name
          FILTER regex(?name, "respons(e|percentage| rate)", "i") } UNION
          { ?figure def:population population:nvvtg-members } UNION
          { ?bound a def:Bound ; attribute:unitMeasure unit:percent ; dcterms:subject ?of
            FILTER (?of IN (population:nvvtg-members, population:survey-respondents,
              survey:nvvtg-members-2021, figure:survey-respondents, table:survey-respondents)) }
          UNION
          { ?figure def:population population:survey-respondents ; attribute:unitMeasure
            unit:percent FILTER NOT EXISTS { ?figure def:field|def:phdStatus|def:placeInText ?of } }
          }""",
          f'figure:x {FIGURE} 34 ; rdfs:label "response rate of the survey"@en .'),
    Never("Medisch Contact published the infographic, as if stated",
          """{ VALUES ?by { schema:publisher dc:publisher dcterms:publisher schema:isPartOf
          dcterms:isPartOf }
          { GRAPH ?graph { source:facts-and-figures ?by ?who } FILTER (?graph != graph:editorial) }
          UNION { source:facts-and-figures ?by ?who FILTER NOT EXISTS { ?claim
            rdf:subject source:facts-and-figures ; rdf:predicate ?by ; rdf:object ?who ;
            def:reading reading:inferred } } UNION
          { ?claim rdf:subject source:facts-and-figures ; rdf:predicate ?by ; def:reading ?reading
            FILTER (?reading != reading:inferred) } }""",
          "source:facts-and-figures dcterms:publisher organisation:medisch-contact ."),
    Never("a figure without period, population, unit or source",
          """{ ?figure a qb:Observation FILTER NOT EXISTS { ?figure def:population ?group ;
          dimension:refPeriod ?period ; attribute:unitMeasure ?unit ; def:reading ?reading ;
          prov:wasDerivedFrom/dcterms:isPartOf/schema:encodesCreativeWork ?source } }""",
          "figure:x a qb:Observation ; measure:obsValue 12 ; attribute:unitMeasure unit:person ."),
    Never("a figure that lacks a dimension of its table",
          """{ ?figure qb:dataSet/qb:structure/qb:component/qb:dimension ?dimension
          FILTER NOT EXISTS { ?figure ?dimension ?value } }""",
          f"figure:x {FIGURE} 12 ; qb:dataSet table:duo-diplomas ."),
    Never("two figures of a table that no dimension tells apart, where their period is known",
          """{ ?one qb:dataSet ?table ; dimension:refPeriod ?when .
          ?two qb:dataSet ?table ; dimension:refPeriod ?when
          FILTER (?one != ?two && ?when != period:not-stated)
          FILTER NOT EXISTS { ?table qb:structure/qb:component/qb:dimension ?dimension .
            ?one ?dimension ?value FILTER NOT EXISTS { ?two ?dimension ?value } } }""",
          """figure:x qb:dataSet table:first-year-students ; dimension:refPeriod period:2020 ;
          def:population population:first-years-both-bachelors ; qb:measureType measure:obsValue .
          """),
    Never("a figure with a dimension, measure or attribute that its table does not have",
          """{ ?figure qb:dataSet/qb:structure ?structure ; ?property ?value .
          ?component qb:dimension|qb:measure|qb:attribute ?property
          FILTER NOT EXISTS {
            ?structure qb:component/(qb:dimension|qb:measure|qb:attribute) ?property } }""",
          "figure:places-twente-2019 def:programme programme:bachelor-technische-geneeskunde ."),
    Never("a total of men and women as if stated",
          """{ ?figure dimension:sex code:sex-T ; def:reading ?reading
          FILTER (?reading != reading:inferred) }""",
          "figure:duo-enrolled-21ph-50033-men-2019 dimension:sex code:sex-T ."),
    Never("other care institution is other",
          f"""{{ {{ ?one skos:prefLabel|skos:altLabel ?first , ?second
            FILTER (lcase(str(?first)) = "overige zorginstelling" && lcase(str(?second)) = "overig")
          }} UNION {{ ?one skos:prefLabel ?first . ?two skos:prefLabel ?second .
            ?one {SAME}|skos:broader|skos:narrower|skos:broadMatch|skos:narrowMatch ?two
            FILTER (?one != ?two)
            FILTER regex(?first, "^overig", "i") FILTER regex(?second, "^overig", "i") }} }}""",
          """employer-category:other-care-institution skos:broader employer-category:other ."""),
]  # fmt: skip


@pytest.mark.parametrize("never", NEVER, ids=lambda never: never.what)
def test_graph_never_says(store: ox.Store, never: Never) -> None:
    """The graph does not say it; were it said, this test would find it."""
    assert not ask(store, never.pattern)

    said = ox.Store()
    said.extend(store)
    editorial = ox.NamedNode(f"{BASE}id/graph/editorial")
    said.load(f"{TURTLE_PREFIXES}{never.said}".encode(), ox.RdfFormat.TURTLE, to_graph=editorial)
    assert ask(said, never.pattern)


# --- What other sources say ----------------------------------------------------------------------

SOURCES = [
    "croho", "ror", "mesh", "utoday-places", "delta-places", "delta-accreditation",
    "bmc-education", "mt-integraal", "parliament-28832", "utoday-opinion", "skipr-register",
    "utwente-fellowships", "skipr-profession", "utwente-discipline", "parliament-35045",
    "utwente-senate", "big-register-news", "stb-2020-96", "stb-2022-522", "wet-big",
    "care-data-sources", "wikipedia-medisch-contact",
]  # fmt: skip


def says(source: str, pattern: str, what: str) -> str:
    """Asks what one source says: within its own graph, and each with its claim or passage."""
    return f"{what} {{ GRAPH graph:{source} {{ {pattern} }} }}"


def figure_of(source: str, name: str) -> str:
    """Asks for a figure of a source: how it is bounded, how much, of whom, in what, when."""
    return says(source, f"""figure:{name} qb:measureType ?as ; ?as ?value ; def:population ?whom ;
      attribute:unitMeasure ?unit ; dimension:refPeriod ?when ; qb:dataSet ?table ;
      prov:wasDerivedFrom passage:{source} ; def:periodReading ?dated""",
      "?as ?value ?unit ?whom ?when ?dated ?table")  # fmt: skip


GRADUATES = "person graduates-of-technical-medicine"
ELSEWHERE = {
    "registered programmes": (
        says("croho", """?r def:registeredName ?name ; elm:ISCEDFCode ?isced ;
         schema:identifier/schema:value ?code""", "?code ?name ?isced"),
        {"50033 B Klinische Technologie 0914", "60033 M Technical Medicine 0914",
         "55007 B Klinische Technologie (joint degree) 0914",
         "65019 M Technical Medicine (joint degree) 0914"}),
    "registered institutions": (
        says("croho", """?r def:atInstitution ?o ; schema:identifier/schema:value ?code .
         ?o schema:identifier ?i . ?i schema:propertyID identifier-scheme:brin ;
         schema:value ?brin""", "?code ?brin"),
        {"50033 21PH", "60033 21PH",
         *(f"{code} {brin}" for code in (55007, 65019) for brin in ("21PB", "21PE", "21PF"))}),
    "which programme is registered how": (
        says("editorial", """?p def:registeredAs ?r ; schema:educationalLevel ?eqf ;
         schema:educationalCredentialAwarded ?degree . ?claim rdf:subject ?p ;
         rdf:predicate def:registeredAs ; def:reading reading:inferred ; def:reason ?reason
         FILTER (lang(?reason) = "nl")""", "?p ?r ?eqf ?degree"),
        {"bachelor-technische-geneeskunde 50033 6 bachelor",
         "master-technical-medicine-twente 60033 7 master",
         "bachelor-klinische-technologie 55007 6 bachelor",
         "master-clinical-technology 65019 7 master"}),
    "identifiers of organisations": (
        says("ror", """?o schema:identifier ?i . ?i schema:propertyID ?s ; schema:value ?v .
         FILTER (STRSTARTS(STR(?o), STR(organisation:)))""", "?o ?s ?v"),
        {f"{o} {system} {value}" for o, *ids in (
            ("university-of-twente", "006hf6230", "Q1547084", "0000000403998953", "grid.6214.1"),
            ("delft-university-of-technology", "02e2c7k09", "Q752663", "0000000120974740",
             "grid.5292.c"),
            ("leiden-university", "027bh9e22", "Q156598", "0000000123121970", "grid.5132.5"),
            ("lumc", "05xvt9f17", "Q2406409", "0000000089452978", "grid.10419.3d"),
            ("erasmus-university-rotterdam", "057w15z03", "Q633529", "0000000092621349",
             "grid.6906.9"),
            ("erasmus-mc", "018906e22", "Q3126873", "000000040459992X", "grid.5645.2"),
            ("ministry-of-health", "041evnj42", "Q1056190", "000000012232838X", "grid.425719.c"))
         for system, value in zip(("ror", "wikidata", "isni", "grid"), ids, strict=True)}),
    "cities": (
        says("ror", """?o schema:location ?c . ?c schema:identifier/schema:value ?geonames""",
             "?o ?c ?geonames"),
        {"university-of-twente enschede 2756071", "delft-university-of-technology delft 2757345",
         "leiden-university leiden 2751773", "lumc leiden 2751773",
         "erasmus-university-rotterdam rotterdam 2747891", "erasmus-mc rotterdam 2747891"}),
    "municipality codes": (
        says("editorial", """?c schema:identifier ?i . ?i schema:value ?code ;
         schema:propertyID identifier-scheme:municipality""", "?c ?code"),
        {"enschede 0153", "delft 0503", "leiden 0546"}),
    "universities and medical centres are related, no more": (
        says("ror", "?a org:linkedTo ?b", "?a ?b"),
        {"leiden-university lumc", "erasmus-university-rotterdam erasmus-mc"}),
    "MeSH, as proposals": (
        """?field ?match ?mesh { GRAPH graph:editorial { ?field ?match ?mesh . ?claim
         rdf:subject ?field ; rdf:predicate ?match ; rdf:object ?mesh ;
         def:reading reading:inferred } FILTER (STRSTARTS(STR(?field), STR(field:))) }""",
        {"medical-imaging closeMatch D003952", "3d-printing exactMatch D066330",
         "ionising-radiation-and-radiopharmacy narrowMatch D011839",
         "ionising-radiation-and-radiopharmacy narrowMatch D019275",
         "physiological-measurement-and-stimulation narrowMatch D008991",
         "physiological-measurement-and-stimulation narrowMatch D004599",
         "telemonitoring broadMatch D017216", "telemonitoring relatedMatch D013686",
         "ai exactMatch D001185", "robot-and-navigation-technology relatedMatch D012371",
         "robot-and-navigation-technology relatedMatch D065287",
         "robot-and-navigation-technology relatedMatch D025321",
         "ict-and-e-health relatedMatch D008490", "ict-and-e-health relatedMatch D017216",
         "endoscopy exactMatch D004724"}),
    "places in Twente": (figure_of("utoday-places", "places-twente-2019"),
        {"obsValue 150 place places-technische-geneeskunde from-2019-2020 stated places"}),
    "places in klinische technologie": (
        figure_of("delta-places", "places-klinische-technologie"),
        {"obsValue 100 place places-klinische-technologie not-stated not-determinable places"}),
    "places at the accreditation": (
        figure_of("delta-accreditation", "places-klinische-technologie-at-accreditation"),
        {"obsValue 100 place places-klinische-technologie not-stated not-determinable places"}),
    "accreditation and leadership": (
        says("delta-accreditation", "?p def:accreditedOn ?day . ?c def:ledBy ?o", "?p ?day ?c ?o"),
        {("bachelor-klinische-technologie 2014-03-10 klinische-technologie"
          " delft-university-of-technology")}),
    "a second programme in 2013": (
        says("bmc-education", "?p schema:startDate ?year", "?p ?year"),
        {"clinical-technology 2013"}),
    "over 600 graduates": (figure_of("bmc-education", "graduates-over-600"),
        {f"moreThan 600 {GRADUATES} not-stated not-determinable graduates"}),
    "140 graduates": (figure_of("skipr-profession", "graduates-2013-11"),
        {f"obsValue 140 {GRADUATES} 2013-11 stated graduates"}),
    "the 200th graduate": (figure_of("utwente-discipline", "graduates-2015-01"),
        {f"atLeast 200 {GRADUATES} 2015-01 stated graduates"}),
    "about 300 graduates": (figure_of("utwente-fellowships", "graduates-2016-11"),
        {f"about 300 {GRADUATES} 2016-11 stated graduates"}),
    "six new fellowships": (figure_of("utwente-fellowships", "new-fellowships-2016-11"),
        {"obsValue 6 fellowship new-fellowships 2016-11 stated fellowships"}),
    "first ten of the joint master": (figure_of("mt-integraal", "joint-master-graduates-2020"),
        {"atLeast 10 person graduates-of-joint-master 2020 stated graduates"}),
    "Twente rests on an act of 2003": (
        says("parliament-28832", """?p def:legalBasis ?law .
         ?law schema:legislationIdentifier ?file ; dcterms:date ?year""", "?p ?file ?year"),
        {"technical-medicine-twente 28832 2003"}),
    "the association was founded in 2009": (
        says("utoday-opinion", "?o schema:foundingDate ?year", "?o ?year"), {"nvvtg 2009"}),
    "a Dutch name": (says("skipr-register", "?o skos:altLabel ?name", "?o ?name"),
        {"nvvtg Nederlandse Vereniging voor Technische Geneeskunde"}),
    "another Dutch name": (says("utwente-fellowships", "?o skos:altLabel ?name", "?o ?name"),
        {"nvvtg Nederlandse Vereniging voor Technisch Geneeskundigen"}),
    "the temporary place": (
        says("parliament-35045", """?place schema:about ?title ; schema:startDate ?start ;
         schema:duration ?for ; def:legalBasis ?article . ?article eli:is_part_of ?act""",
             "?title ?start ?for ?article ?act"),
        {"klinisch-technoloog 2014-01-01 P5Y wet-big-article-36a wet-big"}),
    "9 of 14 reserved procedures": (
        says("parliament-35045", """?f qb:dataSet table:reserved-procedures ;
         measure:obsValue ?value ; def:population ?which""", "?value ?which"),
        {"9 reserved-procedures-of-title", "14 reserved-procedures"}),
    "the vote in the Senate": (
        says("utwente-senate", "?e schema:startDate ?day ; schema:about ?what", "?day ?what"),
        {"2019-04-23 article-3"}),
    "the permanent place": (
        says("big-register-news", """?place schema:about ?title ; schema:startDate ?start ;
         def:applicationsFrom ?from ; def:legalBasis ?article""", "?title ?start ?from ?article"),
        {"klinisch-technoloog 2020-07-01 2020-04-01 wet-big-article-3"}),
    "the decree of 2020": (
        says("stb-2020-96", """?law schema:legislationIdentifier ?name ; eli:date_document ?day ;
         eli:is_about ?what""", "?name ?day ?what"),
        {"Stb. 2020, 96 2020-03-06 education-for-title"}),
    "the study load": (figure_of("stb-2020-96", "study-load-hours"),
        {"obsValue 10080 hour education-for-title not-stated not-determinable study-load"}),
    "the points, concluded": (
        says("editorial", """figure:study-load-ec measure:obsValue ?value ; def:reading ?reading ;
         attribute:unitMeasure ?unit ; def:reason ?reason FILTER (lang(?reason) = "en")""",
             "?value ?unit ?reading"), {"360 ec inferred"}),
    "re-registration": (
        says("stb-2022-522", "?law schema:legislationIdentifier ?name ; eli:is_about ?what",
             "?name ?what"), {"Stb. 2022, 522 periodic-reregistration"}),
    "the act": (says("wet-big", "?law schema:legislationIdentifier ?name", "?law ?name"),
        {"wet-big BWBR0006251"}),
    "the register": (
        says("care-data-sources", "?r def:ownedBy ?owner ; def:operatedBy ?operator",
             "?r ?owner ?operator"), {"big ministry-of-health cibg"}),
    "the weekly": (
        says("wikipedia-medisch-contact", """?p schema:publisher ?by ; schema:issn ?issn ;
         dcterms:accrualPeriodicity ?often""", "?by ?issn ?often"), {"knmg 0025-8245 weekly"}),
}  # fmt: skip


@pytest.mark.parametrize("fact", ELSEWHERE)
def test_fact_comes_from_its_own_source(store: ox.Store, fact: str) -> None:
    """Within the graph of its source a query finds the fact, with no other values."""
    question, answers = ELSEWHERE[fact]

    assert rows(store, question) == answers


@pytest.mark.parametrize("source", SOURCES)
def test_source_says_where_and_when_it_was_seen(store: ox.Store, source: str) -> None:
    """Each source has an address, who offers it, the day it was seen, and no licence it has not."""
    query = f"""?day ?rights {{ source:{source} schema:url ?url ; dc:publisher ?by ;
      dcterms:rights ?rights . ?document schema:encodesCreativeWork source:{source} ;
      pav:retrievedOn ?day . graph:{source} dcterms:source source:{source}
      FILTER (lang(?rights) = "en") FILTER NOT EXISTS {{ source:{source} dcterms:license ?l }} }}"""

    (found,) = rows(store, query)
    assert found.startswith("2026-11-23 No licence stated.")


def test_claims_of_other_sources_are_cited_there(store: ox.Store) -> None:
    """What a source states cites a passage of that source, and so does every figure in it."""
    strangers = """?thing { GRAPH ?graph { ?thing def:reading reading:stated ;
      prov:wasDerivedFrom ?passage } ?graph dcterms:source ?source .
      ?passage dcterms:isPartOf/schema:encodesCreativeWork ?other FILTER (?source != ?other) }"""

    assert rows(store, strangers) == set()


def test_conflict_is_shown_as_one(store: ox.Store) -> None:
    """The second programme has both years, each with its source, and a resource that says so."""
    years = """?year ?graph { GRAPH ?graph {
      programme:clinical-technology schema:startDate ?year } }"""
    shown = """?source { difference:start-of-second-programme dcterms:subject
      programme:clinical-technology ;
      prov:wasDerivedFrom/dcterms:isPartOf/schema:encodesCreativeWork ?source }"""

    assert rows(store, years) == {"2014 nvvtg-about", "2013 bmc-education"}
    assert rows(store, shown) == {"nvvtg-about", "bmc-education"}


def test_gap_between_the_two_places_is_open(store: ox.Store) -> None:
    """What held between the temporary and the permanent place is asked, not filled."""
    gap = """?end ?start ?reading { recognition:article-36a schema:endDate ?end .
      recognition:article-3 schema:startDate ?start .
      open-question:between-temporary-and-permanent-place dcterms:subject
        recognition:article-36a , recognition:article-3 ; def:reading ?reading }"""
    between = """?place { ?place a def:LegalRecognition FILTER (?place NOT IN (
      recognition:article-36a , recognition:article-3)) }"""

    assert rows(store, gap) == {"2018-12-31 2020-07-01 not-determinable"}
    assert rows(store, between) == set()


def test_what_was_not_found_is_not_asserted(store: ox.Store) -> None:
    """The association and the register have no identifier, the fields none but MeSH."""
    identified = """?thing { VALUES ?thing { organisation:nvvtg register:big
      title:klinisch-technoloog profession:technical-physician } ?thing schema:identifier ?i }"""
    matched = """?to { ?field skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch
      |skos:relatedMatch ?to FILTER (!STRSTARTS(STR(?to), "http://id.nlm.nih.gov/mesh/D")) }"""
    points = """?programme { ?population dcterms:subject ?programme .
      ?figure def:population ?population ; attribute:unitMeasure unit:ec .
      ?programme a schema:EducationalOccupationalProgram }"""

    for question in (identified, matched, points):
        assert rows(store, question) == set()


def test_register_number_of_erasmus_mc_is_not_the_universitys(store: ox.Store) -> None:
    """The identifier that some files give the university belongs to the medical centre alone."""
    owner = '?o { ?o schema:identifier/schema:value "018906e22" }'

    assert rows(store, owner) == {"erasmus-mc"}


def test_no_description_names_a_province_that_no_source_names(store: ox.Store) -> None:
    """What we write of an organisation or programme, a source in the graph says."""
    texts = """?text { ?thing dcterms:description ?text ; a ?class FILTER (?class IN (
      schema:EducationalOccupationalProgram, org:FormalOrganization, schema:City)) }"""

    assert [t for t in rows(store, texts) if re.search("Holland|Overijssel", t)] == []


# --- The documents --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    """Gives the text of the founding documents by SHA-256; skips where they are not."""
    files = sorted((DOCUMENTS / "domain" / "sources").glob("*.txt"))
    if not files:
        pytest.skip(f"no founding documents under {DOCUMENTS}: set TGKG_TEST_DATA")
    return texts_by_fingerprint(files)


def texts_by_fingerprint(files: Iterable[Path]) -> dict[str, str]:
    """Returns the texts of files by the SHA-256 of their bytes."""
    return {hashlib.sha256(f.read_bytes()).hexdigest(): f.read_text("utf-8") for f in files}


def words(text: str) -> list[str]:
    """Splits a text into its words, without case and punctuation."""
    return re.findall(r"\w+", text.lower())


def test_passages_point_into_the_documents(store: ox.Store, documents: dict[str, str]) -> None:
    """Each passage's first words stand within its lines, in the document with its fingerprint."""
    query = """SELECT ?sha ?first ?last ?heading { ?passage def:heading ?heading ;
      def:firstLine ?first ; def:lastLine ?last ; dcterms:isPartOf/schema:sha256 ?sha }"""
    kept = documents | texts_by_fingerprint((CHECKOUT / "data").glob("*/*.csv"))
    for row in store.query(SPARQL_PREFIXES + query, use_default_graph_as_union=True):
        sha, first, last, heading = (term.value for term in row)
        assert sha in kept, (
            f"no copy with SHA-256 {sha} (of the passage that begins {heading!r}): put the document"
            f" under {DOCUMENTS / 'domain' / 'sources'}, or mend schema:sha256 in its source.ttl"
        )
        lines = kept[sha].splitlines()
        assert int(last) <= len(lines)
        passage = "".join(words(" ".join(lines[int(first) - 1 : int(last)])))
        assert "".join(words(heading)) in passage, heading


def test_no_sentence_of_the_documents_is_carried_over(
    graph: Graph, documents: dict[str, str]
) -> None:
    """No text of ours shares seven words in a row with a document."""
    runs = {run for text in documents.values() for run in in_a_row(text)}
    texts = {str(term) for term in graph.objects() if isinstance(term, Literal)}

    assert {run for text in texts for run in in_a_row(text)} & runs == set()


def test_no_sentence_of_the_lists_of_facts_is_carried_over(graph: Graph) -> None:
    """No text of ours shares eight words in a row with the project's lists of facts."""
    lists = sorted((DOCUMENTS / "domain").glob("*.md"))
    if not lists:
        pytest.skip(f"no lists of facts under {DOCUMENTS}: set TGKG_TEST_DATA")
    runs = {run for file in lists for run in in_a_row(file.read_text("utf-8"), 8)}
    texts = {str(term) for term in graph.objects() if isinstance(term, Literal)}
    texts |= {file.read_text("utf-8") for file in CHECKOUT.glob("queries/*.rq")}
    texts |= {file.read_text("utf-8") for file in CHECKOUT.glob("docs/*.md")}

    assert {run for text in texts for run in in_a_row(text, 8)} & runs == set()


def in_a_row(text: str, count: int = 7) -> set[tuple[str, ...]]:
    """Returns every run of so many words."""
    found = words(text)
    return {tuple(found[i : i + count]) for i in range(len(found) - count + 1)}


def test_concept_schemes_satisfy_nl_sbb() -> None:
    """The schemes and concepts of ours conform to the Dutch profile for describing concepts.

    Those are in the ontology. The terms of others that data/ names (MeSH, EQF, ISCED) are not
    concepts of ours: they stand there as schema:DefinedTerm, not as skos:Concept, because what a
    concept needs, such as a definition, is for their owners to give. So the profile is not asked of
    the ontology and data/ together.
    """
    profile = DOCUMENTS / "profiles" / "nl-sbb" / "skos-ap-nl.ttl"
    if not profile.is_file():
        pytest.skip(f"no NL-SBB profile under {DOCUMENTS}: set TGKG_TEST_DATA")
    concepts = Graph()
    for name, file in graph_files():
        if name == f"{BASE}def":
            concepts.parse(file)

    conforms, _, text = pyshacl.validate(concepts, shacl_graph=Graph().parse(profile))

    assert conforms, text


# --- Questions ------------------------------------------------------------------------------------

QUESTIONS = sorted((CHECKOUT / "queries").glob("*.rq"))


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: file.stem)
def test_question_says_what_it_asks_and_has_an_answer(store: ox.Store, file: Path) -> None:
    """A question has a title and a description in both languages, and the graph answers it."""
    text = file.read_text(encoding="utf-8")
    headings = re.findall(r"^# (title|description)@(en|nl): \S", text, re.MULTILINE)

    assert sorted(headings) == [
        ("description", "en"), ("description", "nl"), ("title", "en"), ("title", "nl"),
    ]  # fmt: skip
    assert next(iter(store.query(text, use_default_graph_as_union=True)), None) is not None
