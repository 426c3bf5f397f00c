"""Merges the graphs that a query names as its default graph, where the engine only adds them up.

Oxigraph returns a triple once for each of these graphs that holds it. The default graph is their
merge (SPARQL 1.1 Query, section 13.2; Protocol, section 2.1.4), in which a triple is once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from tgkg.engine.guard import TOKEN
from tgkg.engine.port import Dataset, QueryRequest
from tgkg.engine.stores import Stores

_SEVERAL: Final = 2
_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a query is asked of: a store, and its graphs there; None for what the query says."""

    store: ox.Store
    default: Sequence[ox.NamedNode | ox.DefaultGraph] | None
    named: Sequence[ox.NamedNode] | None


def chosen(stores: Stores, request: QueryRequest) -> Chosen:
    """Return the dataset of a request, or else of its query, with its default graph merged.

    Nothing is copied unless the default graph is several graphs that share a triple, and not all
    graphs, whose merge the store has: then it takes time in proportion to their size.
    """
    store = stores.whole
    dataset = request.dataset or _named_by(store, request.query)
    if dataset is None:
        return Chosen(store if _may_name_graphs(request.query) else stores.union, None, None)
    default = [ox.NamedNode(graph) for graph in dict.fromkeys(dataset.default)]
    named = [ox.NamedNode(graph) for graph in dataset.named]
    if len(default) >= _SEVERAL and set(store.named_graphs()) <= {*default}:
        return Chosen(store, [ox.DefaultGraph()], named)
    if len(default) < _SEVERAL or not _overlap(store, default):
        return Chosen(store, default, named)
    merged = ox.Store()
    for graph in default:
        merged.bulk_extend(_in_default(store, graph))
    for graph in named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return Chosen(merged, [ox.DefaultGraph()], named)


def clauses(query: str) -> Iterator[tuple[str, bool]]:
    """Yield the graphs of the FROM clauses as they are written, and whether each is NAMED."""
    depth, is_clause, is_named = 0, False, False
    for match in TOKEN.finditer(query):
        mark = match.group()
        word = mark.upper() if match.lastgroup == "word" else ""
        depth += (mark == "{") - (mark == "}")
        if depth:
            continue
        if word == "FROM":
            is_clause, is_named = True, False
        elif is_clause and word == "NAMED":
            is_named = True
        elif is_clause and (match.lastgroup == "name" or mark.startswith("<")):
            yield mark, is_named
            is_clause = False


def _may_name_graphs(query: str) -> bool:
    """Tell whether a query may have GRAPH or FROM; a name that holds the word counts too."""
    text = query.lower()
    return "graph" in text or "from" in text or "\\" in text


def _named_by(store: ox.Store, query: str) -> Dataset | None:
    """Return the dataset of a query with several FROM clauses; the parser resolves their names."""
    if "from" not in query.lower():
        return None
    found = list(clauses(query))
    default = [graph for graph, is_named in found if not is_named]
    if len(default) < _SEVERAL:
        return None
    named = [graph for graph, is_named in found if is_named]
    prologue = _prologue(query)
    return Dataset(_resolved(store, prologue, default), _resolved(store, prologue, named))


def _resolved(store: ox.Store, prologue: str, graphs: Sequence[str]) -> tuple[str, ...]:
    """Return those of the graphs that there are, by their full names."""
    if not graphs:
        return ()
    named = " ".join(f"FROM NAMED {graph}" for graph in graphs)
    found = store.query(f"{prologue} SELECT ?g {named} {{ GRAPH ?g {{}} }}")
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - for the type checker
    return tuple(solution["g"].value for solution in found)


def _prologue(query: str) -> str:
    for match in TOKEN.finditer(query):
        if match.lastgroup == "word" and match.group().upper() in _FORMS:
            return query[: match.start()]
    return ""


def _overlap(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> bool:
    names = " ".join(map(str, graphs))
    return bool(
        store.query(
            f"ASK {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} "
            f"VALUES ?h {{ {names} }} GRAPH ?h {{ ?s ?p ?o }} FILTER(STR(?g) < STR(?h)) }}"
        )
    )


def _in_default(store: ox.Store, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    for quad in store.quads_for_pattern(None, None, None, graph):
        yield ox.Quad(quad.subject, quad.predicate, quad.object)
