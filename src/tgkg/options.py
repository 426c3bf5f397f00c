"""What all commands take, and the codes that they end with."""

from pathlib import Path
from typing import Any, Final

import click

EXIT_CODES: Final = """\b
Exit codes:
  0    done, and nothing is wrong
  1    the data breaks its shapes, a release is damaged, or the work could not be done
  2    input that cannot be read: sources, settings, a query, the command itself
  130  stopped by Ctrl-C while at work; nothing is left half done (a server ends with 0)
"""

PATHS: Final[dict[str, Any]] = {
    "nargs": -1,
    "type": click.Path(path_type=Path),
    "metavar": "[PATH]...",
}
STATE: Final = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for releases.  [default: one per project among the user's state folders]",
)
REPORT: Final = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "ttl", "github", "gitlab", "markdown"]),
    default="text",
    help="How to print the report: for people, as JSON, as a SHACL report in Turtle, as "
    "annotations of GitHub Actions, as GitLab's code quality report, or as a summary in Markdown.",
)
QUIET: Final = click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
