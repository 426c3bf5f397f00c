"""Which names the graph knows: to tell an extension from a name with a dot."""

from collections.abc import Iterable
from typing import Final

from tgkg.web.asking import inline, rows
from tgkg.web.current import Published

_EXISTING: Final = """
SELECT ?s {
  VALUES ?s { %s }
  FILTER(EXISTS { ?s ?p ?o } || EXISTS { ?x ?y ?s })
}
"""


def existing(published: Published, iris: Iterable[str]) -> frozenset[str]:
    """Return those that the graph says anything about, or that name a part of it."""
    wanted = tuple(dict.fromkeys(iris))
    counts = published.release.manifest.counts
    known = {iri for iri in wanted if iri in counts.graphs or iri in counts.properties}
    if unsure := [iri for iri in wanted if iri not in known]:
        known |= {row["s"].value for row in rows(published.engine, _EXISTING % inline(unsure))}
    return frozenset(known)
