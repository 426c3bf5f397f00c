"""Canonical N-Quads: the same statements give the same sorted lines on any machine."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from tgkg.errors import UnreadableError
from tgkg.publish.blank_nodes import Renaming, has_blank_node

SECONDS_FOR_ONE_FILE: Final = 60.0
"""How long naming one file's blank nodes may take; RDFC-1.0 can be exponential."""


def canonical_lines(
    quads: Iterable[ox.Quad], name: str, seconds: float = SECONDS_FOR_ONE_FILE
) -> set[str]:
    """Return the N-Quads lines of one file, blank nodes labelled by RDFC-1.0.

    Blank nodes of different files are different things, so each file's canonical labels
    (`c14n0`, `c14n1` ...) get a prefix made from the hash of its canonical statements.

    Raises:
        UnreadableError: labelling the blank nodes of the file `name` takes too long.
    """
    plain: set[str] = set()
    blank: list[ox.Quad] = []
    for quad in quads:
        if has_blank_node(quad):
            blank.append(quad)
        else:
            plain.add(f"{quad} .")
    if not blank:
        return plain
    return plain | _labelled(_canonicalised(blank, name, seconds))


def hash_of_lines(lines: Iterable[str]) -> str:
    """Return the SHA-256 of sorted lines, each ended by a newline."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _canonicalised(quads: list[ox.Quad], name: str, seconds: float) -> bytes:
    """Run RDFC-1.0 in a process that can be ended: the engine's call cannot be interrupted."""
    source = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", __name__],
            input=source,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError.at(
            name,
            f"its {len(quads)} statements with blank nodes look too much alike to be named within "
            f"{seconds:.0f} seconds (RDFC-1.0); give the nodes IRIs, or split the file.",
        ) from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        reason = said or f"the process ended with {error.returncode}"
        raise UnreadableError.at(name, f"its blank nodes cannot be named: {reason}.") from error
    return done.stdout


def _labelled(canonical: bytes) -> set[str]:
    prefix = f"b{hashlib.sha256(canonical).hexdigest()[:12]}"
    renaming = Renaming(lambda label: f"{prefix}{label}")
    quads = ox.parse(canonical, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
    return {f"{renaming.quad(quad)} ." for quad in quads}


def main() -> None:
    """Read N-Quads from standard input, write them canonicalised and sorted."""
    quads = ox.parse(sys.stdin.buffer, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False)
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    sys.stdout.buffer.write("".join(lines).encode())


if __name__ == "__main__":
    main()
