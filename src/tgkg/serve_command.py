"""The command that serves a graph, and follows its sources while somebody edits them."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from tgkg.options import EXIT_CODES, PATHS, QUIET, STATE


@click.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one.",
)  # fmt: skip
@click.option("--engine", metavar="URL",
    help="The SPARQL endpoint to ask; without PATH, the site is of what it holds.")  # fmt: skip
@click.option("--watch", "watched", is_flag=True,
    help="Publish each edit of the sources at once; open pages follow.")  # fmt: skip
@STATE
@QUIET
def serve(
    paths: tuple[Path, ...], engine: str | None, watched: bool, state: Path | None, **how: Any
) -> int:
    """Serve the graph: pages, SPARQL endpoint, dumps.

    Builds a release first when there is none or the sources changed. When changed sources are
    not valid, the last release is served and the problems are shown, here and on every page.

    With --watch it does so again after each edit, until Ctrl-C. The release of one edit goes when
    the next takes its place; `tgkg build` makes one that stays.
    """
    from tgkg.commands import chosen_paths, to_serve
    from tgkg.publish.noticing import Watch
    from tgkg.server import serve as run
    from tgkg.terminal import Terminal
    from tgkg.watching import watch

    if watched and engine and not paths:
        raise click.UsageError("--watch needs sources to watch: name their PATH.")
    terminal = Terminal(quiet=how["quiet"])
    files = Watch(chosen_paths(paths)) if watched else None  # as they are before they are read
    found = to_serve(paths, engine, state, terminal.progress)
    terminal.outcome(found.outcome)
    if found.outcome.release is None and not files:
        return found.outcome.exit_code
    if found.caution:
        terminal.caution(found.caution)
    releases, quiet = found.outcome.state, how["quiet"]
    beside = partial(watch, chosen_paths(paths), releases, files, quiet=quiet) if files else None
    run(releases, found.operation, beside=beside, **how)
    return 0
