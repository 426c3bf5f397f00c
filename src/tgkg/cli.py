"""The commands that bring sources to readers. Each parses, makes its calls and reports."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import click

from tgkg.errors import QuerySyntaxError, TgkgError
from tgkg.options import EXIT_CODES, PATHS, QUIET, REPORT, STATE
from tgkg.push_command import push
from tgkg.release_commands import diff, prune, releases, rollback, verify
from tgkg.serve_command import serve


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tgkg", message="%(prog)s %(version)s")
def cli() -> None:
    """Publish a folder of RDF as a knowledge graph: site, SPARQL endpoint and dumps.

    \b
    PATH is a folder with a tgkg.toml, or simply RDF files or a folder of them:
      tgkg serve                       the graph in this folder, or the one that comes along
      tgkg serve my-graph/             a folder of yours
      tgkg serve some.ttl other.nq     somebody else's files, with no configuration

    \b
    From sources to readers:
      check    is everything readable, and does it satisfy the shapes?
      build    freeze what is valid into a release: dumps, report, manifest
      serve    build when the sources changed, then serve pages and queries
      query    ask the release a question from the command line
      push     bring the release to a store elsewhere

    \b
    Among releases:
      releases   which are there, and which is current?
      diff       what changed from one to another?
      verify     is a release still what was written?
      rollback   make an earlier one current again
      prune      remove old ones
    """


for command in (serve, push, releases, diff, verify, rollback, prune):
    cli.add_command(command)


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@REPORT
@QUIET
def check(paths: tuple[Path, ...], form: str, quiet: bool) -> int:
    """Read and validate the sources; publish nothing.

    For every problem: file and line, and for a validation result the focus node, path, value
    and what to do. A result's line is where the block of its focus node starts.
    """
    from tgkg.ci import announce, folder_of
    from tgkg.commands import chosen_paths
    from tgkg.publish.examine import check as find_problems
    from tgkg.terminal import Terminal

    terminal, chosen = Terminal(quiet=quiet), chosen_paths(paths)
    report = find_problems(chosen, terminal.progress)
    terminal.report(report, form, folder_of(chosen, os.environ))
    announce(report, form, chosen, os.environ)
    return report.exit_code


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option(
    "--allow", "reason", metavar="REASON",
    help="Publish although shapes are broken, and show this reason on every page.",
)  # fmt: skip
@REPORT
@STATE
@QUIET
def build(
    paths: tuple[Path, ...], reason: str | None, form: str, state: Path | None, quiet: bool
) -> int:
    """Make a release of valid sources; otherwise change nothing.

    A release is a folder named by its content: the canonical data, a dump in every format
    (plain, gzip, zstd), the validation report and a manifest with checksums.
    """
    from tgkg.ci import announce, folder_of
    from tgkg.commands import chosen_paths, state_of
    from tgkg.publish.build import build as make_release
    from tgkg.terminal import Terminal

    if reason is not None and not reason.strip():
        raise click.UsageError("--allow needs a reason: readers of the site will see it.")
    terminal, chosen = Terminal(quiet=quiet), chosen_paths(paths)
    outcome = make_release(chosen, state_of(chosen, state), terminal.progress, reason)
    terminal.outcome(outcome)
    if outcome.report:
        if form != "text":
            terminal.report(outcome.report, form, folder_of(chosen, os.environ))
        announce(outcome.report, form, chosen, os.environ)
    return outcome.exit_code


@cli.command(epilog=EXIT_CODES)
@click.argument("file", type=click.File("rb"), metavar="FILE|-")
@click.argument("paths", **PATHS)
@click.option(
    "--format", "form", default="table", show_default=True, metavar="FORMAT",
    help="table, json, xml, csv or tsv; for CONSTRUCT and DESCRIBE: ttl, nt, nq, trig, jsonld "
    "or rdf.",
)  # fmt: skip
@STATE
@QUIET
def query(
    file: IO[bytes], paths: tuple[Path, ...], form: str, state: Path | None, quiet: bool
) -> int:
    """Ask the release a SPARQL query, from a FILE or from standard input (-).

    \b
    Example:
      echo 'SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class' | tgkg query -

    Builds a release first when there is none or the sources changed, as serve does.
    """
    from tgkg.commands import answer, chosen_paths, state_of, utf8
    from tgkg.publish.build import build_if_changed
    from tgkg.terminal import Terminal

    terminal, chosen, text = (
        Terminal(quiet=quiet),
        chosen_paths(paths),
        utf8(file.read(), file.name),
    )
    outcome = build_if_changed(chosen, state_of(chosen, state), terminal.progress)
    if outcome.report and not outcome.report.publishable:
        terminal.outcome(outcome)
    if outcome.release is None:
        return outcome.exit_code
    try:
        found = answer(outcome.release, text, form)
    except QuerySyntaxError as error:
        terminal.query_error(text, error)
        return error.exit_code
    (terminal.table if form == "table" else terminal.answer)(found)
    return 0


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(_code(lambda: cli.main(arguments, prog_name="tgkg", standalone_mode=False)))


def _code(command: Callable[[], object]) -> int:
    try:
        code = command()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except TgkgError as error:
        click.secho(f"tgkg: {error}", fg="red", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output is gone; there is nobody to tell
        return 0
    except OSError as error:
        click.secho(f"tgkg: cannot write: {error.strerror or error}.", fg="red", err=True)
        return 1
    return code if isinstance(code, int) else 0
