"""The settings of a project: all are checked, and every mistake has its line."""

import json

import pytest

from tgkg.catalog.settings import CatalogueSettings, Contact, Coverage
from tgkg.config import SETTINGS, Config, Folders, Publisher, read_config
from tgkg.errors import UnreadableError
from tgkg.formats import JSON_LD, N_QUADS, TURTLE

FULL = """
name = "my-graph_1"
base = "https://example.org/graph/"
licence = "https://creativecommons.org/licenses/by/4.0/"
languages = ["nl", "en-GB"]
public_url = "https://data.example.org/"
prefix = "/graph/"
dumps = ["Turtle", "jsonld.zst"]

[title]
en = "My graph"
nl = "Mijn graaf"

[description]
EN-gb = "What it is."

[publisher]
name = "Somebody"
url = "https://example.org/"

[creator]
name = "A curator"

[folders]
data = "facts"

[prefixes]
ex = "https://example.org/graph/def#"

[catalogue]
access_rights = "PUBLIC"
themes = ["HEAL", "EDUC"]
keywords = { EN = ["health"], nl = ["zorg", "gezondheid"] }
frequency = "IRREG"
places = ["https://example.org/here"]
period = { start = 2003-09-01, end = "2026" }
contact = { name = "The office", url = "https://example.org/contact", email = "a@example.org" }
"""


@pytest.fixture
def read(tmp_path):
    """Gives a function that reads settings from a text."""

    def make(text):
        file = tmp_path / "tgkg.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_config(file)

    return make


def test_every_setting_is_read(read):
    """What the file says is what the project gets; languages are compared in small letters."""
    config = read(FULL)
    assert config == Config(
        name="my-graph_1",
        title={"en": "My graph", "nl": "Mijn graaf"},
        description={"en-gb": "What it is."},
        base="https://example.org/graph/",
        languages=("nl", "en-gb"),
        licence="https://creativecommons.org/licenses/by/4.0/",
        publisher=Publisher({"": "Somebody"}, "https://example.org/"),
        public_url="https://data.example.org",
        prefix="/graph",
        folders=Folders(data="facts"),
        prefixes={"ex": "https://example.org/graph/def#"},
        creator=Publisher({"": "A curator"}),
        catalogue=CatalogueSettings(
            contact=Contact({"": "The office"}, "https://example.org/contact", "a@example.org"),
            themes=("HEAL", "EDUC"),
            access_rights="PUBLIC",
            keywords={"en": ("health",), "nl": ("zorg", "gezondheid")},
            frequency="IRREG",
            places=("https://example.org/here",),
            period=Coverage("2003-09-01", "2026"),
        ),
        dumps={
            TURTLE: ("plain", "gzip", "zstd"),
            N_QUADS: ("plain",),
            JSON_LD: ("zstd",),
        },
    )
    assert {key.partition(".")[0] for key in Config.__dataclass_fields__} == SETTINGS


def test_only_a_name_is_needed(read):
    """Everything else has a default, and the title is the name."""
    config = read('name = "g"')
    assert config == Config(name="g", title={"": "g"})
    assert config.base == "https://unnamed.invalid/"


@pytest.mark.parametrize("text", [FULL, 'name = "g"'])
def test_settings_travel_as_json(text, read):
    """What a manifest holds is read back the same; the folders only a build needs."""
    config = read(text)
    again = Config.from_json(json.loads(json.dumps(config.as_json())))
    assert again.as_json() == config.as_json()
    assert again.names == config.names


@pytest.mark.parametrize("text", ["\ufeff" + 'name = "g"', 'name = "g"\r\n\r\n'])
def test_a_file_as_windows_writes_it_is_read(text, read):
    """A byte order mark and carriage returns are no obstacle."""
    assert read(text).name == "g"


WRONG = [
    ("", None, "name is letters"),
    ("name = ''", 1, "name is letters"),
    ("\nname = 'a b'", 2, "name is letters"),
    ("name = '../x'", 1, "name is letters"),
    ("name = 'é'", 1, "name is letters"),
    ("name = 3", 1, "name is a text in quotation marks"),
    ("name = 'g'\nnmae = 'h'", 2, "nmae is not a setting; there are: base, "),
    ("name = 'g'\n[folders]\ndta = 'x'", 3, "folders.dta is not a setting; there are: data, "),
    ("name = 'g'\n[publisher]\nmail = 'x'", 3, "publisher.mail is not a setting"),
    ("name = 'g'\n[publisher]\nurl = 'https://x/'", 2, "publisher needs a name"),
    ("name = 'g'\npublisher = 'x'", 2, "publisher is a table: write it as [publisher]"),
    ("name = 'g'\nfolders = []", 2, "folders is a table"),
    ("name = 'g'\n[creator]\nurl = 'https://x/'", 2, "creator needs a name"),
    ("name = 'g'\ncatalogue = 'x'", 2, "catalogue is a table"),
    ("name = 'g'\n[catalogue]\ntheme = 'HEAL'", 3, "catalogue.theme is not a setting"),
    ("name = 'g'\n[catalogue]\nthemes = ['HEALTH']", 3, "'HEALTH' is not a code of themes"),
    ("name = 'g'\n[catalogue]\nthemes = 'HEAL'", 3, "themes is a list"),
    (
        "name = 'g'\n[catalogue]\naccess_rights = 'public'",
        3,
        "'public' is not a code of access_rights; there are: PUBLIC",
    ),
    ("name = 'g'\n[catalogue]\nfrequency = 'often'", 3, "'often' is not a code of frequency"),
    ("name = 'g'\n[catalogue]\nkeywords = 'x'", 3, "keywords are lists by language"),
    ("name = 'g'\n[catalogue]\nkeywords = ['']", 3, "keywords are lists by language"),
    ("name = 'g'\n[catalogue.keywords]\n'a b' = ['x']", 3, "'a b' is not a language tag"),
    ("name = 'g'\n[catalogue]\nplaces = ['here']", 3, "places is an absolute IRI"),
    ("name = 'g'\n[catalogue]\nperiod = 2003", 3, "period is a table"),
    ("name = 'g'\n[catalogue]\nperiod = { from = 1 }", 3, "catalogue.period.from is not a sett"),
    ("name = 'g'\n[catalogue]\nperiod = { start = 'x' }", 3, "period has a start, an end"),
    ("name = 'g'\n[catalogue.contact]\nname = 'x'", 2, "contact needs a name, and a url or an"),
    ("name = 'g'\n[catalogue.contact]\nemail = 'x y'", 3, "email is an address"),
    ("name = 'g'\ncatalogue = { contact = { name = 'x', url = 'y' } }", 2, "url is an absolute"),
    ("name = 'g'\n[publisher]\nname = 'a'\nurl = 'x:y'\n[creator]\nname = 3", 6, "name is a te"),
    ("name = 'g'\n\nbase = 'https://x'", 3, "base ends in a slash"),
    ("name = 'g'\nbase = 'x/'", 2, "base is an absolute IRI"),
    ("name = 'g'\nlicence = 'CC BY'", 2, "licence is an absolute IRI"),
    ("name = 'g'\nlanguages = 'en'", 2, "languages is a list"),
    ("name = 'g'\nlanguages = []", 2, "languages is a list"),
    ("name = 'g'\nlanguages = ['en', 1]", 2, "languages is a list"),
    ("name = 'g'\nlanguages = ['english please']", 2, "languages is a list"),
    ("name = 'g'\npublic_url = 'ftp://x'", 2, "public_url starts with https://"),
    ("name = 'g'\npublic_url = ' https://x'", 2, "public_url starts with https://"),
    ("name = 'g'\nprefix = 'graph'", 2, "prefix is a plain path"),
    ("name = 'g'\nprefix = '/a b'", 2, "prefix is a plain path"),
    ("name = 'g'\nprefix = '/../a'", 2, "prefix is a plain path"),
    ("name = 'g'\nprefix = '//a'", 2, "prefix is a plain path"),
    ("name = 'g'\ndumps = 'turtle'", 2, "dumps is a list of texts"),
    ("name = 'g'\ndumps = ['csv']", 2, "'csv' is no dump"),
    ("name = 'g'\ndumps = ['turtle', 'turtle.zip']", 2, "'turtle.zip' is no dump"),
    ("name = 'g'\n[title]\nen = 3", 2, "title is a text, or one by language"),
    ("name = 'g'\n[title]\n'en us' = 'x'", 2, "title is a text, or one by language"),
    ("name = 'g'\ndescription = ['x']", 2, "description is a text"),
    ("name = 'g'\n[folders]\ndata = '/etc'", 3, "folders.data is a folder inside the project"),
    ("name = 'g'\n[folders]\ndata = '../x'", 3, "folders.data is a folder inside the project"),
    ("name = 'g'\n[folders]\ndata = ''", 3, "folders.data is a folder inside the project"),
    ("name = 'g'\n[folders]\ndata = 1", 3, "data is a text in quotation marks"),
    ("name = 'g'\n[prefixes]\nex = 'x'", 3, "ex is an absolute IRI"),
    ("name = 'g'\n[prefixes]\n'a b' = 'https://x/'", 3, "'a b' is not a prefix"),
    ("name = 'g'\n\nbase = ", 3, "not TOML: Invalid value"),
    ("name = 'g'\nname = 'h'", 2, "not TOML: Cannot overwrite a value"),
    ("name = 'g'\nbase = x\n", 2, "not TOML: Invalid value"),
    ("name = 'g'\nx = " + "[" * 9999, None, "not TOML: "),
    ("name = 'g'\nx = " + "9" * 9999, None, "not TOML: "),
    (b"name = 'g'\n# \xff", None, "not UTF-8"),
    ("name = 'g'\n".encode("utf-16"), None, "not UTF-8"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), WRONG, ids=lambda each: ascii(each)[:45])
def test_a_mistake_ends_in_a_sentence(text, line, sentence, read):
    """Whatever is wrong, the file, the line and what to write instead are said."""
    with pytest.raises(UnreadableError) as error:
        read(text)
    (problem,) = error.value.problems
    assert problem.place.file == "tgkg.toml"
    assert problem.place.line == line
    assert problem.message.startswith(sentence)
    assert problem.message.endswith(".")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """A folder of that name, or no file, ends in a sentence."""
    (tmp_path / "tgkg.toml").mkdir()
    for file in (tmp_path / "tgkg.toml", tmp_path / "none.toml"):
        with pytest.raises(UnreadableError, match="cannot be read: "):
            read_config(file)
