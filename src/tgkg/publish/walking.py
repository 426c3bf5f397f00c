"""Finds the files below a folder, whatever lies there besides, and never leaves it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tgkg.errors import Place, Problem


def walk(
    root: Path, folder: Path, problems: list[Problem], above: Sequence[Path] = ()
) -> Iterator[Path]:
    """Yield the files below a folder by name, without hidden ones, never leaving the root.

    What can be neither read nor passed over is added to the problems. `above` are the folders,
    by their real paths, through which the folder was reached.
    """
    try:
        if not folder.is_dir():
            return
        inside = (*above, folder.resolve())
        entries = sorted(folder.iterdir())
    except OSError as error:
        problems.append(Problem(Place(_name(folder, root)), f"cannot be read: {error.strerror}."))
        return
    for entry in entries:
        if is_passed_over(entry.name):
            continue
        obstacle = _obstacle(entry, root.resolve(), inside)
        if obstacle:
            problems.append(Problem(Place(_name(entry, root)), obstacle))
        elif entry.is_dir():
            yield from walk(root, entry, problems, inside)
        else:
            yield entry


def is_passed_over(name: str) -> bool:
    """Tell whether a name is hidden, or that of a copy that an editor keeps beside a file."""
    return name.startswith((".", "_")) or name.endswith("~") or (name[0] == name[-1] == "#")


def _name(path: Path, root: Path) -> str:
    """Return the path below the root, in characters that any terminal prints."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")


def _obstacle(entry: Path, root: Path, inside: Sequence[Path]) -> str | None:
    """Say what keeps an entry from being read or walked, and what to do about it."""
    try:
        real = entry.resolve()
        obstacles = {
            "its name is not UTF-8; rename it.": not _is_utf8(entry.name),
            "a symbolic link that leaves the folder; put the file itself here.": (
                entry.is_symlink() and not real.is_relative_to(root)
            ),
            "a symbolic link to a folder that it lies in; remove it.": (
                any(folder.is_relative_to(real) for folder in inside)
            ),
            "a symbolic link to nothing; remove or mend it.": not entry.exists(),
            "neither a file nor a folder; remove it.": not (entry.is_dir() or entry.is_file()),
        }
    except (OSError, RuntimeError):  # Python before 3.13 raises the latter for a loop of links
        return "cannot be followed; remove or mend it."
    return next((said for said, is_so in obstacles.items() if is_so), None)


def _is_utf8(name: str) -> bool:
    return name.encode("utf-8", "replace").decode() == name
