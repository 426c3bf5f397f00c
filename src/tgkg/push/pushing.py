"""Brings a release over: into staging graphs, verified there, then in place of the last one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import BlankNode, NamedNode, Triple

from tgkg.push.contents import PART, Graph, graphs_of
from tgkg.push.pace import Pace
from tgkg.push.store import PushError, Store
from tgkg.release import Release
from tgkg.remote.endpoint import Held
from tgkg.remote.marks import HAS_PART, Marks

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Staged:
    """A graph and where it waits."""

    graph: Graph
    staging: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push."""

    release: str
    held: str | None
    """The release that was there before."""
    graphs: tuple[str, ...]
    triples: int
    obsolete: tuple[str, ...]
    """Graphs of the release before that this one does not have."""
    sent: int = 0
    """Graphs that were sent; the others were there from an interrupted push."""
    rewritten: tuple[str, ...] = ()
    """Triples among the samples that the store writes in another way, such as `1` for `01`."""
    is_dry: bool = False
    caution: str = ""
    """What readers may notice while the store switches."""

    @property
    def is_needed(self) -> bool:
        """Whether another release was there."""
        return self.held != self.release

    @property
    def is_change(self) -> bool:
        """Whether anything was, or would be, done."""
        return self.is_needed or self.sent > 0


def push(
    release: Release, store: Store, progress: Progress, *, dry_run: bool = False, anew: bool = False
) -> Pushed:
    """Make a store hold a release, in one step for its readers; `anew` even where it does.

    Raises:
        TgkgError: it does not; what it held stays, and the next push goes on from there.
    """
    marks = Marks.of(release.config)
    held = store.held(marks)
    names = tuple(release.manifest.counts.graphs)
    plan = Pushed(
        release.id, held.release, names, release.manifest.counts.quads,
        tuple(sorted(held.graphs - {*names})), is_dry=dry_run,
        caution=store.addresses.caution,
    )  # fmt: skip
    if dry_run:
        return plan
    wanted = plan.is_needed or anew
    _sweep(store, marks, keep=marks.staging(release.id, "") if wanted else None)
    if not wanted:
        return plan
    with TemporaryDirectory(prefix="tgkg-push-") as folder:
        progress("Sorting the release by graph")
        staged = [
            Staged(graph, marks.staging(release.id, str(number)))
            for number, graph in enumerate(graphs_of(release, Path(folder)))
        ]
        store.update(_note(marks, staged))
        pace = Pace(sum(each.graph.triples for each in staged))
        sent = sum(_bring(each, store, progress, pace) for each in staged)
    progress("Comparing samples")
    rewritten = tuple(sample for each in staged for sample in _rewritten(each, store))
    progress("Switching over")
    store.update(_switch(release, marks, staged, plan.obsolete))
    _check_switched(release, store, marks, staged)
    return replace(plan, sent=sent, rewritten=rewritten)


def _note(marks: Marks, staged: Iterable[Staged]) -> str:
    """Return the update that writes down which staging graphs there will be."""
    said = " .\n".join(f"<{marks.journal}> <{HAS_PART}> <{each.staging}>" for each in staged)
    return f"INSERT DATA {{ GRAPH <{marks.journal}> {{\n{said} .\n}} }}"


def _sweep(store: Store, marks: Marks, *, keep: str | None) -> None:
    """Take away what interrupted pushes left, but for those of this release."""
    left = store.values(marks.journal, marks.journal, HAS_PART)
    swept = sorted(each for each in left if keep is None or not each.startswith(keep))
    if not swept:
        return
    kept = " .\n".join(f"<{marks.journal}> <{HAS_PART}> <{each}>" for each in left - {*swept})
    noted = f" ;\nINSERT DATA {{ GRAPH <{marks.journal}> {{\n{kept} .\n}} }}" if kept else ""
    for each in swept:
        store.drop(each)
    store.update(f"DROP SILENT GRAPH <{marks.journal}>{noted}")


def _bring(staged: Staged, store: Store, progress: Progress, pace: Pace) -> bool:
    """Fill a staging graph; tell whether there was anything to do.

    Raises:
        PushError: not all of it arrived.
    """
    graph = staged.graph
    if store.count(staged.staging) == graph.triples:
        pace.there += graph.triples
        return False
    for number, part in enumerate(graph.parts):
        progress(pace.line(graph.name))
        (store.add if number else store.put)(staged.staging, part)
        pace.sent += min(PART, graph.triples - number * PART)
    count = store.count(staged.staging)
    if count != graph.triples:
        raise PushError(
            f"Of the {graph.triples} triples of {graph.name} the store holds {count}: it rewrites "
            "some such that they become one, or lost them. Nothing was switched."
        )
    return True


def _rewritten(staged: Staged, store: Store) -> Iterator[str]:
    """Yield the samples that the store writes otherwise.

    Raises:
        PushError: a sample is not there in any way.
    """
    for triple in staged.graph.samples:
        subject, thing = triple.subject, triple.object
        if not isinstance(subject, NamedNode) or isinstance(thing, BlankNode | Triple):
            continue
        held = store.values(staged.staging, subject.value, triple.predicate.value)
        if not held:
            raise PushError(
                f"This triple of {staged.graph.name} did not arrive: {triple}. "
                "Nothing was switched."
            )
        if thing.value not in held:
            yield str(triple)


def _switch(
    release: Release, marks: Marks, staged: Sequence[Staged], obsolete: Iterable[str]
) -> str:
    """Return the update that puts all graphs in place at once, and says which release it is.

    MOVE takes the place of what was there (SPARQL 1.1 Update, section 3.2.4).
    """
    has_blanks = any(each.graph.has_blanks for each in staged)
    said = " .\n".join(marks.statements(release, has_blanks=has_blanks))
    steps = [
        *(f"MOVE GRAPH <{each.staging}> TO GRAPH <{each.graph.name}>" for each in staged),
        *(f"DROP SILENT GRAPH <{each}>" for each in obsolete),
        f"DROP SILENT GRAPH <{marks.journal}>",
        f"DROP SILENT GRAPH <{marks.release}>",
        f"INSERT DATA {{ GRAPH <{marks.release}> {{\n{said} .\n}} }}",
    ]
    return " ;\n".join(steps)


def _check_switched(release: Release, store: Store, marks: Marks, staged: Iterable[Staged]) -> None:
    held: Held = store.held(marks)
    if held.release != release.id:
        raise PushError("The store took the update, and yet does not hold it. Run the push again.")
    for each in staged:
        if store.count(each.graph.name) != each.graph.triples:
            raise PushError(f"{each.graph.name} is not as it was sent. Run the push with --anew.")
