"""What reading and validating found: one report, whoever made it and however it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from tgkg.errors import Place, Problem


class Severity(StrEnum):
    """How serious a result is (SHACL, section 2.1.4); only a violation stops a release."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL, section 3.6.2); terms are in N-Triples form."""

    focus: str
    component: str
    """IRI of the constraint component."""
    shape: str
    severity: Severity
    path: str | None = None
    """The property path as SPARQL writes it."""
    value: str | None = None
    messages: Mapping[str, str] = field(default_factory=dict)
    """What is wrong and how to mend it, by language tag."""
    place: Place | None = None
    """Where the block of the focus node starts."""
    constraint: str | None = None
    """The constraint, where it is a node of its own in the shapes."""

    def message(self, languages: Iterable[str] = ("en",)) -> str:
        """Return the message in the first of the languages that there is, or in any."""
        return _in_language(self.messages, languages)


@dataclass(frozen=True, slots=True)
class ShapeCount:
    """What a shape was held against: the focus nodes of its targets (SHACL, section 2.1.3)."""

    shape: str
    checked: int
    """How many nodes it judged."""
    passed: int | None
    """How many of them have no result; None where results do not tell, being about values."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What it is called, by language tag."""
    place: Place | None = None
    """Where the shape stands."""

    def name(self, languages: Iterable[str] = ("en",)) -> str:
        """Return the name in the first of the languages that there is, or in any."""
        return _in_language(self.names, languages)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: what could not be read, and what breaks the shapes."""

    problems: tuple[Problem, ...] = ()
    results: tuple[Result, ...] = ()
    shapes: tuple[ShapeCount, ...] = ()
    """The shapes with targets, with how many nodes each judged."""
    validated: bool = True
    """False where there were no shapes, or nothing was readable enough to be validated."""
    notes: tuple[str, ...] = ()
    """What a reader of the report should know besides, such as files passed over."""
    allowed: str | None = None
    """Why it may be published although it breaks the shapes; None where that is no question."""

    @property
    def violations(self) -> tuple[Result, ...]:
        """The results that stop a release."""
        return tuple(result for result in self.results if result.severity is Severity.VIOLATION)

    @property
    def publishable(self) -> bool:
        """Whether a release may be made."""
        return not self.problems and (not self.violations or self.allowed is not None)

    @property
    def checked(self) -> int:
        """How many nodes the shapes judged; one counts for each shape that judges it."""
        return sum(shape.checked for shape in self.shapes)

    @property
    def extent(self) -> str:
        """Say how much was judged, in a sentence."""
        shapes, nodes = len(self.shapes), self.checked
        return (
            f"{shapes:,} shape{'' if shapes == 1 else 's'} checked "
            f"{nodes:,} node{'' if nodes == 1 else 's'}."
        )

    def allowing(self, reason: str | None) -> "Report":
        """Return the report with a reason to publish it; none where nothing stands against it."""
        return replace(self, allowed=reason if self.violations and not self.problems else None)

    @property
    def exit_code(self) -> int:
        """0 when publishable, 1 for violations, 2 for input that cannot be read."""
        if self.problems:
            return 2
        return 0 if self.publishable else 1

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values; `from_json` reads them back."""
        return {
            "publishable": self.publishable,
            "validated": self.validated,
            "problems": [asdict(problem) for problem in self.problems],
            "shapes": [asdict(shape) for shape in self.shapes],
            "results": [asdict(result) for result in self.results],
            "notes": list(self.notes),
            "allowed": self.allowed,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Report":
        """Return the report that `as_json` wrote."""
        return cls(
            problems=tuple(
                Problem(Place(**problem["place"]), problem["message"])
                for problem in values["problems"]
            ),
            results=tuple(_result(result) for result in values["results"]),
            shapes=tuple(_shape(shape) for shape in values.get("shapes", ())),
            validated=values["validated"],
            notes=tuple(values["notes"]),
            allowed=values.get("allowed"),
        )


def _in_language(texts: Mapping[str, str], languages: Iterable[str]) -> str:
    for language in (*languages, "en", "", *texts):
        if language in texts:
            return texts[language]
    return ""


def _shape(values: Mapping[str, Any]) -> ShapeCount:
    place = values["place"]
    return ShapeCount(**{**values, "place": Place(**place) if place else None})


def _result(values: Mapping[str, Any]) -> Result:
    place = values["place"]
    return Result(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "place": Place(**place) if place else None,
        }
    )
