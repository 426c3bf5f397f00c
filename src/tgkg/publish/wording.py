"""Words for results whose shapes have none, whichever engine found them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from tgkg.iris import SH, XSD
from tgkg.publish.graph_index import Term
from tgkg.publish.shacl_engine import Finding
from tgkg.publish.shapes import Shapes

_COMPONENT: Final = "ConstraintComponent"
_PLAIN: Final = frozenset(XSD + name for name in ("integer", "decimal", "boolean"))
_MOST_VALUES: Final = 5


def worded(findings: Iterable[Finding], shapes: Shapes) -> Iterator[Finding]:
    """Yield the findings, each with a message: where there is none, the constraint that it breaks.

    That is in English, as the parameters of SHACL are.
    """
    for finding in findings:
        yield (
            finding
            if finding.messages
            else replace(finding, messages={"en": _constraint(finding, shapes)})
        )


def _constraint(finding: Finding, shapes: Shapes) -> str:
    name = finding.component.removeprefix(SH).removesuffix(_COMPONENT)
    if not finding.component.startswith(SH) or not name:
        return f"This breaks the constraint component <{finding.component}> of the shape."
    parameter = name[0].lower() + name[1:] if name != "SPARQL" else "sparql"
    values = [
        each
        for value in shapes.objects(finding.shape, SH + parameter)
        for each in (list(shapes.items(value)) or [value])
    ]
    said = [_written(value) for value in values if not isinstance(value, ox.BlankNode)]
    more = ["…"] if len(said) > _MOST_VALUES else []
    return f"This breaks {' '.join([f'sh:{parameter}', *said[:_MOST_VALUES], *more])} of the shape."


def _written(value: Term) -> str:
    if isinstance(value, ox.Literal) and value.datatype.value in _PLAIN:
        return value.value
    return str(value)
