# ruff: noqa: E501 - a query reads best on one line
"""No query hurts: each ends in its time, gives back what it took, and calls nobody.

All of them are sent over HTTP to a running server with small limits.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from process_tree import descendants
from products.ours import Site, serving

pytestmark = [pytest.mark.system, pytest.mark.alone]

SECONDS = 1.0
SETTINGS = f"""
name = "hostile"
base = "https://example.org/"
[limits]
seconds = {SECONDS}
longest_seconds = 2
memory_mb = 256
answer_mb = 4
processes = 2
"""
KEPT = 32 * 2**20
"""Bytes that may stay with processes for their next queries: an eighth of what one may take."""
NODES = 4000
P = "PREFIX : <https://example.org/> "
DEEP = 5000

ENDLESS = {
    "cross product of three": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product of six": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
    "cross product, distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product in ASK": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = 1) }",
    "cross product in CONSTRUCT": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product in DESCRIBE": "DESCRIBE ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product through UNION": "SELECT * { { ?a ?b ?c } UNION { ?d ?e ?f } ?g ?h ?i . ?j ?k ?l }",
    "cross product through VALUES": "SELECT * { " + " ".join(
        f"VALUES ?v{n} {{ {' '.join(map(str, range(50)))} }}" for n in range(12)
    ) + " }",
    "cross product of subqueries": "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } } "
    "{ SELECT * { ?d ?e ?f } } { SELECT * { ?g ?h ?i } } }",
    "cross product of graphs": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } ?i ?j ?k }",
    "unequal join": "SELECT (COUNT(*) AS ?n) { ?a :n ?x . ?b :n ?y . ?c :n ?z FILTER(?x + ?y < ?z) }",
    "paths from everywhere": "SELECT (COUNT(*) AS ?n) { ?a :to+ ?b . ?b :to+ ?c }",
    "path of anything": "SELECT (COUNT(*) AS ?n) { ?a (:to|:from|^:to|^:from|!:none)* ?b }",
    "path within path": "SELECT (COUNT(*) AS ?n) { ?a ((:to*)/(:from*))* ?b }",
    "path of negations": "SELECT (COUNT(*) AS ?n) { ?a (!:none/!:none)+ ?b . ?b (^!:none)+ ?c }",
    "path zero or one, chained": "SELECT (COUNT(*) AS ?n) { ?a :to?/:to?/:to?/:to?/:to?/:to?/:to?/:to?/:to?/:to? ?b }",
    "path that joins": "SELECT * { ?a :to* ?b . ?b :from* ?c . ?c :to* ?d }",
    "giant sort": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(CONCAT(STR(?a), STR(?f)))",
    "giant sort, one row": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY RAND() LIMIT 1",
    "giant grouping": "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d",
    "grouping by everything": "SELECT ?a ?b ?c ?d ?e ?f { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?b ?c ?d ?e ?f",
    "counting distinct": "SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "flood of GROUP_CONCAT": "SELECT (GROUP_CONCAT(?t; separator='') AS ?x) { ?a :text ?t . ?b :text ?u }",
    "flood of nested GROUP_CONCAT": "SELECT (GROUP_CONCAT(?x) AS ?y) { ?b ?p ?o { SELECT (GROUP_CONCAT(?t) AS ?x) { ?a :text ?t } } }",
    "text that doubles": "SELECT (STRLEN(?x30) AS ?n) { BIND('aaaaaaaaaaaaaaaa' AS ?x0) " + " ".join(
        f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30)
    ) + " }",
    "text that grows by REPLACE": "SELECT (STRLEN(?x6) AS ?n) { BIND('aaaaaaaaaaaa' AS ?x0) " + " ".join(
        f"BIND(REPLACE(?x{n}, 'a', ?x{n}) AS ?x{n + 1})" for n in range(6)
    ) + " }",
    "sample of a flood": "SELECT (SAMPLE(CONCAT(?t, ?u, ?v)) AS ?x) { ?a :text ?t . ?b :text ?u . ?c :text ?v }",
    "nested OPTIONAL": "SELECT * { ?a ?b ?c " + "OPTIONAL { ?d ?e ?f " * 20 + "}" * 20 + " }",
    "chained OPTIONAL": "SELECT * { " + " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(20)) + " }",
    "nested EXISTS": "SELECT * { ?a ?b ?c " + "FILTER NOT EXISTS { ?d ?e ?f FILTER(?f = 'none') " * 8 + "}" * 8 + " }",
    "EXISTS of a product": "SELECT * { ?a ?b ?c FILTER EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?f = ?i && ?d != ?g && ?c = 'none') } }",
    "MINUS of products": "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?h ?i . ?d ?k ?l . ?m ?n ?o } }",
    "regex blow-up": "SELECT * { ?a :text ?t . ?b :text ?u FILTER REGEX(CONCAT(?t, ?u), '^(([a-z])+.)+[A-Z]([a-z])+$') }",
    "regex with huge counts": "SELECT * { ?a :text ?t FILTER REGEX(?t, '((a{1,1000}){1,1000}){1,1000}') }",
    "regex from the data": "SELECT * { ?a :text ?t . ?b :text ?u . ?c :text ?v FILTER REGEX(?t, CONCAT('(', ?u, ')*', ?v)) }",
    "REPLACE blow-up": "SELECT (REPLACE(?t, '(.*)*(.*)*(.*)*b', '$1$1$1') AS ?x) { ?a :text ?t . ?b ?c ?d . ?e ?f ?g }",
    "hashes of a product": "SELECT (COUNT(SHA512(CONCAT(STR(?a), STR(?d)))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "random rows": "SELECT (SUM(RAND()) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "UUIDs without end": "SELECT (COUNT(DISTINCT STRUUID()) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "blank nodes without end": "CONSTRUCT { [] :x [ :y ?a ; :z ?d ] } { ?a ?b ?c . ?d ?e ?f }",
    "decimals that grow": "SELECT (SUM(?x * ?y * 99999999999999999.9) AS ?n) { ?a :n ?x . ?b :n ?y . ?c :n ?z }",
    "skip without end": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 999999999999 LIMIT 1",
    "huge limit": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 999999999999",
    "large answer": "SELECT * { ?a ?b ?c . ?d :to ?f }",
    "large answer in Turtle": "CONSTRUCT { ?a :x ?t , ?u } { ?a :text ?t . ?b :text ?u }",
    "triangles": "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c . ?c ?r ?a . ?a ?s ?d . ?d ?t ?e . ?e ?u ?f }",
    "LATERAL": "SELECT * { ?a ?b ?c LATERAL { SELECT * { ?d ?e ?f } ORDER BY RAND() LIMIT 99999 } }",
}  # fmt: skip
"""May run into a limit, or be answered; never longer than their time."""

REFUSED = {
    "braces that overflow a parser": ("ASK" + "{" * DEEP + "}" * DEEP, 400),
    "parentheses that overflow a parser": (f"ASK {{ FILTER({'(' * DEEP}1{')' * DEEP}) }}", 400),
    "brackets that overflow a parser": ("ASK { " + "[ :p " * DEEP + "1" + "]" * DEEP + " }", 400),
    "a chain of additions": ("SELECT (" + "+".join(["1"] * DEEP) + " AS ?x) {}", 400),
    "a chain of negations": ("ASK { FILTER(" + "!" * DEEP + "true) }", 400),
    "a chain of UNION": ("ASK { {} " + "UNION {} " * DEEP + "}", 400),
    "a chain of path steps": ("ASK { ?a " + "/".join([":p"] * DEEP) + " ?b }", 400),
    "unclosed braces": ("ASK {" * DEEP, 400),
    "10 MB of text": ("SELECT ('" + "a" * 10_000_000 + "' AS ?x) {}", 413),
    "no query at all": ("\x00" * 1000, 400),
    "update": ("DELETE WHERE { ?s ?p ?o }", 403),
    "LOAD": ("LOAD <§>", 403),
    "LOAD after a prologue": ("PREFIX a: <§> LOAD SILENT a:b INTO GRAPH a:c", 403),
    "SERVICE": ("SELECT * { SERVICE <§> { ?s ?p ?o } }", 403),
    "SERVICE SILENT": ("SELECT * { SERVICE SILENT <§> { ?s ?p ?o } }", 403),
    "SERVICE without spaces": ("SELECT*{SERVICE<§>{?s ?p ?o}}", 403),
    "SERVICE in a comment's shadow": ("SELECT*{#\rSERVICE#\n<§>{?s ?p ?o}}", 403),
    "SERVICE by a variable": ("SELECT * { VALUES ?s { <§> } SERVICE ?s { ?a ?b ?c } }", 403),
    "SERVICE by escapes": ("SELECT * { \\u0053ERVICE <§> { ?s ?p ?o } }", 403),
    "SERVICE by BASE": ("BASE <§> ASK { SERVICE <> { ?s ?p ?o } }", 403),
    "SERVICE in EXISTS": ("SELECT * { FILTER EXISTS { SERVICE <§> { ?s ?p ?o } } }", 403),
    "SERVICE in ORDER BY": ("SELECT * {} ORDER BY EXISTS { SERVICE <§> { ?s ?p ?o } }", 403),
    "SERVICE in a subquery": ("SELECT * { { SELECT * { SERVICE <§> { ?s ?p ?o } } } }", 403),
    "SERVICE in CONSTRUCT": ("CONSTRUCT { ?s ?p ?o } { SERVICE <§> { ?s ?p ?o } }", 403),
    "SERVICE as a name": ("PREFIX : <§> SELECT*{SERVICE:x{?s ?p ?o}}", 400),
    "SERVICE behind a comparison": (
        "PREFIX : <§> SELECT*{FILTER('a'<'>')SERVICE:x{?s ?p ?o}#'\n}", 400,
    ),
}  # fmt: skip

EMPTY = {
    "FROM a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "FROM the network": "SELECT * FROM <§> { ?s ?p ?o }",
    "FROM NAMED the network": "SELECT * FROM NAMED <§> { GRAPH <§> { ?s ?p ?o } }",
    "GRAPH of the network": "SELECT * { GRAPH <§> { ?s ?p ?o } }",
    "many VALUES": "SELECT * { VALUES ?v { " + " ".join(map(str, range(100_000))) + " } ?v ?p ?o }",
    "many FROM": "SELECT * " + " ".join(f"FROM <http://e/{n}>" for n in range(2000)) + " { ?s ?p ?o }",
}  # fmt: skip
"""Are answered, with nothing."""


def data() -> str:
    """Gives a graph of a few thousand nodes, always the same, in N-Triples."""
    chance = random.Random(7)  # noqa: S311 - the same graph each time
    lines = []
    for node in range(NODES):
        this = f"<https://example.org/{node}>"
        for name in ("to", "from"):
            other = chance.randrange(NODES)
            lines.append(f"{this} <https://example.org/{name}> <https://example.org/{other}> .")
        text = "".join(chance.choices("ab", k=40))
        lines.append(f'{this} <https://example.org/text> "{text}" .')
        number = f'"{chance.randrange(999)}"^^<http://www.w3.org/2001/XMLSchema#integer>'
        lines.append(f"{this} <https://example.org/n> {number} .")
    return "\n".join(lines)


def ask(site: Site, query: str, accept: str = "*/*", **more: str) -> tuple[int, bytes, float]:
    """Return status, body and seconds of a query."""
    started = time.monotonic()
    reply = site.ask(query, accept, **more)
    return reply.status, reply.body, time.monotonic() - started


def processes(site: Site) -> list[int]:
    """Return every process of a server."""
    return [site.process.pid, *descendants(site.process.pid)]


def memory(site: Site) -> int:
    """Return the bytes of its processes in memory; what they share counts once."""
    total = 0
    for pid in processes(site):
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def work(site: Site) -> float:
    """Return the seconds of processor time that its living processes have taken."""
    total = 0
    for pid in processes(site):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """Gives a server with small limits over that graph."""
    with serving(tmp_path_factory.mktemp("hostile"), data(), SETTINGS) as running:
        yield running


@pytest.fixture
def unharmed(site, listener) -> Iterator[None]:
    """Holds that afterwards nothing runs on, memory is back, and nobody outside was called."""
    site.ask("ASK {}")
    before = memory(site)
    yield
    reply = site.ask("ASK {}", "application/sparql-results+json")
    assert (reply.status, reply.body) == (200, b'{"head":{},"boolean":true}')
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:  # what was killed is gone when its parent has seen it
        done = work(site)
        time.sleep(0.2)
        if work(site) - done <= 0.05 and memory(site) - before < KEPT:
            break
    else:
        pytest.fail(f"{memory(site) - before} bytes and {work(site) - done} s stay in use")
    assert listener.calls == 0


def test_there_are_many():
    """There are at least sixty."""
    assert len(ENDLESS) + len(REFUSED) + len(EMPTY) >= 60


@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS.keys())
@pytest.mark.usefixtures("unharmed")
def test_a_query_ends_in_its_time(site, query):
    """It is answered whole, or stopped by a limit that the problem names; never longer."""
    status, body, seconds = ask(site, P + query)
    assert seconds < SECONDS + 0.5
    if status == 200:
        assert body
    else:
        problem = json.loads(body)
        assert (status, problem["status"]) == (422, 422), problem
        assert problem["limit"] in ("time", "memory", "size")
        assert problem["allowed"] == {
            "time": SECONDS, "memory": 256 * 2**20, "size": 4 * 2**20,
        }[problem["limit"]]  # fmt: skip
        assert problem["spent"] <= seconds


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(("query", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_what_must_not_run_is_refused(site, listener, query, status):
    """It is refused at once, and calls nobody."""
    assert ask(site, (P if ":p" in query else "") + query.replace("§", listener.url))[0] == status


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("query", EMPTY.values(), ids=EMPTY.keys())
def test_a_dataset_from_elsewhere_is_empty(site, listener, query):
    """Graphs that are not in the release hold nothing; they are not fetched."""
    status, body, seconds = ask(site, query.replace("§", listener.url), "text/csv")
    assert (status, body.count(b"\n")) == (200, 1)
    assert seconds < SECONDS + 0.5


class TestTheClientsOwnTime:
    LONG = ENDLESS["cross product of three"]

    def test_may_be_shorter(self, site):
        """`timeout=` shortens the time of a query."""
        status, body, seconds = ask(site, self.LONG, timeout="0.3")
        assert (status, json.loads(body)["allowed"]) == (422, 0.3)
        assert seconds < 0.8

    def test_may_be_longer_up_to_the_ceiling(self, site):
        """It lengthens the time as far as the operator allows, and no further."""
        status, body, seconds = ask(site, self.LONG, timeout="3600")
        assert (status, json.loads(body)["allowed"]) == (422, 2)
        assert 2 <= seconds < 2.5
