"""The small graph that the tests of clients ask about, and where it is found as RDF."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from products.ours import serving

BASE = "http://example.org/"
A, B = f"{BASE}id/a", f"{BASE}id/b"
SIZE, LABEL = f"{BASE}def/size", "http://www.w3.org/2000/01/rdf-schema#label"
TRIG = f"""
<{BASE}g/one> {{ <{A}> <{LABEL}> "één"@nl , "one, \\"1\\""@en ; <{SIZE}> 3 . }}
<{BASE}g/two> {{ <{B}> <{LABEL}> "b" ; <{SIZE}> 4.5 . }}
"""
TRIPLES = 5
SELECT = f"SELECT ?s ?size {{ ?s <{SIZE}> ?size }} ORDER BY ?s"
IN_ITS_GRAPH = f"SELECT * {{ GRAPH ?g {{ ?s <{SIZE}> 3 }} }}"
ASK = f"ASK {{ <{A}> ?p 3 }}"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
DESCRIBE = f"DESCRIBE <{A}>"
RDF_PLACES = (
    "id/a",
    "doc/a",
    "doc/a.ttl",
    f"resource?iri={quote(A)}",
    "dumps/small",
    "dumps/small.ttl",
    "graphs?default",
    f"graphs?graph={quote(BASE)}g/one",
    f"sparql?query={quote(CONSTRUCT)}",
    f"sparql?query={quote(DESCRIBE)}",
    "sparql",
)
"""Where a client that lists RDF in any sensible way must get RDF."""


@contextmanager
def serving_small(folder: Path) -> Iterator[str]:
    """Serve the graph, and give the address of the home page, which ends in `/`."""
    with serving(folder, TRIG, f'name = "small"\nbase = "{BASE}"\n') as site:
        yield site.address
