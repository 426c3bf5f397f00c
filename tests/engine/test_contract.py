"""One table of questions, answered alike by every engine; what a product loses is listed.

The table is tests/contract/questions.toml, the list tests/contract/losses.toml.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from products.oxigraph_server import oxigraph
from products.pushed import opener_over, store_in
from products.running import Product
from products.virtuoso import virtuoso

import tgkg.errors
from tgkg.engine.keeper import EngineKeeper
from tgkg.engine.opening import ByProcesses, Engines, in_process
from tgkg.engine.port import Dataset, QueryRequest
from tgkg.formats import N_TRIPLES, SPARQL_JSON
from tgkg.operation import DISK, MEMORY, Operation
from tgkg.publish.build import build
from tgkg.push.pushing import push
from tgkg.release import State

pytestmark = pytest.mark.system

TABLE = Path(__file__).resolve().parent.parent / "contract"
QUESTIONS = tomllib.loads((TABLE / "questions.toml").read_text())["question"]
LOSSES = tomllib.loads((TABLE / "losses.toml").read_text())
PREFIXES = {
    "": "http://e/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> State:
    """Publishes the data that the questions are about."""
    found = State(tmp_path_factory.mktemp("contract"))
    outcome = build([TABLE / "data.trig"], found, lambda _: None)
    assert outcome.release, outcome.report
    return found


@contextmanager
def in_processes(state: State, engine: str) -> Iterator[Engines]:
    """Runs the query processes of a server."""
    operation = Operation(engine=engine)
    with EngineKeeper(state, operation) as keeper:
        engines = ByProcesses(keeper.folder, operation)(state.current())
        yield engines
        engines.close()


def over(product: Product, state: State) -> Engines:
    """Pushes the release to a product, and opens the engine over it."""
    release = state.current()
    assert push(release, store_in(product), lambda _: None).sent
    return opener_over(product)(release)


ENGINES: dict[str, Callable[[ExitStack, State, Path], Engines]] = {
    "memory": lambda _stack, state, _: in_process(state.current()),
    "processes": lambda stack, state, _: stack.enter_context(in_processes(state, MEMORY)),
    "disk": lambda stack, state, _: stack.enter_context(in_processes(state, DISK)),
    "oxigraph": lambda stack, state, folder: over(stack.enter_context(oxigraph(folder)), state),
    "virtuoso": lambda stack, state, folder: over(stack.enter_context(virtuoso(folder)), state),
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, state, tmp_path_factory):
    """Gives each kind of engine over the data, and its name."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("engine")
        yield request.param, ENGINES[request.param](stack, state, folder).public


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["name"])
def test_every_engine_answers_alike(question, engine):
    """The answer is the one in the table, or the loss is listed; a loss that is none is too."""
    name, asked = engine
    losses = LOSSES.get(name, {})
    expected, given = expected_answer(question), answer(asked, question)
    if question["name"] in losses:
        assert given != expected, "this is no loss any more: strike it from losses.toml"
    else:
        assert given == expected


def test_the_losses_are_of_questions_that_are_asked():
    """The list names engines and questions that there are, each with a reason."""
    names = {question["name"] for question in QUESTIONS}
    assert len(names) == len(QUESTIONS)
    assert LOSSES.keys() <= ENGINES.keys()
    for losses in LOSSES.values():
        assert losses.keys() <= names
        assert all(reason.endswith(".") for reason in losses.values())


def answer(engine, question):
    """Gives what an engine answers, in the form of the table."""
    try:
        body = engine.query(request_of(question)).content
    except tgkg.errors.TgkgError as error:
        return type(error).__name__
    if question.get("triples") is not None:
        return sorted(map(str, blind(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))))
    result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    json.loads(body)
    columns = question.get("columns", ())
    rows = [" ".join(written(solution, name) for name in columns) for solution in result]
    return rows if question.get("ordered") else sorted(rows)


def expected_answer(question):
    """Gives the answer in the table."""
    if "error" in question:
        return question["error"]
    if "boolean" in question:
        return question["boolean"]
    if "triples" in question:
        text = "".join(f"{spelled_out(triple)} .\n" for triple in question["triples"])
        return sorted(map(str, blind(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))))
    rows = list(map(spelled_out, question["rows"]))
    return rows if question.get("ordered") else sorted(rows)


def request_of(question) -> QueryRequest:
    """Gives the request of a question."""
    named = None
    if "default" in question or "named" in question:
        named = Dataset(tuple(question.get("default", ())), tuple(question.get("named", ())))
    rdf = None if question.get("formats") == "results" else N_TRIPLES
    bindings = {name: term(text) for name, text in question.get("bindings", {}).items()}
    return QueryRequest(PROLOGUE + question["query"], SPARQL_JSON, rdf, named, bindings)


def term(text: str):
    """Gives the term that is written so in N-Triples."""
    [quad] = ox.parse(f"<a:a> <a:b> {text} .", format=ox.RdfFormat.N_TRIPLES)
    return quad.object


def written(solution, name: str) -> str:
    """Gives a term of a solution as the table writes it."""
    value = solution[name]
    if value is None:
        return "-"
    return "_:b" if isinstance(value, ox.BlankNode) else str(value)


def blind(quads):
    """Yields the triples, any blank node being like any other."""
    for quad in quads:
        subject, thing = (
            ox.BlankNode("b") if isinstance(each, ox.BlankNode) else each
            for each in (quad.subject, quad.object)
        )
        yield ox.Triple(subject, quad.predicate, thing)


def spelled_out(text: str) -> str:
    """Gives a row with whole IRIs in place of prefixed names."""
    return re.sub(
        r"(\^\^|(?<= )|^)(rdf|xsd):(\w+)", lambda m: f"{m[1]}<{PREFIXES[m[2]]}{m[3]}>", text
    )
