"""What every response has, and how a client that has it already is answered."""

import pytest
from flask import Flask

from tgkg.errors import NotAcceptableError
from tgkg.formats import CSV, HTML, JSON, JSON_LD, N_TRIPLES, TSV, TURTLE
from tgkg.web.responses import finish, representation, wanted


@pytest.fixture
def bare():
    """Gives an application without addresses."""
    return Flask(__name__)


def answered(bare, headers=None, method="GET", **asked):
    """Makes a representation within a request."""
    body, fmt = asked.pop("body", "x"), asked.pop("fmt", TURTLE)
    with bare.test_request_context("/", method=method, headers=headers):
        return representation(body, fmt, **asked)


@pytest.mark.parametrize(
    ("fmt", "content_type"),
    [
        (TURTLE, "text/turtle; charset=utf-8"),
        (N_TRIPLES, "application/n-triples"),
        (HTML, "text/html; charset=utf-8"),
        (JSON, "application/json"),
    ],
)
def test_a_representation_says_what_it_is(bare, fmt, content_type):
    """Content-Type comes from the table; by default the answer depends on Accept."""
    response = answered(bare, fmt=fmt, language="nl")
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Language"] == "nl"
    assert response.headers["Vary"] == "Accept"


def test_a_representation_may_depend_on_more_or_on_nothing(bare):
    """An address with an extension varies with nothing, a page with the language too."""
    assert "Vary" not in answered(bare, vary=()).headers
    assert answered(bare, vary=("Accept", "Accept-Language")).vary.as_set() == {
        "accept",
        "accept-language",
    }


def test_the_other_formats_are_linked(bare):
    """Each alternate but the format itself is a Link with its media type (RFC 8288)."""
    alternates = {HTML: "/a b.html", TURTLE: "/a.ttl", JSON_LD: "/é?x=<y>"}
    links = answered(bare, alternates=alternates, links={"describedby": "/void"})
    assert links.headers.getlist("Link") == [
        '</a%20b.html>; rel="alternate"; type="text/html"',
        '</%C3%A9?x=%3Cy%3E>; rel="alternate"; type="application/ld+json"',
        '</void>; rel="describedby"',
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_client_has_is_not_sent_again(bare, method):
    """The same bytes in the same format have the same strong ETag, and give 304."""
    tag = answered(bare).headers["ETag"]
    assert not tag.startswith("W/")
    again = answered(bare, {"If-None-Match": f'"other", {tag}'}, method)
    assert again.status_code == 304
    assert again.headers["ETag"] == tag
    assert again.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    "other", [{"body": "y"}, {"fmt": JSON_LD}, {"language": "nl"}, {"body": b"x "}]
)
def test_another_representation_has_another_tag(bare, other):
    """Other bytes, another format or another language never share an ETag."""
    assert answered(bare, **other).headers["ETag"] != answered(bare).headers["ETag"]
    tag = answered(bare).headers["ETag"]
    assert answered(bare, {"If-None-Match": tag}, **other).status_code == 200


def test_results_without_rows_differ_by_format(bare):
    """An empty table in CSV is not the one in TSV, though their bytes are the same."""
    tags = {answered(bare, body="", fmt=fmt).headers["ETag"] for fmt in (CSV, TSV)}
    assert len(tags) == 2


def test_an_error_has_no_tag(bare):
    """Only what was asked for can be kept."""
    response = answered(bare, {"If-None-Match": "*"}, status=400)
    assert response.status_code == 400
    assert "ETag" not in response.headers


@pytest.mark.parametrize(
    ("address", "accept", "chosen"),
    [
        ("/", "text/turtle", TURTLE),
        ("/", None, HTML),
        ("/?format=ttl", "text/html", TURTLE),
        ("/?format=Turtle", "text/html", TURTLE),
        ("/?format=json", "text/html", JSON),
        ("/?format=application/x-turtle", None, TURTLE),
        ("/?format=", "text/turtle", TURTLE),
    ],
)
def test_an_address_may_name_the_format(bare, address, accept, chosen):
    """`?format=` overrides Accept, by name, extension or media type."""
    with bare.test_request_context(address, headers={"Accept": accept} if accept else None):
        assert wanted((HTML, TURTLE, JSON)) is chosen


def test_a_format_that_is_not_there_is_refused(bare):
    """An unknown name is not guessed at."""
    with (
        bare.test_request_context("/?format=docx"),
        pytest.raises(NotAcceptableError, match="html, turtle") as caught,
    ):
        wanted((HTML, TURTLE))
    assert caught.value.offered == ("text/html", "text/turtle")


def test_every_response_is_open_to_scripts_and_closed_to_tricks(bare):
    """CORS for all; a page may load nothing that is not ours, and nobody may frame it."""
    with bare.test_request_context("/"):
        page = finish(representation("x", HTML)).headers
        data = finish(representation("x", TURTLE)).headers
    for headers in (page, data):
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in headers["Access-Control-Expose-Headers"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in headers
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "Content-Security-Policy" not in data
