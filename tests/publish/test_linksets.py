"""Linksets: what leads outside, counted once, by property and by where to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.catalog.linkset import Linkset
from tgkg.iris import RDF, UNNAMED_BASE, XSD
from tgkg.publish.linksets import MOST_SPACES, linksets

BASE = "https://example.org/g/"
SEE = "https://example.org/see"


def counted(folder: Path, *lines: str, base: str = BASE) -> tuple[Linkset, ...]:
    """Counts in sorted lines, as a release holds them."""
    data = folder / "g.nq"
    data.write_text("".join(f"{line} .\n" for line in sorted(set(lines))))
    return linksets(data, base)


def link(subject: str, value: str, predicate: str = SEE, graph: str = "") -> str:
    """Writes a statement; names without a scheme are the graph's own."""
    names = [name if ":" in name else BASE + name for name in (subject, predicate, value)]
    return " ".join(f"<{name}>" for name in (*names, *([graph] if graph else [])))


@pytest.mark.parametrize(
    "line",
    [
        link("a", "b"),
        link("https://elsewhere.org/a", "https://elsewhere.org/b"),
        link("a", "https://elsewhere.org/Class", RDF + "type"),
        link("a", XSD + "date"),
        link("a", "urn:x:y"),
        f'<{BASE}a> <{SEE}> "https://elsewhere.org/b"',
        f"<{BASE}a> <{SEE}> _:c14n0",
        f"_:c14n0 <{SEE}> <https://elsewhere.org/b>",
    ],
)
def test_what_leads_nowhere_outside_is_no_link(tmp_path, line):
    """Own names, types, words of RDF, texts and what has no name do not count."""
    assert counted(tmp_path, line) == ()


def test_links_are_counted_by_property_and_space(tmp_path):
    """A triple in several graphs counts once."""
    found = counted(
        tmp_path,
        link("a", "http://one.org/x#1"),
        link("a", "http://one.org/x#2"),
        link("b", "http://one.org/x#2", graph="urn:g"),
        link("b", "http://one.org/x#2", graph="urn:h"),
        link("b", "http://one.org/y/2", "https://example.org/other"),
    )
    assert found == (
        Linkset(SEE, "http://one.org/x#", 3),
        Linkset("https://example.org/other", "http://one.org/y/", 1),
    )


def test_a_host_of_many_pages_is_one_space(tmp_path):
    """Where each page would be a space of its own, the host is."""
    few = [link("a", f"http://few.org/{n}/") for n in range(MOST_SPACES)]
    many = [link("a", f"http://many.org/{n}/") for n in range(MOST_SPACES + 1)]
    spaces = {each.space: each.triples for each in counted(tmp_path, *few, *many)}
    assert spaces.pop("http://many.org/") == MOST_SPACES + 1
    assert len(spaces) == MOST_SPACES


def test_without_a_base_nothing_is_said(tmp_path):
    """Nobody knows then which names are the graph's own."""
    line = link("a", "http://one.org/x")
    assert counted(tmp_path, line, base=UNNAMED_BASE) == ()


@given(pairs=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 99))))
def test_every_link_is_in_one_linkset(tmp_path_factory, pairs):
    """Whatever leads where, the numbers add up to all of it."""
    lines = [link(f"s{s}", f"http://h{o % 7}.org/{o % 13}/{o}") for s, o in pairs]
    found = counted(tmp_path_factory.mktemp("links"), *lines)
    assert sum(each.triples for each in found) == len(pairs)
