"""Pages that a project brings along: what they show, and that mistakes in them are found early."""

import csv
import io

import pytest
from stars import CONFIG, DATA, FILES, QUERY, page_of, site, written

from tgkg.publish.build import build
from tgkg.publish.examine import check
from tgkg.release import State
from tgkg.special_pages import ABOUT, HOME, RESERVED
from tgkg.web.current import published
from tgkg.web.declared import pages_of
from tgkg.web.special_page import special


@pytest.fixture(scope="module")
def stars(tmp_path_factory):
    """Gives the site of a project that has nothing to do with ours."""
    folder = tmp_path_factory.mktemp("stars")
    return site(folder / "project", FILES, folder / "state")


@pytest.fixture
def client(stars):
    """Gives a client of it."""
    return stars.test_client()


def test_a_page_has_its_address_title_and_place_in_the_menu(client):
    """A file is a page at its name; the menu has those that ask for a place, by their names."""
    text = page_of(client)
    assert "<h1>Bright stars</h1>" in text
    assert '<a href="/bright" aria-current="page">Bright</a>' in text
    assert "/dim" not in text
    assert "<h1>Dim stars</h1>" in page_of(client, "/dim").replace(' lang=""', "")


def test_a_page_speaks_the_readers_language(client):
    """Titles, names of things and what a query asks for come in the language of the reader."""
    text = page_of(client, "/bright?lang=nl")
    for said in ("Heldere sterren", ">Helder</a>", "Wega", "Lier", "planeten", "in nl"):
        assert said in text
    assert 'href="/bright?lang=nl"' in text
    assert "in en" in page_of(client)


def test_things_lead_to_their_pages(client):
    """What a query finds is shown by its name and leads to its page."""
    assert '<a href="/doc/star/vega"><bdi>Vega</bdi></a>' in page_of(client)


def test_a_bound_is_said_to_be_one(client):
    """A figure that is only a bound is never a plain number."""
    text = page_of(client)
    assert "<bdi>more than 7</bdi>" in text
    assert "<bdi>7</bdi>" not in text
    assert 'class="bar s1 possible"' in text


def test_no_two_populations_share_an_axis(client):
    """A chart is drawn for each population: two here, of three figures."""
    text = page_of(client)
    assert text.count('<figure class="chart') == 2
    assert 'id="planets-1-title">Few stars<' in text
    assert 'id="planets-2-title">Many stars<' in text


def test_what_is_said_of_one_thing_is_one_line(client):
    """Rows about the same thing are one line of a table, with each value once."""
    text = page_of(client)
    end = text.index("/bright/list.csv")
    table = text[text.rindex("<tbody>", 0, end) : end]
    assert table.count("<tr>") == 3
    assert table.count("Deneb") == table.count("Cygnus") == 1
    assert table.count("Lyra") == 2


def test_words_of_a_project_are_safe(client):
    """Neither its Markdown nor its data brings in HTML, a script, or a template."""
    text = page_of(client)
    assert "<script>alert" not in text
    assert "<b>Altair" not in text
    assert "<i>seen" not in text
    assert "javascript:" not in text.replace("[no](javascript:", "")
    assert "{{ 7 * 7 }}" in text


def test_links_in_words_lead_where_they_should(client):
    """Links to this site keep prefix and language; names lead to their pages; others go out."""
    text = page_of(client, "/bright?lang=nl", base_url="http://localhost/below")
    assert '<a href="/below/?lang=nl">home</a>' in text
    assert '<a href="/below/doc/star/vega?lang=nl">Vega</a>' in text
    assert '<a href="https://e.org/" class="external" rel="noopener external">them</a>' in text


def test_each_query_has_its_data(client):
    """What a section shows is there as CSV, with names beside IRIs, and as a query to change."""
    text = page_of(client)
    assert 'href="/bright/list.csv"' in text
    response = client.get("/bright/list.csv?lang=nl")
    assert response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert {row["star_label"] for row in rows} >= {"Wega", "Deneb"}
    assert client.get("/bright/nothing.csv").status_code == 404


def test_questions_lead_to_their_pages(client):
    """A question of the project is listed with its title."""
    assert '<a href="/questions/spoken"><bdi>Which stars?</bdi></a>' in page_of(client)


@pytest.mark.parametrize("method", ["put", "post", "delete"])
def test_a_page_is_only_read(client, method):
    """A page takes no other method; what is no page is not found by any."""
    assert getattr(client, method)("/bright").status_code == 405
    assert getattr(client, method)("/nothing").status_code == 404


def test_a_page_asks_once_a_section(stars):
    """A page costs a query for each section that has one, and two for the names of things."""
    with stars.test_request_context("/bright"):
        here = published()
        counting = Counting(here.engine)
        page = pages_of(here.release)["bright"]
        object.__setattr__(here.engines, "pages", counting)
        try:
            special(here, page)
        finally:
            object.__setattr__(here.engines, "pages", counting.engine)
    assert counting.count <= sum(section.query is not None for section in page.sections) + 2


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine):
        """Begins at none."""
        self.engine, self.count = engine, 0

    def query(self, request):
        """Counts and passes on."""
        self.count += 1
        return self.engine.query(request)


def test_a_project_without_pages_has_the_generic_site(tmp_path):
    """Nothing is asked of a project: it has a home page, an about page, and no second menu."""
    files = {"tgkg.toml": CONFIG, "data/stars.ttl": DATA}
    client = site(tmp_path / "p", files, tmp_path / "s").test_client()
    assert 'class="topics"' not in page_of(client, "/")
    assert "The observatory" in page_of(client, "/about")
    assert client.get("/home").status_code == 404


def test_home_and_about_can_be_the_projects_own(tmp_path):
    """`home.toml` stands above what is generic, `about.toml` before it, or in its place."""
    files = FILES | {
        "pages/home.toml": 'title = "Look up"\n[[section]]\ntext = "Begin here."\n',
        "pages/about.toml": 'title = "Who"\ngeneric = false\n[[section]]\ntext = "Only us."\n',
    }
    client = site(tmp_path / "p", files, tmp_path / "s").test_client()
    home, about = page_of(client, "/"), page_of(client, "/about")
    assert "Look up</h1>" in home
    assert home.index("Begin here.") < home.index('id="contents"')
    assert "Only us." in about
    assert 'id="privacy"' not in about
    assert client.get("/home").headers["Location"] == "/"


def test_about_says_what_people_need(client):
    """The generic about page has contact, licence, how it is made, privacy and accessibility."""
    text = page_of(client, "/about")
    for part in ("contact", "reuse", "made", "privacy", "accessibility"):
        assert f'id="{part}"' in text
    assert "a hash of its text" in text
    assert "creativecommons.org/publicdomain/zero/1.0" in text


def test_pages_are_part_of_a_release(tmp_path):
    """A changed page makes another release; one without pages keeps the name that it had."""
    state = State(tmp_path / "s")
    project = written(tmp_path / "p", FILES)

    def name():
        return build([project], state, lambda _: None).release.id

    first = name()
    (project / "pages/dim.toml").write_text('title = "Faint stars"\n')
    assert name() != first
    assert (state.current().folder / "pages/stars.rq").read_text() == QUERY


SECTION = '\n[[section]]\nkind = "table"\nquery = "stars.rq"\n'


@pytest.mark.parametrize(
    ("file", "text", "place", "said"),
    [
        ("pages/def.toml", 'title = "x"\n', "pages/def.toml:1", "an address of the site itself"),
        ("pages/A b.toml", 'title = "x"\n', "pages/A b.toml:1", "small letters"),
        ("pages/x.toml", "", "pages/x.toml", "needs a title"),
        ("pages/x.toml", "title = 1\n", "pages/x.toml:1", "title is a text"),
        ("pages/x.toml", 'title = "x"\ncolour = 1\n', "pages/x.toml:2", "colour is not a setting"),
        ("pages/x.toml", 'title = "x"\nmenu = "a"\n', "pages/x.toml:2", "whole number"),
        ("pages/x.toml", 'title = "x"\ngeneric = true\n', "pages/x.toml:2", "generic is for"),
        ("pages/x.toml", 'title = "x"\n[[section]]\nkind = "pie"\n', "pages/x.toml:3", "no kind"),
        ("pages/x.toml", f'title = "x"{SECTION}', "pages/x.toml:2", "needs columns"),
        (
            "pages/x.toml",
            f'title = "x"{SECTION}columns.star = "S"\n{SECTION}columns.moon = "M"\nid = "m"',
            "pages/x.toml:10",
            "gives no ?moon; it gives: star, thing",
        ),
        (
            "pages/x.toml",
            f'title = "x"{SECTION}columns.star = "S"\n{SECTION}columns.star = "S"\n',
            "pages/x.toml:9",
            "give this an id",
        ),
        (
            "pages/x.toml",
            'title = "x"\n[[section]]\nkind = "cards"\nquery = "no.rq"\n',
            "pages/x.toml:4",
            "there is no query no.rq",
        ),
        (
            "pages/x.toml",
            'title = "x"\n[[section]]\nkind = "cards"\nquery = "../tgkg.toml"\n',
            "pages/x.toml:4",
            "there is no query",
        ),
        (
            "pages/x.toml",
            'title = "x"\n[[section]]\nkind = "questions"\nquestions = ["why"]\n',
            "pages/x.toml:4",
            "there is no question why",
        ),
        (
            "pages/x.toml",
            'title = "x"\n[[section]]\nquery = 1\n',
            "pages/x.toml:3",
            "not a setting",
        ),
        ("pages/x.rq", "SELECT * {\n  ?s ?p }\n", "pages/x.rq:3:1", "not SPARQL"),
        ("pages/x.rq", "SELECT * { SERVICE <http://e/> {} }", "pages/x.rq:1", "another endpoint"),
        ("pages/x.js", "alert(1)", "pages/x.js", ".toml file"),
        ("pages/in/x.toml", 'title = "x"\n', "pages/in/x.toml", "into pages/ itself"),
        ("theme/x.js", "alert(1)", "theme/x.js", "files of these kinds"),
        ("theme/templates/base.html", "a\n{% if %}", "theme/templates/base.html:2", "template"),
    ],
)
def test_a_mistake_is_found_with_its_place(tmp_path, file, text, place, said):
    """What a page says wrongly is refused before it is published, with file and line."""
    report = check([written(tmp_path, FILES | {file: text})], lambda _: None)
    (problem,) = report.problems
    assert str(problem.place) == place
    assert said in problem.message


def test_no_page_can_take_an_address_of_the_site(stars):
    """Every first part of the site's own addresses is refused as the name of a page."""
    parts = {rule.rule.split("/")[1] for rule in stars.url_map.iter_rules()}
    own = {part for part in parts if part and part.replace("-", "").isalnum()}
    assert own <= RESERVED | {ABOUT}
    assert HOME not in RESERVED


def test_the_example_of_the_guide_is_a_page(tmp_path, checkout):
    """What docs/site.md shows can be copied as it stands."""
    guide = (checkout / "docs/site.md").read_text("utf-8")
    example = guide.split("```toml\n")[1].split("```")[0]
    files = FILES | {"pages/bright.toml": example}
    text = page_of(site(tmp_path / "p", files, tmp_path / "s").test_client())
    assert "Where they are</h2>" in text
    assert '<a href="/doc/star/vega">Vega</a>' in text
