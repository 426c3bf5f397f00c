"""The canonical N-Quads of many sources: sorted, unique lines, however many there are."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tgkg.publish.canonical import Canonicaliser
from tgkg.publish.large_files import LargeSource
from tgkg.publish.sorted_runs import merged
from tgkg.publish.sources import Source

Lines = Callable[[Canonicaliser, Source], set[str]]


def canonical_lines(canonicaliser: Canonicaliser, source: Source) -> set[str]:
    """Return the lines of one source.

    Raises:
        UnreadableError: its blank nodes cannot be named in time.
    """
    return canonicaliser.lines(source.quads, source.file.name)


def canonical_chunks(
    sources: Iterable[Source | LargeSource], folder: Path, lines: Lines = canonical_lines
) -> Iterator[bytes]:
    """Yield the sorted N-Quads of some sources, some whole lines at a time.

    The folder has room for what is made on the way.

    Raises:
        UnreadableError: the blank nodes of a file cannot be named in time.
    """
    held: set[str] = set()
    runs: list[Path] = []
    with Canonicaliser() as canonicaliser:
        for source in sources:
            if isinstance(source, LargeSource):
                runs += source.runs
            else:
                held |= lines(canonicaliser, source)
    text = "".join(f"{line}\n" for line in sorted(held)).encode()
    if not runs:
        yield text
        return
    folder.mkdir()
    others = folder / "others.nq"
    others.write_bytes(text)
    yield from merged([*runs, others], folder)
