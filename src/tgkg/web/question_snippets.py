"""The few lines that get the answer to a question into another program."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines to copy; `name` is what they are for."""

    name: str
    text: str


def snippets(address: str, slug: str) -> tuple[Snippet, ...]:
    """Return what gets the CSV at an absolute address; each is a whole program."""
    url = address.replace("'", "%27").replace('"', "%22")
    file = re.sub(r"[^A-Za-z0-9-]", "-", slug.rpartition("/")[2]).strip("-") or "answer"
    return (
        Snippet("curl", f"curl --fail --output {file}.csv '{url}'\n"),
        Snippet(
            "Python",
            "import csv, io, urllib.request\n\n"
            f'with urllib.request.urlopen("{url}") as answer:\n'
            '    text = io.TextIOWrapper(answer, encoding="utf-8-sig", newline="")\n'
            "    rows = list(csv.DictReader(text))\n\n"
            "for row in rows:\n"
            "    print(row)\n",
        ),
        Snippet(
            "Python (pandas)",
            f'import pandas\n\ntable = pandas.read_csv("{url}")\nprint(table)\n',
        ),
        Snippet("R", f'table <- read.csv("{url}", fileEncoding = "UTF-8-BOM")\nprint(table)\n'),
    )
