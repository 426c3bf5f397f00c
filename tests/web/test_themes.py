"""A theme: a project's own style, logo and templates, and what they cannot do."""

import logging

import pytest
from stars import CONFIG, DATA, page_of, site, written

from tgkg.publish.build import build
from tgkg.release import State

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
HOME = """{% extends "base.html" %}
{% block title %}{{ site.title.text }}{% endblock %}
{% block main %}<h1>Night sky of {{ site.title.text }}</h1>{% endblock %}
"""
FILES = {
    "tgkg.toml": CONFIG,
    "data/stars.ttl": DATA,
    "theme/site.css": ":root { --accent: purple; }",
    "theme/logo.svg": LOGO,
    "theme/templates/home.html": HOME,
}


@pytest.fixture
def themed(tmp_path):
    """Gives a function that gives a client of a site with these files besides."""

    def make(**more):
        return site(tmp_path / "p", FILES | more, tmp_path / "s").test_client()

    return make


def test_a_theme_dresses_every_page(themed):
    """Its style comes after ours, its logo stands for our mark, its templates for ours."""
    client = themed()
    text = page_of(client, "/about")
    assert text.index("site.css?v=") < text.index("/theme/site.css?v=")
    assert '<img class="logo" src="/theme/logo.svg' in text
    assert "Night sky of Stars" in page_of(client, "/")
    assert "Night sky" not in text


def test_files_of_a_theme_are_served(themed):
    """A style sheet and a picture have types and validators, and no leave to run scripts."""
    client = themed()
    style, logo = client.get("/theme/site.css"), client.get("/theme/logo.svg")
    assert (style.mimetype, logo.mimetype) == ("text/css", "image/svg+xml")
    assert logo.text == LOGO
    assert "script-src" not in logo.headers["Content-Security-Policy"]
    assert "default-src 'none'" in logo.headers["Content-Security-Policy"]
    again = client.get("/theme/site.css", headers={"If-None-Match": style.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/theme/templates/home.html", "/theme/../manifest.json", "/theme/%2e%2e/manifest.json",
        "/theme/..%2fmanifest.json", "/theme/no.css", "/theme/", "/theme/./templates/home.html",
    ],
)  # fmt: skip
def test_nothing_else_is_served(themed, path):
    """Neither templates nor anything outside the theme."""
    assert themed().get(path).status_code == 404


def test_below_a_prefix_a_theme_is_found(themed):
    """Its addresses keep the path below which the site is served."""
    text = page_of(themed(), "/about", base_url="http://localhost/below")
    assert "/below/theme/site.css?v=" in text


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing.at.all }}",
        "{% include 'absent.html' %}",
        "{{ 1 / 0 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ url_for.__globals__ }}",
        "{% for i in range(10 ** 9) %}{% endfor %}",
    ],
)
def test_a_template_that_fails_takes_nothing_down(themed, template, caplog):
    """The site's own template stands in for one that fails, or looks behind the page."""
    caplog.set_level(logging.CRITICAL)
    client = themed(**{"theme/templates/home.html": template})
    assert "<h1>Stars</h1>" in page_of(client, "/")


def test_a_broken_frame_leaves_pages_and_problems(themed, caplog):
    """A theme whose frame fails leaves the site's own frame, also around problems."""
    caplog.set_level(logging.CRITICAL)
    client = themed(**{"theme/templates/base.html": "{{ nothing.at.all }}"})
    assert "<h1>" in page_of(client, "/about")
    assert "</html>" in client.get("/nothing", headers={"Accept": "text/html"}).text


def test_each_release_has_its_own_look(tmp_path):
    """A changed theme is another release, and is seen as soon as that is current."""
    state = State(tmp_path / "s")
    client = site(tmp_path / "p", FILES, tmp_path / "s").test_client()
    assert "Night sky of" in page_of(client, "/")
    before = state.current_id()
    project = written(tmp_path / "p", {"theme/templates/home.html": HOME.replace("Night", "Day")})
    build([project], state, lambda _: None)
    assert state.current_id() != before
    assert "Day sky of" in page_of(client, "/")
