"""Runs a test: asks the server its query, and holds the answer against W3C's."""

import re
from pathlib import PurePosixPath

from conformance.answers import TRUTH, Answer, read
from conformance.comparison import same
from conformance.manifests import Case, Suite
from conformance.serving import Server, dataset_of, literals_of, query_of
from raw_http import Reply

OK, BAD_REQUEST, NOT_ACCEPTABLE = 200, 400, 406
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
LIMITED = ("application/ld+json", "application/rdf+xml")
"""Cannot hold every graph: an answer that they would change is refused, which is as good."""
RDF = ("text/turtle", "application/n-triples", *LIMITED)
IN_ORDER = re.compile(r"ORDER\s+BY[^}]*\Z", re.IGNORECASE)
"""Sorted by the query itself, not by a subquery."""
COMPUTED = re.compile(r"\b(AVG|SUM)\s*\(", re.IGNORECASE)
"""Gives numbers that only happen to be in the data too."""


class MismatchError(AssertionError):
    """The server did not do what the test asks."""


def run(case: Case, suite: Suite, server: Server) -> None:
    """Run a test of a query's syntax or evaluation.

    The address of its file is a query's base IRI (RFC 3986, section 5.1.3): as a request cannot
    say that, the query itself does.

    Raises:
        MismatchError: saying what is wrong.
    """
    query = f"BASE <{case.query}>\n{query_of(suite, case)}"
    if case.is_evaluation:
        _evaluate(case, query, suite, server)
        return
    reply = server.query(query, f"{JSON}, {RDF[0]}", *dataset_of(suite, case))
    wanted = BAD_REQUEST if case.kind.startswith("Negative") else OK
    if reply.status != wanted:
        raise MismatchError(f"the status is {reply.status}, not {wanted}: {reply.body.decode()}")


def _evaluate(case: Case, query: str, suite: Suite, server: Server) -> None:
    kind = PurePosixPath(case.result).suffix[1:]
    expected = read(suite.path(case.result).read_bytes(), kind, case.result)
    ordered = expected.ordered or bool(IN_ORDER.search(query))
    written = frozenset() if COMPUTED.search(query) else literals_of(suite, case)
    default, named = dataset_of(suite, case)
    for media_type in _asked(expected, kind):
        reply = server.query(query, media_type, default, named)
        if reply.status == NOT_ACCEPTABLE and media_type in LIMITED:
            continue
        found = _answer(reply, media_type)
        if not same(expected, found, written, ordered=ordered, lax=case.lax):
            raise MismatchError(f"in {media_type}:\n{found}\nis not\n{expected}")


def _asked(expected: Answer, kind: str) -> tuple[str, ...]:
    """Return the formats to ask for: all that say as much as the result.

    CSV says less, so it is asked where the result is CSV; TSV has no way to answer ASK.
    """
    if expected.is_graph:
        return RDF
    if kind == "csv":
        return (CSV,)
    return (JSON, XML) if expected.columns == {TRUTH} else (JSON, XML, TSV)


def _answer(reply: Reply, media_type: str) -> Answer:
    if reply.status != OK:
        raise MismatchError(f"the status is {reply.status}: {reply.body.decode()}")
    found = reply.headers.get_content_type()
    if found != media_type:
        raise MismatchError(f"the answer is {found}, not {media_type}")
    return read(reply.body, media_type)
