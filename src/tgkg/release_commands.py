"""The commands among releases: list, compare, verify, go back, remove."""

import shlex
from pathlib import Path
from typing import Any, Final

import click

from tgkg.options import EXIT_CODES, PATHS, QUIET, STATE

_KEPT: Final = 5

_ID_AND_PATHS: Final[dict[str, Any]] = {"nargs": -1, "metavar": "[ID] [PATH]..."}
"""Which of them is an id, `commands.release_and_paths` tells."""


@click.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How to print the list.",
)  # fmt: skip
@STATE
def releases(paths: tuple[Path, ...], form: str, state: Path | None) -> None:
    """List the releases there are, the newest first.

    Each with its id, when it was made, how many triples it has, its size on disk with the store
    that the engine may have made of it, and whether it is the current one, the previous one (that
    was current before) or does not open, and why.
    """
    from tgkg.commands import state_with_releases
    from tgkg.history import releases as listed
    from tgkg.release_terminal import show_json, show_releases

    folder = state_with_releases(paths, state)
    found = listed(folder)
    if form == "json":
        show_json(found)
    else:
        show_releases(found, folder)


@click.command(epilog=EXIT_CODES)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.argument("paths", **PATHS)
@click.option(
    "--format", "form", type=click.Choice(["text", "patch", "json"]), default="text",
    show_default=True, help="For people, as a patch of N-Quads, or for programs.",
)  # fmt: skip
@STATE
def diff(before: str, after: str, paths: tuple[Path, ...], form: str, state: Path | None) -> None:
    """Show which statements came and went from release A to release B.

    A and B are ids, or their first letters, or the words current and previous.

    \b
    Examples:
      tgkg diff previous current                    by source and by resource
      tgkg diff 3f2a current --format patch         what makes the one of the other

    A patch is lines of canonical N-Quads in their order, each after "D " where it goes and "A "
    where it comes (the letters of RDF Patch). Applied to the N-Quads of A, it gives those of B.
    """
    from tgkg.changes import patch
    from tgkg.commands import state_with_releases
    from tgkg.history import find
    from tgkg.release import Release
    from tgkg.release_terminal import show_changes, show_changes_as_json, show_lines

    folder = state_with_releases(paths, state)
    old, new = (Release.open(find(folder, name)) for name in (before, after))
    if form == "patch":
        show_lines(patch(old, new))
    elif form == "json":
        show_changes_as_json(old, new)
    else:
        show_changes(old, new)


@click.command(epilog=EXIT_CODES)
@click.argument("id_and_paths", **_ID_AND_PATHS)
@STATE
@QUIET
def verify(id_and_paths: tuple[str, ...], state: Path | None, quiet: bool) -> int:
    """Read a release again, and name every file that is not as it was written.

    ID is the id of a release or its first letters, current (the default) or previous; for a
    folder that is named like an id, write ./ before it.

    Compares every file with its checksum in SHA256SUMS, which `sha256sum --check` does too; dumps
    also with size and checksum in the manifest, the data with their hash and their order. A
    damaged release is made anew by `tgkg build`, where its sources are still the same.
    """
    from tgkg.commands import release_and_paths, state_with_releases
    from tgkg.history import CURRENT, find
    from tgkg.integrity import flaws
    from tgkg.release_terminal import show_flaws

    name, paths = release_and_paths(id_and_paths, CURRENT)
    folder = find(state_with_releases(paths, state), name)
    return 1 if show_flaws(folder, flaws(folder), quiet=quiet) else 0


@click.command(epilog=EXIT_CODES)
@click.argument("id_and_paths", **_ID_AND_PATHS)
@STATE
@QUIET
def rollback(id_and_paths: tuple[str, ...], state: Path | None, quiet: bool) -> None:
    """Make an earlier release the current one again.

    ID is the id of a release or its first letters; without it, the one that was current before
    this one: a second rollback comes back. A damaged release is refused. A running site
    takes up the change by itself.

    The sources stay as they are, and count as seen: `tgkg serve` and the other commands go on with
    the release rolled back to until the sources, or tgkg itself, change again; `tgkg build`
    publishes them as they are.
    """
    from tgkg.commands import chosen_paths, release_and_paths, state_of
    from tgkg.history import PREVIOUS
    from tgkg.publish.rollback import roll_back
    from tgkg.release_terminal import show_rollback

    name, paths = release_and_paths(id_and_paths, PREVIOUS)
    sources = chosen_paths(paths)
    done = roll_back(sources, state_of(sources, state), name)
    where = [*map(str, paths), *(["--state", str(state)] if state else [])]
    if not quiet:
        show_rollback(done.release, done.before, shlex.join(where))


@click.command(epilog=EXIT_CODES)
@click.argument("paths", **PATHS)
@click.option(
    "--keep", default=_KEPT, show_default=True, type=click.IntRange(min=0),
    help="How many releases to keep, the newest.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would go; remove nothing.")
@STATE
@QUIET
def prune(
    paths: tuple[Path, ...], keep: int, dry_run: bool, state: Path | None, quiet: bool
) -> None:
    """Remove old releases, each with all that it holds.

    The current release stays, and so does the previous one (that was current before it), however
    old they are.
    """
    from tgkg.commands import state_with_releases
    from tgkg.publish.prune import prune as remove
    from tgkg.publish.prune import superfluous
    from tgkg.release_terminal import show_pruned

    folder = state_with_releases(paths, state)
    gone = superfluous(folder, keep)
    if gone and not dry_run:
        gone = remove(folder, keep)
    if dry_run or not quiet:
        show_pruned(gone, "would go" if dry_run else "went")
