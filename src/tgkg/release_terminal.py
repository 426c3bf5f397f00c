"""How releases look in a terminal: lists, differences, what is damaged, what was done."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Final

import click
from rich.filesize import decimal

from tgkg.changes import Edit, Tally, edits, tally
from tgkg.history import Listed, short
from tgkg.integrity import Flaw
from tgkg.release import Release, State
from tgkg.turtle import short_terms

_CONTROL: Final = re.compile("[\x80-\x9f]")
"""Characters that a terminal may obey instead of showing them; N-Quads escapes the others."""


def show_json(found: Sequence[Listed]) -> None:
    """Print a list of releases for programs."""
    click.echo(json.dumps([asdict(each) for each in found], indent=2))


def show_releases(found: Sequence[Listed], state: State) -> None:
    """Print a list of releases, or say that there are none."""
    if not found:
        click.echo(f"There are no releases in {state.folder}: `tgkg build` makes one.", err=True)
    for each in found:
        created = each.created or "-"
        triples = f"{each.triples:,} triples" if each.triples is not None else "-"
        mark = "current" if each.is_current else "previous" if each.is_previous else ""
        line = f"{short(each.id):12}  {created:20}  {triples:>19}  {decimal(each.size):>9}  {mark}"
        click.secho(line.rstrip(), bold=each.is_current)
        if each.problem:
            click.secho(f"    {each.problem}", fg="red")


def show_lines(lines: Iterable[bytes]) -> None:
    """Print lines as they are."""
    sys.stdout.buffer.writelines(lines)
    sys.stdout.buffer.flush()


def show_changes(before: Release, after: Release) -> None:
    """Print what changed: how much by graph, then each resource."""
    counted = tally(before, after)
    click.echo(f"From release {_named(before)} to {_named(after)}: {_counted(counted)}.")
    if not counted and before.id != after.id:
        click.echo("The data are the same; shapes, queries or settings differ.")
    for each in counted:
        click.echo(f"  {f'+{each.added:,}':>9} {f'-{each.removed:,}':>9}  {each.graph}")
    prefixes = {**before.manifest.prefixes, **after.manifest.prefixes}
    for of_one in edits(before, after):
        _show_resource(of_one, prefixes)


def show_changes_as_json(before: Release, after: Release) -> None:
    """Print what changed for programs: counts by graph, and statements by resource and graph."""
    head = {
        "before": before.id,
        "after": after.id,
        "graphs": [asdict(each) for each in tally(before, after)],
    }
    click.echo(json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}") + ",")
    click.echo('  "resources": [', nl=False)
    joint = "\n"
    for of_one in edits(before, after):  # never all of them at once
        click.echo(f"{joint}    {json.dumps(_resource(of_one), ensure_ascii=False)}", nl=False)
        joint = ",\n"
    click.echo("\n  ]\n}")


def show_flaws(folder: Path, flaws: Iterable[Flaw], *, quiet: bool) -> int:
    """Print what is wrong with a release while it is found, and return in how many files."""
    count = 0
    for flaw in flaws:
        count += 1
        click.secho(str(flaw), fg="red")
    name = f"Release {short(folder.name)}"
    if count:
        wrong = "1 file is" if count == 1 else f"{count} files are"
        click.echo(f"{name}: {wrong} not as written, in {folder}", err=True)
    elif not quiet:
        click.echo(f"{name}: every file is as it was written.", err=True)
    return count


def show_rollback(release: Release, before: str | None, where: str) -> None:
    """Say which release is current now, what follows from that, and how to come back."""
    if release.id == before:
        click.echo(f"Release {_named(release)} is the current one already.", err=True)
    else:
        click.echo(f"Release {_named(release)} is current again.", err=True)
    click.echo("It is served until the sources change, or `tgkg build` publishes them.", err=True)
    if before and before != release.id:
        back = f"tgkg rollback {short(before)} {where}".rstrip()
        click.echo(f"To come back: {back}", err=True)


def show_pruned(gone: Sequence[Listed], went: str) -> None:
    """Say which releases went, or would, and how much room that gives."""
    for each in gone:
        click.echo(f"{short(each.id):12}  {each.created or '-':20}  {decimal(each.size):>9}")
    if gone:
        size = sum(each.size for each in gone)
        what = "1 release" if len(gone) == 1 else f"{len(gone)} releases"
        click.echo(f"{what} {went}: {size:,} bytes.", err=True)
    else:
        click.echo("There is nothing to remove.", err=True)


def _show_resource(of_one: Sequence[Edit], prefixes: Mapping[str, str]) -> None:
    written = short_terms(prefixes)
    click.secho(f"\n{written(of_one[0].quad.subject)}", bold=True)
    for graph, in_one in groupby(of_one, key=lambda edit: edit.graph):
        click.secho(f"  in {graph}", dim=True)
        for edit in in_one:
            sign, colour = ("+", "green") if edit.is_added else ("-", "red")
            said = f"{written(edit.quad.predicate)} {written(edit.quad.object)}"
            click.secho(f"  {sign} {_visible(said)}", fg=colour)


def _resource(of_one: Sequence[Edit]) -> dict[str, object]:
    """Return the changes of a resource as JSON values; statements are lines of N-Quads."""
    return {
        "resource": str(of_one[0].quad.subject),
        "removed": [f"{edit.quad} ." for edit in of_one if not edit.is_added],
        "added": [f"{edit.quad} ." for edit in of_one if edit.is_added],
    }


def _named(release: Release) -> str:
    return f"{short(release.id)} ({release.manifest.created})"


def _counted(tallies: Sequence[Tally]) -> str:
    added, removed = (sum(each.added for each in tallies), sum(each.removed for each in tallies))
    if not tallies:
        return "no statement came or went"
    return f"{added:,} statement{'' if added == 1 else 's'} added, {removed:,} removed"


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04X}", text)
