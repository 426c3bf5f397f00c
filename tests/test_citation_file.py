"""CITATION.cff says how to cite the software, as CFF 1.2.0 has it."""

import re
import tomllib

REQUIRED = {"cff-version", "message", "title", "authors"}
KNOWN = REQUIRED | {"type", "abstract", "version", "license", "keywords"}


def entries(text):
    """Reads the keys of the file, each with its text or its list."""
    found = {}
    for line in text.splitlines():
        if key := re.fullmatch(r'([a-z-]+):(?: "([^"\\]*)"| ([^\s"].*))?', line):
            name = key[1]
            assert name not in found
            found[name] = key[2] or key[3] or []
        else:
            item = re.fullmatch(r'  - (?:"([^"\\]*)"|([^\s"].*))', line)
            assert item, line
            found[name].append(item[1] or item[2])
    return found


def test_it_is_what_the_standard_demands(checkout):
    """Every key that CFF requires, none that it does not know, and values of their kinds."""
    found = entries((checkout / "CITATION.cff").read_text())
    assert found.keys() >= REQUIRED
    assert found.keys() <= KNOWN
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "software"
    assert all(found.values())


def test_it_says_what_the_project_says(checkout):
    """Version, licences, keywords and authors are those of pyproject.toml; nobody is invented."""
    found = entries((checkout / "CITATION.cff").read_text())
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    assert found["title"] == project["name"]
    assert found["version"] == project["version"]
    assert found["license"] == project["license"].split(" AND ")
    assert found["keywords"] == project["keywords"]
    assert found["authors"] == [f'name: "{each["name"]}"' for each in project["authors"]]
