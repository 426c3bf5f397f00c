"""The site as a whole: prefixes, names without a page, no release, any method anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.release import State

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

ADDRESSES = (
    "/", "/sparql", "/graphs", "/graphs?default", "/dumps/", "/dumps/isles", "/dumps/isles.ttl",
    "/def", "/validation", "/doc/island/far", "/doc/island/far.ttl", "/catalog", "/linkset",
    "/.well-known/void", "/sitemap.xml", "/robots.txt",
    "/resource?iri=https://example.org/isles/id/island/far",
)  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["program", "browser"])
def test_every_address_answers(client, path, headers):
    """Each address of the site answers a program and a browser, GET and HEAD alike."""
    got, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert got.status_code == head.status_code == 200
    assert head.data == b""
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert ("Content-Security-Policy" in got.headers) == (got.mimetype == "text/html")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_says_what_it_allows(client, path):
    """OPTIONS answers with Allow, and a write with 405."""
    options = client.options(path)
    assert options.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", "))
    assert "Content-Type" not in options.headers
    assert "Content-Security-Policy" not in options.headers
    assert client.delete(path).status_code == 405


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_a_client_has_is_not_sent_again(client, path):
    """Every address has a strong ETag and honours it."""
    tag = client.get(path).headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("/timetable/summer", "https://example.org/isles/timetable/summer"),
        ("/graph/nothing", None),
        ("/nothing", None),
        ("/a%20b", None),
        ("/%3Cscript%3E", None),
        ("/%ff", None),
        ("/a%00b", None),
    ],
)
def test_a_name_without_a_page_leads_to_its_description(client, path, iri):
    """A path that is a name in the graph leads to it; any other is not found."""
    response = client.get(path)
    if iri is None:
        assert response.status_code == response.get_json()["status"] == 404
    else:
        assert response.status_code == 303
        assert response.headers["Location"] == f"/resource?iri={iri}"


@pytest.mark.parametrize(
    ("path", "location"),
    [("/dumps", "/dumps/"), ("/id/island/far", "/doc/island/far")],
)
def test_redirects_name_no_host(client, path, location):
    """Where a redirect leads is a path, so it is right behind any proxy."""
    response = client.get(path, headers={"Host": "inside.invalid"})
    assert response.status_code in (303, 308)
    assert response.headers["Location"] == location


def test_a_write_to_an_unknown_path_is_not_found(client):
    """There is nothing to change where nothing is."""
    assert client.put("/nothing").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/graph", 200),
        ("/graph/", 200),
        ("/graph/sparql", 200),
        ("/graph/dumps/isles.nq", 200),
        ("/", 404),
        ("/sparql", 404),
        ("/graphs", 404),
        ("/graphic", 404),
    ],
)
def test_the_site_lives_under_its_prefix(site_with, path, status):
    """Below the prefix everything is there; outside it the right address is told."""
    response = site_with(prefix="/graph").get(path)
    assert response.status_code == status
    if status == 404:
        assert f"/graph{path}" in response.get_json()["detail"]


def test_links_carry_the_prefix(site_with):
    """Every link that the site makes starts with the prefix."""
    client = site_with(prefix="/a/b")
    prefix = "/a/b"
    listed = client.get(f"{prefix}/graphs?format=json").get_json()
    assert listed["default"]["href"].startswith(prefix)
    links = client.get(f"{prefix}/graphs").headers.getlist("Link")
    assert links
    assert all(link.startswith(f"<{prefix}/") for link in links)
    moved = client.get(f"{prefix}/timetable/summer")
    assert moved.headers["Location"].startswith(f"{prefix}/resource?iri=")
    assert f"<http://localhost{prefix}/sparql>" in client.get(f"{prefix}/sparql").text
    page = client.get(f"{prefix}/", headers=BROWSER).text
    assert f'href="{prefix}/' in page
    assert 'href="/dumps' not in page


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/graphs", "/nothing", "/doc/a/b"])
@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["program", "browser"])
def test_without_a_release_the_site_asks_for_patience(empty_site, path, headers):
    """Before the first release each address is 503, in the form that the client accepts."""
    response = empty_site.get(path, headers=headers)
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert response.mimetype == ("text/html" if headers else "application/problem+json")


def test_the_first_release_is_served_when_it_comes(project, tmp_path, publish, empty_site):
    """A site that started without a release has it as soon as there is one."""
    assert empty_site.get("/graphs").status_code == 503
    publish(project, State(tmp_path / "state"))
    assert empty_site.get("/graphs").status_code == 200


def test_templates_refuse_what_they_do_not_know(app):
    """An unknown name in a template is an error, and what a page shows is escaped."""
    with app.app_context():
        escaped = app.jinja_env.get_template("problem.html")
    assert escaped.environment.undefined.__name__ == "StrictUndefined"
    assert app.jinja_env.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


PIECES = (
    "sparql", "graphs", "dumps", "isles.nq", "doc", "id", "resource", "def", "validation", "static",
    "island", "far", "/", "//", "..", "?", "&", "=", "#", "%2e", "%00", "%ff", "%0a", "%25", "é",
    "<script>", "query=ASK{}", "graph=", "default", "iri=", "format=", "html", "json", "lang=nl",
    "page=-1", "incoming=", "https://example.org/isles/id/island/far", '"', "{", "\\", "9" * 30,
)  # fmt: skip


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"]),
    st.lists(st.sampled_from(PIECES), max_size=8).map(
        lambda pieces: "/" + "".join(pieces).lstrip("/")  # the client takes //x for a host
    ),
    st.sampled_from(["text/html", "*/*", "text/turtle", "application/json", "image/png"]),
    st.sampled_from(["localhost", "a b", '"><x>', "[::1", ""]),
)
def test_no_address_breaks_the_site(app, method, path, accept, host):
    """Whatever is asked, the answer is there or says what is wrong: nothing is our fault."""
    headers = {"Accept": accept, "Host": host}
    response = app.test_client().open(path, method=method, headers=headers)
    assert response.status_code < 500
