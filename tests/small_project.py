"""A small project with everything that a project can have, for tests to build and to break."""

from pathlib import Path

from tgkg.publish.build import build
from tgkg.release import Release, State

PREFIXES = "PREFIX e: <https://example.org/>\n"
DATA = f"""{PREFIXES}
e:a a e:Thing ; e:name "A"@en, "Á"@nl ; e:size 01 .
e:b a e:Thing ; e:name "B"@en ; e:part [ e:size 2 ], _:x .
_:x e:size 3 .
"""
SHAPE = f"""{PREFIXES}PREFIX sh: <http://www.w3.org/ns/shacl#>
e:Shape sh:targetClass e:Thing ; sh:property e:named .
e:named sh:path e:name ; sh:minCount 1 ; sh:message "give it a name"@en, "noem het"@nl .
"""
FILES = {
    "tgkg.toml": 'name = "g"\nbase = "https://example.org/"\n',
    "ontology/terms.ttl": f"{PREFIXES}e:Thing a <http://www.w3.org/2002/07/owl#Class> .",
    "data/one/things.ttl": DATA,
    "data/two.trig": f'{PREFIXES}e:g {{ e:a e:name "A"@en }} e:a e:name "A"@en .',
    "shapes/Thing.ttl": SHAPE,
    "queries/all.rq": "SELECT * { ?s ?p ?o }",
}


def make_project(folder: Path, files: dict[str, str] = FILES) -> Path:
    """Write a project's files, in the order given."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def quiet(_: str) -> None:
    """Take no notice of the progress."""


def released(path: Path, state: State) -> Release:
    """Build, and return the release."""
    release = build([path], state, quiet).release
    assert release
    return release


def snapshot(folder: Path) -> dict[str, bytes | Path]:
    """Return every byte below a folder, by name; links by their target."""
    return {
        str(path.relative_to(folder)): path.readlink() if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def edited(project: Path, name: str, old: str, new: str) -> None:
    """Change a file of the project."""
    file = project / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
