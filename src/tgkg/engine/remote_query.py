"""What goes to an endpoint elsewhere: the text of a query, checked, its terms and its graphs."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pyoxigraph import Literal, Variable

from tgkg.engine.guard import TOKEN, UPDATE_REFUSED, is_update, keywords, refuse_forbidden
from tgkg.engine.named_blanks import NamedBlanks
from tgkg.engine.port import Dataset, QueryRequest, Term
from tgkg.engine.syntax import check_syntax
from tgkg.engine.syntax_errors import explained
from tgkg.errors import BadRequestError, EngineError, ForbiddenError

LONGEST_TEXT: Final = 1024 * 1024
"""Characters of a query that is sent on: it is read here first, in the web server."""


class Form(Enum):
    """What a query asks for (SPARQL 1.1 Query, section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_triples(self) -> bool:
        """Whether the answer is RDF, and not a table or a truth value."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True, slots=True)
class RemoteQuery:
    """A query that may be sent."""

    text: str
    form: Form
    names_graphs: bool
    """Whether it has a FROM of its own."""


def prepared(request: QueryRequest, services: AbstractSet[str], blanks: NamedBlanks) -> RemoteQuery:
    """Check a query as the embedded engine would, and bind its variables.

    Raises:
        QuerySyntaxError: it is not one query of standard SPARQL: no product's own extension of
            the grammar gets through, as it could reach files or the network.
        ForbiddenError: an update, or a call to elsewhere.
        BadRequestError: it is too long or too deep.
        EngineError: a term cannot be sent.
    """
    query = request.query
    if len(query) > LONGEST_TEXT:
        raise BadRequestError(f"The query is longer than {LONGEST_TEXT} characters.")
    try:
        refuse_forbidden(query, services)
        check_syntax(query)
    except SyntaxError as error:
        if is_update(query):
            raise ForbiddenError(UPDATE_REFUSED) from error
        raise explained(query, str(error)) from error
    words = tuple(keywords(query))
    form = next(Form(word) for word in words if word in Form.__members__)
    terms = {name: blanks.named(term) for name, term in request.bindings.items()}
    text = bound(query, form, terms) if terms else query
    if request.base and not _stands_alone(query):
        text = f"BASE <{request.base}> {text}"
    names_graphs = any("FROM" in word for word in words)
    if names_graphs and request.dataset is not None:  # the request's replace them: not everywhere
        text, names_graphs = _without_graphs(text), False
    return RemoteQuery(text, form, names_graphs)


def _stands_alone(query: str) -> bool:
    """Tell whether a query has no relative IRI, or a BASE for those that it has."""
    try:
        check_syntax(query, base=None)
    except SyntaxError:
        return False
    return True


def bound(query: str, form: Form, bindings: Mapping[str, Term]) -> str:
    """Return a SELECT query that finds only what agrees with the bindings.

    They become a VALUES block at the head of its pattern, so that the store starts from them.

    Raises:
        EngineError: it is another form, or a term means nothing elsewhere.
    """
    if form is not Form.SELECT:
        raise EngineError("Only the variables of a SELECT query can be bound over a connection.")
    variables = {match.group()[1:] for match in TOKEN.finditer(query) if match.group()[0] in "?$"}
    if unknown := bindings.keys() - variables:
        raise EngineError(f"The query has no variable {' or '.join(sorted(unknown))}.")
    names = " ".join(str(Variable(name)) for name in bindings)
    values = f"VALUES ({names}) {{ ({' '.join(map(_written, bindings.values()))}) }}"
    start, end, is_subquery = _pattern(query)
    if is_subquery:  # its braces hold nothing else: SPARQL 1.1 Query, rule 53
        return f"{query[:start]}{{ {values} {query[start:end]} }}{query[end:]}"
    return f"{query[: start + 1]} {values} {query[start + 1 :]}"


def _without_graphs(query: str) -> str:
    """Return a query without its FROM clauses (SPARQL 1.1 Query, rule 13)."""
    kept, end, is_clause = [], 0, False
    for match in TOKEN.finditer(query):
        mark = match.group()
        if match.lastgroup == "word" and mark.upper().startswith("FROM"):
            kept.append(query[end : match.start()])
            is_clause = True
        elif is_clause and (match.lastgroup == "name" or mark.startswith("<")):
            end, is_clause = match.end(), False
        elif mark == "{":
            break
    return " ".join([*kept, query[end:]])


def _pattern(query: str) -> tuple[int, int, bool]:
    """Return where the pattern of a SELECT begins and ends, and whether it is a subquery."""
    depth = braces = 0
    start, is_subquery = -1, False
    for match in TOKEN.finditer(query):
        mark = match.group()
        if start < 0 and match.lastgroup == "other":
            depth += (mark == "(") - (mark == ")")  # EXISTS { } in an expression is no pattern
        if start < 0 and not (mark == "{" and depth == 0):
            continue
        if start < 0:
            start = match.start()
        elif braces == 1 and match.lastgroup == "word" and mark.upper().startswith("SELECT"):
            is_subquery = True
        braces += (mark == "{") - (mark == "}")
        if braces == 0:
            return start, match.end(), is_subquery
    raise EngineError("The query has no pattern to bind variables in.")


def _written(term: Term) -> str:
    text = str(term)
    if isinstance(term, Literal) and ("\\\\u" in text or "\\\\U" in text):
        # A store that decodes \u before it reads strings (SPARQL 1.1 Query, section 19.2) would
        # see an escape where there is none.
        raise EngineError("A text with a backslash before a u cannot be sent safely.")
    return text


def graph_fields(dataset: Dataset | None, nothing: str) -> tuple[tuple[str, str], ...]:
    """Return the fields that name the graphs of a query (SPARQL 1.1 Protocol, section 2.1.4).

    None where the query names its own. An empty side is spelled out as `nothing`, a graph that
    is not there: products differ on what silence means.
    """
    if dataset is None:
        return ()
    return (
        *(("default-graph-uri", each) for each in dataset.default or (nothing,)),
        *(("named-graph-uri", each) for each in dataset.named or (nothing,)),
    )
