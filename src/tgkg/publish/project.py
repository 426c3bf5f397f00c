"""Finds a project's files: what each is for, and which named graph it becomes."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tgkg.config import CONFIG_FILE, Config, read_config
from tgkg.errors import Place, Problem, UnreadableError
from tgkg.formats import RDF_FORMATS, rdf_format_of_extension
from tgkg.operation import read_operation
from tgkg.publish.csv_names import MADE_INTO_RDF, is_part_of_mapping
from tgkg.publish.walking import walk

_DOCUMENTS: Final = frozenset({".md", ".txt", ".rst", ".pdf"})
"""Extensions that a source folder may hold besides RDF: notes for people."""


class Role(Enum):
    """What a source file is for."""

    ONTOLOGY = "ontology"
    DATA = "data"
    SHAPES = "shapes"
    MAPPING = "mapping"
    """Says what the CSV file of the same name becomes."""
    QUERY = "query"
    PAGE = "page"
    """A page of the project's own, or a query of one."""
    THEME = "theme"
    """How its site looks."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, the name it has in messages, and the graph that its triples become."""

    path: Path
    name: str
    role: Role
    graph: str
    base: str
    """What relative IRIs in it are relative to."""


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that is to be published, found but not yet read."""

    root: Path
    config: Config
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()

    def files_for(self, *roles: Role) -> tuple[SourceFile, ...]:
        """Return the files with one of the roles, in the order of their names."""
        return tuple(file for file in self.files if file.role in roles)


def open_project(paths: Sequence[Path]) -> Project:
    """Find the project at a folder with a `tgkg.toml`, or make one of RDF files and folders.

    Raises:
        UnreadableError: a path does not exist, the configuration is wrong, or the folder holds
            files that cannot be published as they stand.
    """
    for path in paths:
        if not _is_there(path):
            raise UnreadableError.at(path, "there is no such file or folder.")
    if len(paths) == 1 and paths[0].is_dir():
        return _folder(paths[0].resolve())
    configured = next((path for path in paths if (path / CONFIG_FILE).exists()), None)
    if configured:
        raise UnreadableError.at(configured, f"a folder with a {CONFIG_FILE} is published alone.")
    return _loose([path.absolute() for path in paths])


def places(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files and folders in which the sources of a project lie, there or not.

    Raises:
        UnreadableError: the configuration is wrong.
    """
    if len(paths) != 1 or not paths[0].is_dir():
        return tuple(path.absolute() for path in paths)
    root = paths[0].resolve()
    config, is_arranged = _described(root)
    folders = astuple(config.folders) if is_arranged else ("",)
    return (root / CONFIG_FILE, *(root / folder for folder in folders))


def _is_there(path: Path) -> bool:
    try:
        return path.is_file() or path.is_dir()
    except OSError:
        return False


def _folder(root: Path) -> Project:
    if (root / CONFIG_FILE).exists():
        read_operation(root / CONFIG_FILE)  # a mistake in it is one of the project's
    config, is_arranged = _described(root)
    return _arranged(root, config) if is_arranged else _loose([root], config)


def _described(root: Path) -> tuple[Config, bool]:
    """Return what a folder says of itself, and whether folders in it say what files are for."""
    if (root / CONFIG_FILE).exists():
        config = read_config(root / CONFIG_FILE)
        return config, _is_arranged(root, config)
    config = _nameless(root.name)
    return config, (root / config.folders.data).is_dir()


def _is_arranged(root: Path, config: Config) -> bool:
    """Tell whether a folder has any of the folders that say what their files are for."""
    folders = config.folders
    return any((root / each).is_dir() for each in (folders.data, folders.ontology, folders.shapes))


def _nameless(name: str) -> Config:
    """The configuration of a project that has none."""
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    return Config(name=slug or "graph", title={"": name})


def _arranged(root: Path, config: Config) -> Project:
    """A project whose folders say what their files are for."""
    names, folders = config.names, config.folders
    found: list[SourceFile] = []
    problems: list[Problem] = []

    def take(path: Path, role: Role, graph: str) -> None:
        relative = path.relative_to(root).as_posix()
        if is_part_of_mapping(path):
            role = Role.MAPPING
        if _is_read(path, role):
            base = names.iri_of_path(quote(relative))
            found.append(SourceFile(path, relative, role, graph, base))
        else:
            problems.extend(_not_rdf(path, relative))

    for path in walk(root, root / folders.ontology, problems):
        take(path, Role.ONTOLOGY, names.ontology_graph)
    for path in walk(root, root / folders.data, problems):
        inside = path.relative_to(root / folders.data)
        folder = inside.parts[0] if len(inside.parts) > 1 else inside.stem
        take(path, Role.DATA, names.graph_of_folder(folder))
    for path in walk(root, root / folders.shapes, problems):
        take(path, Role.SHAPES, names.iri_of_path(folders.shapes))
    for path in walk(root, root / folders.queries, problems):
        if path.suffix == ".rq":
            name = path.relative_to(root).as_posix()
            found.append(SourceFile(path, name, Role.QUERY, "", names.base))
    found += _beside(root, config, problems)
    if problems:
        raise UnreadableError(*problems)
    return Project(root, config, tuple(found))


def _beside(root: Path, config: Config, problems: list[Problem]) -> Iterator[SourceFile]:
    """Yield what a project has beside its graph: pages and a theme for its site."""
    folders = config.folders
    for folder, role in ((folders.pages, Role.PAGE), (folders.theme, Role.THEME)):
        for path in walk(root, root / folder, problems):
            if path.suffix.lower() not in _DOCUMENTS:
                name = path.relative_to(root).as_posix()
                yield SourceFile(path, name, role, "", config.names.base)


def _loose(paths: Sequence[Path], config: Config | None = None) -> Project:
    """A project made of files, or of every RDF file below some folders."""
    root = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))
    if config is None:
        config = _nameless(root.name if len(paths) > 1 or paths[0].is_dir() else paths[0].stem)
    found: list[SourceFile] = []
    problems: list[Problem] = []
    passed_over = 0
    for given in paths:
        for path in walk(given, given, problems) if given.is_dir() else (given,):
            relative = path.relative_to(root).as_posix()
            if rdf_format_of_extension(path.suffix[1:]):
                graph = config.names.iri_of_path(quote(relative))
                found.append(SourceFile(path, relative, Role.DATA, graph, graph))
            elif given.is_dir():
                passed_over += path.name != CONFIG_FILE
            else:
                problems.extend(_not_rdf(path, relative, strict=True))
    if problems:
        raise UnreadableError(*problems)
    if not found:
        raise UnreadableError.at(root, f"there is no RDF here ({_extensions()}).")
    note = (f"{passed_over} files that are not RDF were passed over.",) if passed_over else ()
    return Project(root, config, tuple(found), note)


def _is_read(path: Path, role: Role) -> bool:
    """Tell whether a file is RDF, becomes it, or says how another does."""
    becomes_rdf = role is Role.DATA and path.suffix in MADE_INTO_RDF
    is_rdf = rdf_format_of_extension(path.suffix[1:]) is not None
    return is_rdf or becomes_rdf or role is Role.MAPPING


def _not_rdf(path: Path, name: str, *, strict: bool = False) -> Iterator[Problem]:
    """Yield the problem of a file that is neither RDF nor, unless strict, a note for people."""
    if strict or path.suffix.lower() not in _DOCUMENTS:
        what = f"{path.suffix} is not an RDF extension" if path.suffix else "it has no extension"
        yield Problem(Place(name), f"{what}; RDF files end in {_extensions()}.")


def _extensions() -> str:
    return ", ".join(f".{fmt.extension}" for fmt in RDF_FORMATS)
