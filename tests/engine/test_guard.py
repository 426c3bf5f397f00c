"""What a query may never do is refused before the engine sees it."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tgkg.engine.guard import SERVICE_REFUSED, UPDATE_REFUSED, is_update, refuse_forbidden
from tgkg.engine.port import QueryRequest
from tgkg.errors import BadRequestError, ForbiddenError, TgkgError
from tgkg.formats import SPARQL_JSON, TURTLE

# In the queries below, § stands for the address that must not be called.
PLAIN_CALLS = [
    "SELECT * { SERVICE <§> { ?s ?p ?o } }",
    "SELECT*{SERVICE<§>{?s ?p ?o}}",
    "select * { service <§> { ?s ?p ?o } }",
    "SELECT * { sErViCe SILENT <§> { ?s ?p ?o } }",
    "SELECT*{SERVICESILENT<§>{?s ?p ?o}}",
    "SELECT*{SERVICE#SILENT\n<§>#{}\n{?s ?p ?o}}",
    "SELECT*{#\rSERVICE<§>{?s ?p ?o}}",
    "SELECT\t*\r{\rSERVICE\r<§>\r{?s ?p ?o}}",
    "PREFIX service: <§> SELECT * { SERVICE service:{ ?s ?p ?o } }",
    "BASE <§> ASK { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { VALUES ?s { <§> } SERVICE ?s { ?a ?b ?c } }",
    "SELECT * { { SELECT * { { SELECT * { SERVICE <§> { ?s ?p ?o } } } } } }",
    "SELECT * { {} UNION { SERVICE <§> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { SERVICE <§> { ?s ?p ?o } } }",
    "SELECT * { {} MINUS { SERVICE <§> { ?s ?p ?o } } }",
    "SELECT * { FILTER EXISTS { SERVICE <§> { ?s ?p ?o } } }",
    "SELECT * { BIND(EXISTS { SERVICE <§> { ?s ?p ?o } } AS ?x) }",
    "SELECT (EXISTS { SERVICE <§> { ?s ?p ?o } } AS ?x) {}",
    "SELECT * {} ORDER BY EXISTS { SERVICE <§> { ?s ?p ?o } }",
    "SELECT * { FILTER(1<2)SERVICE<§>{?s ?p ?o} FILTER(2>1) }",
    "SELECT * { BIND('a'@en AS ?x)SERVICE<§>{?s ?p ?o} }",
    "SELECT * { BIND('''it''s'''AS?x)SERVICE<§>{?s ?p ?o} }",
    'SELECT * { BIND("""\\"""" AS ?x)SERVICE<§>{?s ?p ?o} #"""\n }',
    "SELECT * { BIND('\\\\'AS?x)SERVICE<§>{?s ?p ?o}#'\n}",
    "SELECT * { BIND(''AS?x)SERVICE<§>{?s ?p ?o}#'\n}",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <§> { ?s ?p ?o } }",
    "CONSTRUCT WHERE { ?s ?p ?o } VALUES ?x { 1 } # SERVICE\nSERVICE <§> {}",
    "DESCRIBE ?s { SERVICE <§> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <§> { ?s ?p ?o } }",
    "SELECT * { \\U00000053\\u0065RVICE <§> { ?s ?p ?o } }",
    "SELECT * { BIND('\\u0027AS ?x) SERVICE <§> { ?s ?p ?o } #'\n}",
]
# What the engine's parser reads as a call, though the grammar's longest tokens say otherwise.
DISGUISED_CALLS = [
    "PREFIX : <§> SELECT*{SERVICE:{?s ?p ?o}}",
    "PREFIX : <§> SELECT*{SERVICE:x#\n{?s ?p ?o}}",
    "PREFIX a: <§> SELECT*{SERVICEa:x{?s ?p ?o}}",
    "PREFIX silent: <§> SELECT*{SERVICEsilent:{?s ?p ?o}}",
    "PREFIX service: <§> SELECT*{SERVICEservice:{?s ?p ?o}}",
    "PREFIX a: <§> SELECT*{SERVICEa:x\u00b7{?s ?p ?o}}",
    "PREFIX a: <§> SELECT*{SERVICEa:x\u203f{?s ?p ?o}}",
    "PREFIX a: <§> SELECT*{SERVICEa:\u200cx{?s ?p ?o}}",
    "PREFIX a: <§> SELECT*{SERVICEa:x\\,%41{?s ?p ?o}}",
    "PREFIX \u200c: <§> SELECT*{SERVICE\u200c:{?s ?p ?o}}",
    "PREFIX : <§> SELECT*{FILTER('a'<'>')SERVICE:x{?s ?p ?o}#'\n}",
    "PREFIX : <§> SELECT*{FILTER(1<2)SERVICE:x#>\n{?s ?p ?o}}",
    "PREFIX : <§> SELECT*{FILTER(0<#>'''\n1)SERVICE:x{?s ?p ?o}#'''\n}",
]
UPDATES = [
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "PREFIX a: <a:> # SELECT\nLOAD <§>",
    "load silent <§> into graph <a:g>",
    "CLEAR ALL",
    "DROP GRAPH <a:g>",
    "CREATE GRAPH <a:g>",
    "ADD <a:a> TO <a:b>",
    "MOVE <a:a> TO <a:b>",
    "COPY DEFAULT TO <a:b>",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "I\\u004eSERT DATA {}",
    "INSERT{?s ?p ?o}WHERE{SELECT*{?s ?p ?o}}",
]
INNOCENT = [
    "SELECT * { ?s ?p 'SERVICE <§> {' }",
    "SELECT * { ?s ?p '''SERVICE\n'' \\' <§> {''' }",
    'SELECT * { ?s ?p """SERVICE "" \\" \n<§> {""" }',
    "SELECT * { ?s ?p '\\'SERVICE<§>{' }",
    "SELECT * { ?s <http://example.org/service> <http://example.org/#SERVICE> }",
    "SELECT * { ?s ?p ?o # SERVICE <§> {}\n}",
    "SELECT * { ?service ?SERVICE $service }",
    "SELECT (COUNT(*) AS ?services) { ?s ?p ?x\u00b7service }",
    "PREFIX service: <a:> SELECT * { ?s service:x service:service }",
    "PREFIX service: <a:> SELECT * { GRAPH service:x { ?s ?p ?o } }",
    "PREFIX Service: <a:> SELECT * { ?s Service:x/Service:y [] }",
    "PREFIX a: <a:> SELECT * { ?s a:service a:x\u00b7service, a:%20service, a:\\,service }",
    "PREFIX a: <a:> SELECT * { ?s a:x-service _:service . _:b.service a:x true }",
    "SELECT * { ?s ?p 'insert'@en, 'x'@en-service }",
    "# INSERT\nSELECT * {}",
    "PREFIX insert: <a:> SELECT * { ?insert insert:load 'DELETE' }",
    "ASK { ?s ?p ?o FILTER(?s<?p && 'service'<?o) }",
]


def refusal(query):
    """Gives what the guard raises on a query, or None."""
    try:
        refuse_forbidden(query)
    except (ForbiddenError, SyntaxError) as error:
        return error
    return None


@pytest.mark.parametrize("query", PLAIN_CALLS)
def test_a_call_to_elsewhere_is_forbidden(query):
    """SERVICE is refused in every spelling, with what to do instead."""
    with pytest.raises(ForbiddenError, match="SERVICE"):
        refuse_forbidden(query.replace("§", "http://localhost/"))


@pytest.mark.parametrize("query", DISGUISED_CALLS)
def test_a_call_in_disguise_is_not_a_query(query):
    """What only the engine's parser would take for SERVICE is refused as not SPARQL."""
    assert refusal(query.replace("§", "http://localhost/"))


@pytest.mark.parametrize("query", UPDATES)
def test_an_update_is_forbidden(query, engine_over):
    """An update is refused by its first word, with what to do instead."""
    with pytest.raises(ForbiddenError, match="publish a release") as error:
        engine_over("<a:s> <a:p> 1 .").query(QueryRequest(query, SPARQL_JSON, TURTLE))
    assert str(error.value) == UPDATE_REFUSED


@pytest.mark.parametrize("query", INNOCENT)
def test_an_innocent_use_of_the_word_passes(query):
    """The words may stand in strings, IRIs, comments, variables, names and prefixes."""
    query = query.replace("§", "http://localhost/")
    ox.Store().query(query)
    assert refusal(query) is None
    assert not is_update(query)


@pytest.mark.parametrize("query", PLAIN_CALLS + DISGUISED_CALLS + UPDATES + INNOCENT)
def test_no_query_reaches_the_network(query, engine_over, listener):
    """Whatever is asked of the engine, nobody outside hears of it."""
    engine = engine_over("<a:s> <a:p> 1 .")
    try:
        engine.query(QueryRequest(query.replace("§", listener.url), SPARQL_JSON, TURTLE))
    except TgkgError:
        assert query not in INNOCENT
    assert listener.calls == 0


NO_PORT = "http://127.0.0.1:1/"
PIECES = [
    "SERVICE", "service", "SILENT", f"<{NO_PORT}>", ":x", "a:y\u00b7", "service:z", "?v", "{}",
    "{?s ?p ?o}", "{", "}", "FILTER(1<2)", "FILTER('a'<'b')", "FILTER(1<", "2>1)", "BIND(1 AS ?q)",
    "VALUES ?v {", "'", '"', "'''", '"""', "\\", "\\'", "#", "\n", "\r", " ", "<", ">", ".", ";",
    "\\u0053ERVICE", "SERVICEa:y", "SERVICE:x", "UNION", "OPTIONAL", "@en", "^^", "1", "1.", "1e0",
    "''", '""', "_:b", "(", ")", "\ufeff", "\u00b7", "\x0c", "<#>", "<'>", "<a:service>", "%41",
]  # fmt: skip
PROLOGUE = f"PREFIX : <{NO_PORT}> PREFIX a: <{NO_PORT}> PREFIX service: <{NO_PORT}> SELECT * {{ "


def calls(query):
    """Tells whether the engine itself would open a connection for the query."""
    try:
        list(ox.Store().query(query))
    except SyntaxError:
        return False
    except OSError:  # it may not call that port
        return True
    return False


def test_the_engine_would_call():
    """The fuzzing below can see a call when there is one."""
    assert calls(f"{PROLOGUE} SERVICE :x {{}} }}")


@settings(max_examples=1500)
@given(
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.sampled_from(
        ["SERVICE:x{}", "service a:y{}", f"SERVICE<{NO_PORT}>{{}}", "SERVICEa:y\u00b7{}"]
    ),
    st.lists(st.sampled_from(PIECES), max_size=6),
)
def test_what_the_engine_would_call_is_refused(before, call, after):
    """No mixture of quotes, comments, escapes and operators hides a call from the guard."""
    query = PROLOGUE + "".join(before) + call + "".join(after) + "}"
    if calls(query):
        assert refusal(query), query


ALLOWED = "http://127.0.0.1:2/sparql"


class TestAllowedServices:
    @pytest.mark.parametrize(
        "call", ["SERVICE <{}>", "service\nsilent\t<{}>", "Service Silent <{}>"]
    )
    def test_an_allowed_endpoint_may_be_called(self, call):
        """An endpoint that the operator allows is no reason to refuse."""
        refuse_forbidden(f"SELECT * {{ {call.format(ALLOWED)} {{ ?s ?p ?o }} }}", {ALLOWED})

    @pytest.mark.parametrize(
        "call",
        [
            f"SERVICE <{ALLOWED}> {{ SERVICE <{NO_PORT}> {{}} }}",
            f"SERVICE <{ALLOWED}> {{}} SERVICE <{NO_PORT}> {{}}",
            f"SERVICE <{ALLOWED}#> {{}}",
            f"SERVICE <{ALLOWED}/../x> {{}}",
            "SERVICE ?v {}",
            "SERVICE :x {}",
            f"SERVICE #<{ALLOWED}>\n <{NO_PORT}> {{}}",
            f"FILTER('a'<'>')SERVICE:x{{}} #' SERVICE <{ALLOWED}> {{}}\n",
        ],
    )
    def test_no_other_is(self, call):
        """Beside it, in it, or in its disguise, any other call is refused."""
        with pytest.raises((ForbiddenError, SyntaxError)):
            refuse_forbidden(f"{PROLOGUE}{call} }}", {ALLOWED})

    @settings(max_examples=500)
    @given(st.lists(st.sampled_from([*PIECES, f"SERVICE <{ALLOWED}> {{}}"]), max_size=12))
    def test_no_mixture_hides_another_call(self, pieces):
        """With the allowed calls made harmless, what passes calls nobody."""
        query = PROLOGUE + "".join(pieces) + "}"
        try:
            refuse_forbidden(query, {ALLOWED})
        except (ForbiddenError, SyntaxError):
            return
        assert not calls(re.sub(rf"(?i)service\s+(?:silent\s+)?<{ALLOWED}>", "GRAPH <a:a>", query))


@settings(max_examples=300)
@given(st.text(), st.sampled_from(["'{}'", '"{}"', "'''{}'''", '"""{}"""']))
def test_a_string_holds_anything(text, quotes):
    """A text in a string is never taken for a keyword, whatever stands in it."""
    escaped = "".join(f"\\{c}" if c in "'\"\\" else c for c in text)
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r")
    query = f"SELECT * {{ BIND({quotes.format(escaped + 'SERVICE')} AS ?x) }}"
    assert refusal(query) is None


def test_the_refusal_says_what_to_do_instead():
    """Both refusals end in advice."""
    assert "join" in SERVICE_REFUSED
    assert "edit its sources" in UPDATE_REFUSED


DEEP = 3000


@pytest.mark.parametrize(
    "query",
    [
        "ASK" + "{" * DEEP + "}" * DEEP,
        "ASK { FILTER(" + "(" * DEEP + "1" + ")" * DEEP + ") }",
        "ASK { ?s ?p " + "(" * DEEP + "1" + ")" * DEEP + " }",
        "ASK { ?s ?p " + "[ <x:p> " * DEEP + "1" + "]" * DEEP + " }",
        "ASK { FILTER(1" + "+1" * DEEP + ") }",
        "ASK { FILTER(1" + "||1" * DEEP + ") }",
        "ASK { {}" + "UNION{}" * DEEP + " }",
        "ASK {" + "OPTIONAL{}" * DEEP + " }",
        "ASK { ?s <x:p>" + "/<x:p>" * DEEP + " ?o }",
    ],
    ids=lambda query: query[:24],
)
def test_what_would_overflow_the_parser_is_refused(query):
    """A query nested or chained so far that the engine's stack overflows never reaches it."""
    with pytest.raises(BadRequestError, match=r"nested more than|operators and clauses"):
        refuse_forbidden(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { VALUES ?x { " + "1 " * 5000 + "} }",
        "ASK { VALUES (?x ?y) { " + "(1 2) " * 5000 + "} }",
        "ASK { FILTER(?x IN (" + ",".join("1" * 5000) + ")) }",
        "ASK" + "{" * 50 + "}" * 50,
        "ASK { ?s ?p '" + "{" * DEEP + "' }",
    ],
    ids=lambda query: query[:24],
)
def test_a_long_query_is_not_refused_for_its_length(query):
    """Many values, or brackets in a text, are no danger."""
    refuse_forbidden(query)
