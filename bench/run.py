"""Runs the bench: `make bench`, or `python bench/run.py --help`."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final, NoReturn

import report
import wrk
from contestants import contestants
from machine import machine
from progress import say
from rounds import Options, measured
from workloads import WORKLOADS

from data import SIZES

_HERE: Final = Path(__file__).parent
_HELP: Final = """\
Puts the same questions to tgkg, Oxigraph's server, rdflib-endpoint and Virtuoso
over the same data, in turns, and writes RESULTS.md and results.json beside this;
or into partial/ there, where not everything is measured.

examples:
  python bench/run.py                                everything (half an hour)
  python bench/run.py --sizes 10k                    one size (minutes)
  python bench/run.py --sizes 10k,100k --only point  one workload
  python bench/run.py --sizes 10k --rounds 1 --seconds 1 --to /tmp
                                                     does it run at all?
"""


def main() -> None:
    """Measure at every size that is asked for, and report after each."""
    chosen = _chosen()
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` has it ignored
    absent = wrk.missing()
    if absent and any(WORKLOADS[each].is_light for each in chosen.only):
        sys.exit(f"The bench needs wrk: {absent}")
    how = (
        f"{chosen.rounds} rounds of {chosen.seconds:g} s after a warm-up, everybody in turns. "
        "Ours runs with `--quiet`, the others too without a line a request."
    )
    options = Options(
        chosen.only, chosen.against, chosen.rounds, chosen.seconds, not chosen.no_hostile
    )
    ran_on, found, goals = machine(), {}, ""
    with tempfile.TemporaryDirectory(prefix="tgkg-bench-") as folder:
        for size in chosen.sizes:
            found[size] = measured(size, Path(folder), options)
            goals = report.write(found, ran_on, how, folder_of_results(chosen))
    say(f"wrote {folder_of_results(chosen) / 'RESULTS.md'}\n\n{goals}")


def folder_of_results(chosen: argparse.Namespace) -> Path:
    """Return where the results go: those of a part never replace those of the whole."""
    if chosen.to:
        return chosen.to
    everybody = [each.name for each in contestants()]
    whole = (list(SIZES), list(WORKLOADS), everybody, False)
    is_whole = (chosen.sizes, chosen.only, chosen.against, chosen.no_hostile) == whole
    folder = _HERE if is_whole else _HERE / "partial"
    folder.mkdir(exist_ok=True)
    return folder


def _chosen() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="bench/run.py", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add, names = parser.add_argument, [each.name for each in contestants()]
    add("--sizes", type=_names(SIZES), default=list(SIZES), help=f"of {', '.join(SIZES)}")
    add("--only", type=_names(WORKLOADS), default=list(WORKLOADS), metavar="WORKLOADS",
        help=f"of {', '.join(WORKLOADS)}")  # fmt: skip
    add("--against", type=_names(names), default=names, metavar="NAMES",
        help=f"of {', '.join(names)}; ours is always there")  # fmt: skip
    add("--rounds", type=int, default=5, help="of each workload (default: 5)")
    add("--seconds", type=float, default=2, help="of each round (default: 2)")
    add("--no-hostile", action="store_true", help="leave out the hostile query")
    add("--to", type=Path, metavar="FOLDER",
        help="where the results go (default: beside this file, or partial/ there)")  # fmt: skip
    chosen = parser.parse_args()
    if chosen.rounds < 1 or chosen.seconds <= 0 or (chosen.to and not chosen.to.is_dir()):
        parser.error("--rounds is at least 1, --seconds above 0, --to a folder that is there")
    return chosen


def _names(known: list[str] | dict[str, object]) -> object:
    """Return what reads names with commas between them."""

    def read(words: str) -> list[str]:
        asked = [each.strip() for each in words.split(",") if each.strip()]
        unknown = [each for each in asked if each not in known]
        if unknown or not asked:
            raise argparse.ArgumentTypeError(
                f"there is no {', '.join(unknown) or 'name'}; there are: {', '.join(known)}"
            )
        return [each for each in known if each in asked]

    return read


def _end(*_: object) -> NoReturn:
    """End in order on SIGTERM too."""
    sys.exit(143)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
