"""What an editor of our graph breaks, and where and how the check says it is mended."""

from typing import NamedTuple

import pytest

from tgkg.publish.examine import check

pytestmark = pytest.mark.system

FIGURES = "data/facts-and-figures/figures.ttl"
INFOGRAPHIC = "data/facts-and-figures/programmes.ttl"
ASSOCIATION = "data/nvvtg-about/programmes.ttl"
EDITORS = "data/editorial/programmes.ttl"


class Breakage(NamedTuple):
    """An edit of one file, and the block and the advice that the check must come up with."""

    what: str
    file: str
    old: str
    new: str
    block: str
    advice: str


BREAKAGES = (
    Breakage(
        "a missing unit",
        FIGURES,
        "    sdmx-attribute:unitMeasure unit:person ;\n",
        "",
        "figure:first-years-2020-both-bachelors",
        "Give each figure exactly one sdmx-attribute:unitMeasure",
    ),
    Breakage(
        "a missing source",
        FIGURES,
        "    prov:wasDerivedFrom passage:ff-first-years-total ;\n",
        "",
        "figure:first-years-2020-both-bachelors",
        "Point by prov:wasDerivedFrom to the passage",
    ),
    Breakage(
        "a missing period",
        FIGURES,
        "    sdmx-dimension:refPeriod period:2020 ;\n",
        "",
        "figure:first-years-2020-both-bachelors",
        "where the source names none, period:not-stated",
    ),
    Breakage(
        "a wrong code",
        FIGURES,
        "def:reading reading:stated",
        "def:reading reading:certain",
        "figure:first-years-2020-both-bachelors",
        "Choose reading:stated, reading:adjacent or reading:inferred",
    ),
    Breakage(
        "a dangling link",
        FIGURES,
        "def:population population:first-years-both-bachelors",
        "def:population population:first-years-both",
        "figure:first-years-2020-both-bachelors",
        "describe a new population in",
    ),
    Breakage(
        "a number as text",
        FIGURES,
        "sdmx-measure:obsValue 250",
        'sdmx-measure:obsValue "250"',
        "figure:first-years-2020-both-bachelors",
        "Write one whole number of 0 or more, without quotation marks",
    ),
    Breakage(
        "a total that is not its parts",
        FIGURES,
        "sdmx-measure:obsValue 250",
        "sdmx-measure:obsValue 251",
        "figure:first-years-2020-both-bachelors",
        "The parts do not add up to this total",
    ),
    Breakage(
        "a lower bound as an exact count",
        FIGURES,
        "def:moreThan 565",
        "sdmx-measure:obsValue 565",
        "figure:master-graduates-2021",
        "Give either sdmx-measure:obsValue or def:moreThan",
    ),
    Breakage(
        "a broken literal",
        ASSOCIATION,
        "P3Y",
        "three",
        "programme:bachelor-technische-geneeskunde",
        "Write one duration in whole years or months",
    ),
    Breakage(
        "a language gone",
        EDITORS,
        '"bachelor technische geneeskunde"@nl ,',
        "",
        "programme:bachelor-technische-geneeskunde",
        "in Dutch (@nl) and one in English (@en)",
    ),
    Breakage(
        "a property misspelt",
        INFOGRAPHIC,
        "schema:provider collaboration:",
        "schema:provder collaboration:",
        "programme:bachelor-klinische-technologie",
        "This property does not belong here: mend the spelling",
    ),
    Breakage(
        "a claim about another statement",
        INFOGRAPHIC,
        "rdf:object collaboration:klinische-technologie",
        "rdf:object organisation:leiden-university",
        "claim:ff-bachelor-klinische-technologie-provider",
        "The graph does not hold this statement",
    ),
    Breakage(
        "a statement without its claim",
        INFOGRAPHIC,
        "    schema:provider collaboration:klinische-technologie ;",
        "    schema:provider collaboration:klinische-technologie , organisation:lumc ;",
        "programme:bachelor-klinische-technologie",
        "Give this statement a def:Claim with passage and reading",
    ),
    Breakage(
        "a forgotten semicolon",
        FIGURES,
        "    qb:dataSet table:first-year-students ;\n",
        "    qb:dataSet table:first-year-students \n",
        "    def:population population:first-years-both-bachelors",
        "A dot is expected",
    ),
    Breakage(
        "a prefix gone",
        FIGURES,
        "@prefix unit: <https://w3id.org/tgkg/id/unit/> .\n",
        "",
        "    sdmx-attribute:unitMeasure unit:person",
        "The prefix unit: has not been declared",
    ),
)


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.what)
def test_a_breakage_is_placed_and_explained(copy, breakage):
    """Each breakage ends in the file, the line of the block, and the advice that mends it."""
    file = copy / breakage.file
    text = file.read_text()
    assert breakage.old in text
    broken = text.replace(breakage.old, breakage.new, 1)
    file.write_text(broken)
    line = next(n for n, row in enumerate(broken.splitlines(), 1) if row.startswith(breakage.block))
    report = check([copy], lambda _: None)
    said = {(p.place.file, p.place.line): p.message for p in report.problems}
    for result in report.violations:
        key = (result.place.file, result.place.line)
        said[key] = said.get(key, "") + result.message()
    assert breakage.advice in said.get((breakage.file, line), ""), said


def test_the_graph_as_it_is_has_no_breakage(copy):
    """Unbroken, the copy is publishable: what the other tests see, they have caused."""
    assert check([copy], lambda _: None).publishable
