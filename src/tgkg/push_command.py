"""The command that brings a release to a store elsewhere."""

from pathlib import Path

import click

from tgkg.options import EXIT_CODES, PATHS, QUIET, STATE


@click.command(epilog=EXIT_CODES)
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
