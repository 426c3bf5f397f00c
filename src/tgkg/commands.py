"""What the commands need besides publishing: where releases live, and answering a query."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import platformdirs

from tgkg.config import CONFIG_FILE
from tgkg.engine.embedded import EmbeddedEngine
from tgkg.engine.port import Answer, QueryRequest
from tgkg.errors import BadRequestError, UnreadableError
from tgkg.formats import RESULTS_FORMATS, SPARQL_JSON, TURTLE, format_named
from tgkg.history import is_name
from tgkg.operation import DEFAULT_OPERATION, Operation, is_address, read_operation
from tgkg.publish.build import Outcome, build_if_changed
from tgkg.publish.elsewhere import host_of, outline
from tgkg.push.pushing import Progress, Pushed, push
from tgkg.push.store import Target, open_store
from tgkg.release import Release, State
from tgkg.remote.client import Client
from tgkg.remote.endpoint import Endpoint
from tgkg.remote.login import credentials_in

_WITHOUT_SETTINGS: Final = (
    "Its settings cannot be read: until they are mended and the server is started again, it runs "
    "with the default engine and limits, and queries may call no other endpoint."
)


def chosen_paths(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the paths given, or the project here, or the graph that came along.

    Raises:
        UnreadableError: there is none.
    """
    if paths:
        return tuple(paths)
    package = Path(__file__).parent
    for folder in (Path.cwd(), package / "graph", package.parents[1]):
        if (folder / CONFIG_FILE).is_file():
            return (folder,)
    raise UnreadableError.at(Path.cwd(), f"there is no {CONFIG_FILE} here; name a PATH.")


def state_of(paths: Sequence[Path], chosen: Path | None) -> State:
    """Return the state folder: the chosen one, or the project's own among the user's."""
    if chosen is not None:
        return State(chosen.absolute())
    identity = "\n".join(str(path.resolve()) for path in paths)
    key = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return State(platformdirs.user_state_path("tgkg") / f"{paths[0].resolve().stem}-{key}")


def state_with_releases(paths: Sequence[Path], chosen: Path | None) -> State:
    """Return the state folder for a command that reads releases, and no sources.

    Raises:
        UnreadableError: neither a folder nor a project is named, and there is none here.
    """
    return state_of(() if chosen else chosen_paths(paths), chosen)


def release_and_paths(arguments: Sequence[str], default: str) -> tuple[str, tuple[Path, ...]]:
    """Return which release is meant, and the paths that follow it; the release may be left out.

    Raises:
        BadRequestError: the first argument is neither.
    """
    if arguments and is_name(arguments[0]):
        return arguments[0], tuple(map(Path, arguments[1:]))
    if arguments and not Path(arguments[0]).exists():
        raise BadRequestError(f"{arguments[0]} is neither a release's id nor a file or folder.")
    return default, tuple(map(Path, arguments))


@dataclass(frozen=True, slots=True)
class ToServe:
    """What a server shows, and how it runs."""

    outcome: Outcome
    operation: Operation
    caution: str | None = None
    """What whoever started it should know."""


def to_serve(
    paths: Sequence[Path], engine: str | None, chosen: Path | None, progress: Progress
) -> ToServe:
    """Return what there is to serve and how: of the sources, or of a store elsewhere alone.

    Raises:
        BadRequestError: the engine is no address.
        EngineError: there are no sources, and the store does not say what it holds.
    """
    if engine is not None and not is_address(engine):
        raise BadRequestError(f"--engine {engine!r} is not an address, as in https://e.org/sparql.")
    if engine is not None and not paths:
        outcome = outline(
            Endpoint(Client(credentials_in(os.environ)), engine),
            _state_beside(engine, chosen),
            progress,
        )
        return ToServe(outcome, replace(DEFAULT_OPERATION, engine=(engine,)))
    sources = chosen_paths(paths)
    outcome = build_if_changed(sources, state_of(sources, chosen), progress)
    try:
        operation, caution = operation_of(sources), None
    except UnreadableError:  # the report has it; the last release is served none the less
        operation, caution = DEFAULT_OPERATION, _WITHOUT_SETTINGS
    chosen_engine = (engine,) if engine else operation.engine
    return ToServe(outcome, replace(operation, engine=chosen_engine), caution)


def _state_beside(address: str, chosen: Path | None) -> State:
    """Return the state folder for a store alone: never one that holds releases of sources."""
    key = hashlib.sha256(address.encode()).hexdigest()[:12]
    folder = chosen.absolute() if chosen else platformdirs.user_state_path("tgkg")
    return State(folder / f"{host_of(address)}-{key}")


def operation_of(paths: Sequence[Path]) -> Operation:
    """Return how to run the server of a project.

    Raises:
        UnreadableError: its settings do not say.
    """
    file = paths[0] / CONFIG_FILE
    return read_operation(file) if file.is_file() else DEFAULT_OPERATION


def utf8(content: bytes, name: str) -> str:
    """Return the text of a query file.

    Raises:
        UnreadableError: it is not UTF-8; with its line.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError.at(name, "not UTF-8; save the query as UTF-8.", line) from error


def answer(release: Release, text: str, form: str) -> Answer:
    """Answer a query in a format by name; `table` asks for what a table is made from.

    Raises:
        BadRequestError: there is no such format.
        QuerySyntaxError: the text is not a SPARQL query.
    """
    return EmbeddedEngine(release).query(_request(text, form))


def pushed(
    release: Release, target: Target, progress: Progress, *, dry_run: bool, anew: bool
) -> Pushed:
    """Bring a release to a store elsewhere, with the credentials of the environment.

    Raises:
        BadRequestError: the address does not tell which product is there.
        PushError: the store did not take it; readers there see what they saw.
    """
    client = Client(credentials_in(os.environ))
    store = open_store(client, target)
    return push(release, store, progress, dry_run=dry_run, anew=anew)


def _request(text: str, form: str) -> QueryRequest:
    if form == "table":
        return QueryRequest(text, results=SPARQL_JSON, rdf=TURTLE)
    fmt = format_named(form)
    if fmt is None or fmt.engine is None:
        raise BadRequestError(f"There is no format {form!r}; see `tgkg query --help`.")
    if fmt in RESULTS_FORMATS:
        return QueryRequest(text, results=fmt)
    return QueryRequest(text, rdf=fmt)
