"""How this software does in W3C's tests of SPARQL: a page, and the report as data."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, url_for

from tgkg.formats import HTML, JSON, RDF_FORMATS
from tgkg.iris import RDFS, XSD
from tgkg.serialization import serialize
from tgkg.web.addresses import public_address
from tgkg.web.responses import representation, wanted
from tgkg.web.site import page, reader

blueprint: Final = Blueprint("conformance", __name__)

_REPORT: Final = resources.files("tgkg.web") / "conformance_report"
"""What `make conformance` wrote when this version was made."""

_PREFIXES: Final = {
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "earl": "http://www.w3.org/ns/earl#",
    "rdfs": RDFS,
    "xsd": XSD,
}
_NAMES: Final = {
    "sparql10": "SPARQL 1.0",
    "sparql11": "SPARQL 1.1",
    "sparql12": "SPARQL 1.2",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tests of one suite or section passed, failed or were not run."""

    name: str
    passed: int
    failed: int
    not_run: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why tests failed or were not run, in the reader's language."""

    text: str
    part: str
    """What fails: the `engine` or `tgkg`; nothing where nothing was run."""
    issue: str
    """The address where the engine's makers know of it; may be empty."""
    tests: tuple[Mapping[str, str], ...]
    """Each with its `name` and its W3C `page`."""
    sections: tuple[str, ...]
    """Instead of tests, where these were not at hand."""


@dataclass(frozen=True, slots=True)
class Conformance:
    """Everything on the page."""

    date: str
    software: str
    engine: str
    total: Tally
    suites: tuple[Tally, ...]
    sections: tuple[Tally, ...]
    failed: tuple[Reason, ...]
    not_run: tuple[Reason, ...]
    absent: tuple[Reason, ...]


@blueprint.get("/conformance")
def conformance() -> Response:
    """Show what passes, what fails and why; as RDF in EARL 1.0 (W3C's Schema, section 2)."""
    offered = (HTML, JSON, *RDF_FORMATS)
    fmt = wanted(offered)
    here = url_for(".conformance")
    alternates = {each: url_for(".conformance", format=each.extension) for each in offered}
    if fmt is HTML:
        return page("conformance.html", alternates, page=_gathered(), formats=alternates)
    if fmt is JSON:
        return representation(_text("table.json"), fmt, alternates=alternates)
    quads = ox.parse(_text("earl.ttl"), format=ox.RdfFormat.TURTLE, base_iri=public_address(here))
    return representation(serialize(quads, fmt, _PREFIXES), fmt, alternates=alternates)


def _text(name: str) -> str:
    return (_REPORT / name).read_text(encoding="utf-8")


def _gathered() -> Conformance:
    """Read the table and add it up."""
    read = json.loads(_text("table.json"))
    results = read["results"]
    rows = results["sections"]
    sections = {row["suite"]: _NAMES[row["suite"]] for row in rows}
    reasons = {key: tuple(map(_reason, results[key])) for key in ("failed", "not_run", "absent")}
    return Conformance(
        date=read["date"],
        software=read["software"],
        engine=read["engine"],
        total=_tally("", rows),
        suites=tuple(
            _tally(name, (row for row in rows if row["suite"] == suite))
            for suite, name in sections.items()
        ),
        sections=tuple(
            _tally(f"{sections[row['suite']]}: {row['section']}", [row]) for row in rows
        ),
        **reasons,
    )


def _tally(name: str, rows: Iterable[Mapping[str, Any]]) -> Tally:
    counted = tuple(rows)
    return Tally(
        name, *(sum(row[key] for row in counted) for key in ("passed", "failed", "not_run"))
    )


def _reason(read: Mapping[str, Any]) -> Reason:
    return Reason(
        text=read["reason"][reader().t.language],
        part=read["part"],
        issue=read["issue"],
        tests=tuple(read.get("tests", ())),
        sections=tuple(read.get("sections", ())),
    )
