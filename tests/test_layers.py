"""The walls of the house: who may know whom, read from the files of `src`."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS

PACKAGE = "tgkg"
SOURCE = Path(__file__).resolve().parent.parent / "src" / PACKAGE
ONTOLOGY = Path(__file__).resolve().parent.parent / "ontology"

# Every room of the house (a module or package right under `tgkg`) and the rooms it may know beside
# itself. A new room is placed here first.
WORDS = frozenset(
    {
        "annotations",
        "ci",
        "dump_kinds",
        "errors",
        "formats",
        "iris",
        "messages",
        "ntriples",
        "property_paths",
        "rdfxml",
        "report",
        "report_markdown",
        "report_rdf",
        "serialization",
        "settings",
        "special_pages",
        "theme",
        "turtle",
    }
)
GROUND = WORDS | {
    "catalog",
    "changes",
    "chronicle",
    "config",
    "history",
    "integrity",
    "manifest",
    "lookup",
    "operation",
    "release",
    "remote",
    "search",
    "search_index",
    "timeline",
}
HOUSE = GROUND | {"publish", "push", "engine", "web", "server"}
MAY_KNOW = {
    **dict.fromkeys(WORDS, WORDS),
    **dict.fromkeys(GROUND - WORDS, GROUND),
    "publish": GROUND,
    "push": GROUND,
    "engine": GROUND,
    "web": GROUND | {"engine"},
    "companion": GROUND | {"engine"},
    "server": GROUND | {"companion", "engine", "stalling", "web"},
    "stalling": frozenset(),
    "commands": HOUSE - {"web", "server"},
    "terminal": HOUSE | {"commands"},
    "options": frozenset(),
    "release_terminal": GROUND,
    "release_commands": GROUND | {"commands", "options", "publish", "release_terminal", "terminal"},
    "push_command": HOUSE | {"commands", "options", "terminal"},
    "watching": GROUND | {"publish", "terminal"},
    "serve_command": HOUSE | {"commands", "options", "terminal", "watching"},
    "cli": HOUSE
    | {
        "commands",
        "options",
        "push_command",
        "release_commands",
        "serve_command",
        "terminal",
    },
    "__main__": frozenset({"cli"}),
    "": frozenset(),  # tgkg/__init__.py
}
LONGEST_FILE = 250
NO_PURPOSE = {"util", "utils", "common", "helper", "helpers", "misc"}
OUR_GRAPH = re.compile(
    r"w3id\.org/tgkg|technical[\W_]?medicine|technische[\W_]?geneeskunde|twente", re.IGNORECASE
)
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTABLE_TYPES = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter"}

# The files of a package by their path in it, as the rules below take them.
Tree = dict[str, str]


def module_of(path: str) -> str:
    """Gives a file's dotted name: `web/app.py` is `tgkg.web.app`, `web/__init__.py` `tgkg.web`."""
    parts = PurePosixPath(PACKAGE, path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """Gives the room of a dotted name: that of `tgkg.web.app` is `web`, that of `tgkg` is ``."""
    return [*module.split("."), ""][1]


def names_in(path: str, text: str) -> Iterator[str]:
    """Yields every dotted name that a file imports anywhere in it, or names in a string.

    A string counts because Granian's target and `import_module` take one.
    """
    package = PurePosixPath(PACKAGE, path).parent.parts
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module, names, level):
                above = package[: len(package) - level + 1] if level else ()
                origin = (*above, *filter(None, [module]))
                yield from (".".join((*origin, name.name)) for name in names)
            case ast.Constant(str(value)) if re.fullmatch(rf"{PACKAGE}(\.\w+)+(:\w+)?", value):
                yield value.partition(":")[0]


def knows(tree: Tree) -> dict[str, set[str]]:
    """Gives, for each module of the package, the other modules of it that it knows."""
    modules = {module_of(path) for path in tree}
    known: dict[str, set[str]] = {module: set() for module in modules}
    for path, text in tree.items():
        for name in names_in(path, text):
            # `from tgkg.web.app import create_app` names a thing in the module, not a module.
            while name and name not in modules:
                name = name.rpartition(".")[0]  # noqa: PLW2901 - climbs to the module
            known[module_of(path)] |= {name} - {"", module_of(path)}
    return known


def breached_walls(tree: Tree) -> Iterator[str]:
    """Yields each import that the table does not allow, and each room that it does not list."""
    for module, others in sorted(knows(tree).items()):
        room = room_of(module)
        if room not in MAY_KNOW:
            yield f"{module} has no place in the table MAY_KNOW"
            continue
        for other in sorted(others):
            if room_of(other) not in MAY_KNOW[room] | {room, ""}:
                yield f"{module} imports {other}"


def cycles(tree: Tree) -> Iterator[str]:
    """Yields a cycle among the modules, if there is one."""
    try:
        TopologicalSorter(knows(tree)).prepare()
    except CycleError as error:
        yield "a cycle: " + " <- ".join(error.args[1])


def long_files(tree: Tree) -> Iterator[str]:
    """Yields each file that has grown too long to read in one go."""
    for path, text in tree.items():
        if (lines := len(text.splitlines())) > LONGEST_FILE:
            yield f"{path} has {lines} lines"


def rooms_without_purpose(tree: Tree) -> Iterator[str]:
    """Yields each file whose name, or whose folder's, says nothing."""
    for path in tree:
        if NO_PURPOSE & set(PurePosixPath(path).with_suffix("").parts):
            yield f"{path} does not say what it is for"


def shared_state(tree: Tree) -> Iterator[str]:
    """Yields each module-level list, dict or set that is not a filled constant, and each `global`.

    A filled one in capitals is a table; an empty one waits to be changed, whatever its name.
    """
    for path, text in tree.items():
        parsed = ast.parse(text)
        for node in ast.walk(parsed):
            if isinstance(node, ast.Global):
                yield f"{path}:{node.lineno} changes a global"
        for node in parsed.body:
            match node:
                case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, value):
                    is_table = name.isupper() or name == "__all__"
                    if is_mutable(value) and not (is_table and is_filled(value)):
                        yield f"{path}:{node.lineno} {name} is state that every request shares"


def is_mutable(value: ast.expr | None) -> bool:
    """Tells whether an expression makes a new list, dict, set or the like."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in MUTABLE_TYPES
    return isinstance(value, MUTABLE)


def is_filled(value: ast.expr | None) -> bool:
    """Tells whether such an expression puts anything in."""
    match value:
        case ast.List(inside) | ast.Set(inside) | ast.Dict(inside) | ast.Call(_, inside):
            return bool(inside)
        case _:
            return True


def mentions_of_our_graph(tree: Tree, classes: frozenset[str]) -> Iterator[str]:
    """Yields each mention of our graph: its base, its subject, or the name of one of its classes.

    A name of one word (`Source`) is also plain English and Python, so only its IRI counts; a name
    of several (`SourcePassage`) counts wherever it stands.
    """
    parts = [r"\b" + name if re.search("[a-z][A-Z]", name) else "[#/:]" + name for name in classes]
    names = re.compile(f"(?:{'|'.join(sorted(parts))})\\b" if parts else "(?!)")
    for path, text in tree.items():
        for number, line in enumerate(text.splitlines(), 1):
            for pattern in (OUR_GRAPH, names):
                if found := pattern.search(line):
                    yield f"{path}:{number} mentions {found[0]}"


@pytest.fixture(scope="module")
def modules() -> Tree:
    """Gives the Python files of `src/tgkg`."""
    return {str(p.relative_to(SOURCE).as_posix()): p.read_text() for p in SOURCE.rglob("*.py")}


@pytest.fixture(scope="module")
def texts() -> Tree:
    """Gives every text file of `src/tgkg` that is written by hand."""
    return {
        str(path.relative_to(SOURCE).as_posix()): path.read_text()
        for ending in ("py", "html", "xml", "txt", "css", "js", "json", "rq", "ttl", "toml")
        for path in SOURCE.rglob(f"*.{ending}")
        if ".min." not in path.name
    }


@pytest.fixture(scope="module")
def classes() -> frozenset[str]:
    """Gives the local names of the classes of our ontology."""
    graph = rdflib.Graph()
    for path in sorted(ONTOLOGY.glob("*.ttl")):
        graph.parse(path)
    found = {*graph.subjects(RDF.type, OWL.Class), *graph.subjects(RDF.type, RDFS.Class)}
    return frozenset(re.split("[#/]", iri)[-1] for iri in found if OUR_GRAPH.search(iri))


@pytest.mark.parametrize(
    "rule",
    [breached_walls, cycles, long_files, rooms_without_purpose, shared_state],
    ids=lambda rule: rule.__name__,
)
def test_the_source_keeps_the_rule(rule, modules):
    """Every file of the package keeps every rule."""
    assert modules
    assert list(rule(modules)) == []


def test_the_source_knows_no_graph(texts, classes):
    """Somebody else's graph is served by the same code: nothing in it knows ours."""
    assert classes, "no classes found in ontology/"
    assert list(mentions_of_our_graph(texts, classes)) == []


SKETCH = {
    "__init__.py": "",
    "errors.py": "",
    "config.py": "from tgkg.errors import TgkgError",
    "publish/__init__.py": "",
    "publish/build.py": "import tgkg.config",
    "engine/__init__.py": "",
    "engine/port.py": "from .. import config",
    "web/__init__.py": "",
    "web/app.py": "from ..engine.port import Port",
    "server.py": "from tgkg.web import app",
    "cli.py": "def f():\n    from .publish.build import build\n    from . import server, __doc__",
    "__main__.py": "from .cli import main",
}


def test_a_sound_house_has_no_breach():
    """What the design allows passes, in each way of writing an import."""
    assert list(breached_walls(SKETCH)) == []
    assert list(cycles(SKETCH)) == []


@pytest.mark.parametrize(
    ("path", "text", "breach"),
    [
        ("errors.py", "import tgkg.config", "tgkg.errors imports tgkg.config"),
        ("config.py", "from tgkg import publish", "tgkg.config imports tgkg.publish"),
        ("engine/port.py", "import tgkg.publish.build as b", "imports tgkg.publish.build"),
        ("engine/port.py", "from tgkg.web.app import create_app", "imports tgkg.web.app"),
        ("publish/build.py", "from ..engine import port", "imports tgkg.engine.port"),
        ("publish/__init__.py", "from ..engine.port import Port", "imports tgkg.engine.port"),
        ("web/app.py", "def f():\n    from ..publish import build", "imports tgkg.publish.build"),
        ("web/app.py", "if TYPE_CHECKING:\n    from ..publish.build import B", "publish.build"),
        ("web/app.py", "from .. import publish", "tgkg.web.app imports tgkg.publish"),
        ("web/app.py", "from ..publish import *", "tgkg.web.app imports tgkg.publish"),
        ("web/app.py", "import_module('tgkg.publish.build')", "imports tgkg.publish.build"),
        ("server.py", "from .publish.build import build", "imports tgkg.publish.build"),
        ("server.py", "Granian('tgkg.cli:main')", "tgkg.server imports tgkg.cli"),
        ("web/app.py", "from tgkg.cli import main", "tgkg.web.app imports tgkg.cli"),
        ("terminal.py", "from .cli import main", "tgkg.terminal imports tgkg.cli"),
        ("__init__.py", "from .config import Config", "tgkg imports tgkg.config"),
        ("attic.py", "", "tgkg.attic has no place in the table"),
        ("attic/box.py", "", "tgkg.attic.box has no place in the table"),
    ],
)
def test_a_breached_wall_is_named(path, text, breach):
    """An import against the table is found, however it is written."""
    (found,) = breached_walls(SKETCH | {path: text})
    assert breach in found


@pytest.mark.parametrize(
    ("rule", "path", "text", "problem"),
    [
        (cycles, "errors.py", "import tgkg.config", "tgkg.config"),
        (cycles, "web/app.py", "def f():\n    from ..server import serve", "tgkg.server"),
        (long_files, "errors.py", "x = 1\n" * 251, "errors.py has 251 lines"),
        (rooms_without_purpose, "web/utils.py", "", "web/utils.py"),
        (rooms_without_purpose, "helpers/text.py", "", "helpers/text.py"),
        (shared_state, "errors.py", "seen = {1: 2}", "errors.py:1 seen"),
        (shared_state, "errors.py", "\nCACHE: dict[str, int] = {}", "errors.py:2 CACHE"),
        (shared_state, "errors.py", "CACHE = dict()", "errors.py:1 CACHE"),
        (shared_state, "errors.py", "def f():\n    global x\n    x = 1", "errors.py:2"),
    ],
)
def test_a_broken_rule_is_named(rule, path, text, problem):
    """Each rule finds a file that breaks it, and says where."""
    (found,) = rule(SKETCH | {path: text})
    assert problem in found


@pytest.mark.parametrize("text", ["TABLE = {'a': 1}", "__all__ = ['a']", "x = (1, 2)", "x: int"])
def test_a_constant_is_not_state(text):
    """A table in capitals and anything immutable may stand at the top of a module."""
    assert list(shared_state({"errors.py": text})) == []


@pytest.mark.parametrize(
    ("text", "is_mention"),
    [
        ("base = 'https://w3id.org/tgkg/'", True),
        ("<title>Technical Medicine</title>", True),
        ("# as technische_geneeskunde does", True),
        ("University of Twente", True),
        ("SELECT * { ?s a tg:Programme }", True),
        ("<https://example.org/def#Programme>", True),
        ("class SourcePassage:", True),
        ("class Programme:", False),
        ("https://w3id.org/dcat", False),
        ("tg:Programmer", False),
    ],
)
def test_a_mention_of_our_graph_is_found(text, is_mention):
    """The graph's names are found in any file; words that merely look like them are not."""
    classes = frozenset({"Programme", "SourcePassage"})
    assert bool(list(mentions_of_our_graph({"web/page.html": text}, classes))) is is_mention
