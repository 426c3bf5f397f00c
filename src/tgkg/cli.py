"""The commands that bring sources to readers. Each parses, makes its calls and reports."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import click

from tgkg.errors import QuerySyntaxError, TgkgError
from tgkg.options import EXIT_CODES, PATHS, QUIET, STATE
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


for command in (serve, releases, diff, verify, rollback, prune):
    cli.add_command(command)


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "ttl"]), default="text",
    help="How to print the report: for people, as JSON, or as a SHACL report in Turtle.",
)  # fmt: skip
@QUIET
def check(paths: tuple[Path, ...], form: str, quiet: bool) -> int:
    """Read and validate the sources; publish nothing.

    For every problem: file and line, and for a validation result the focus node, path, value
    and what to do. A result's line is where the block of its focus node starts.
    """
    from tgkg.commands import chosen_paths
    from tgkg.publish.examine import check as find_problems
    from tgkg.terminal import Terminal

    terminal = Terminal(quiet=quiet)
    report = find_problems(chosen_paths(paths), terminal.progress)
    terminal.report(report, form)
    return report.exit_code


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option(
    "--allow", "reason", metavar="REASON",
    help="Publish although shapes are broken, and show this reason on every page.",
)  # fmt: skip
@STATE
@QUIET
def build(paths: tuple[Path, ...], reason: str | None, state: Path | None, quiet: bool) -> int:
    """Make a release of valid sources; otherwise change nothing.

    A release is a folder named by its content: the canonical data, a dump in every format
    (plain, gzip, zstd), the validation report and a manifest with checksums.
    """
    from tgkg.commands import chosen_paths, state_of
    from tgkg.publish.build import build as make_release
    from tgkg.terminal import Terminal

    if reason is not None and not reason.strip():
        raise click.UsageError("--allow needs a reason: readers of the site will see it.")
    terminal, chosen = Terminal(quiet=quiet), chosen_paths(paths)
    outcome = make_release(chosen, state_of(chosen, state), terminal.progress, reason)
    terminal.outcome(outcome)
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


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option(
    "--to", "url", required=True, metavar="URL", help="Where the store answers SPARQL queries."
)
@click.option(
    "--graph-store", "graphs", metavar="URL",
    help="Where it takes graphs (Graph Store Protocol).  [default: as the product has it]",
)  # fmt: skip
@click.option(
    "--update", metavar="URL",
    help="Where it takes SPARQL Update.  [default: as the product has it]",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would change there; change nothing.")
@click.option("--anew", is_flag=True, help="Send all of it, even where this release is there.")
@STATE
@QUIET
def push(
    paths: tuple[Path, ...], state: Path | None, quiet: bool, dry_run: bool, anew: bool, **to: str
) -> int:
    """Bring the release to a store elsewhere, for a site with engine = "URL".

    It waits there in staging graphs, is compared, and takes the place of the last one by a single
    update. Interrupted, run it again: what has arrived is not sent twice.

    \b
    Examples:
      tgkg push --to http://localhost:8890/sparql                    Virtuoso
      tgkg push --to http://localhost:3030/ds/sparql                 Fuseki
      tgkg push --to http://localhost:7200/repositories/graph        GraphDB
      tgkg push --to http://localhost:7878/query                     Oxigraph server
      tgkg push my-graph/ --to https://example.org/sparql \\
          --graph-store https://example.org/graphs --update https://example.org/update

    The name and password come from TGKG_ENGINE_USER and TGKG_ENGINE_PASSWORD; Basic or Digest,
    as the store asks. Builds a release first when there is none or the sources changed.
    """
    from tgkg.commands import chosen_paths, pushed, state_of
    from tgkg.publish.build import build_if_changed
    from tgkg.push.store import Target
    from tgkg.terminal import Terminal

    terminal, chosen, target = Terminal(quiet=quiet), chosen_paths(paths), Target(**to)
    outcome = build_if_changed(chosen, state_of(chosen, state), terminal.progress)
    terminal.outcome(outcome)
    if outcome.release is None or outcome.exit_code:
        return outcome.exit_code
    try:
        done = pushed(outcome.release, target, terminal.progress, dry_run=dry_run, anew=anew)
    except KeyboardInterrupt:
        click.echo("Run the same push again: it goes on where it was.", err=True)
        raise
    terminal.pushed(target.url, done)
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
