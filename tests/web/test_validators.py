"""What a client may keep, and how it is told that it has it."""

import pytest

from tgkg.web.validators import is_known, not_modified, value_of, with_freshness, without


@pytest.mark.parametrize(
    ("if_none_match", "tag", "is_it"),
    [
        ('"a"', '"a"', True),
        ('"a"', '"b"', False),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"b", "a"', '"a"', True),
        ('"b","a" , "c"', '"a"', True),
        ('"b,a"', '"a"', False),
        ("*", '"a"', True),
        ('"*"', '"a"', False),
        ('"a-gzip"', '"a"', False),
        ('"a"', '"a-gzip"', False),
        ("", '"a"', False),
        ('"', '"a"', False),
        ("nonsense", '"a"', False),
    ],
)
def test_a_client_lists_what_it_has(if_none_match, tag, is_it):
    """A list of tags, weak ones too, or `*` for anything (RFC 9110, section 13.1.2)."""
    assert is_known(if_none_match, tag) is is_it


def test_a_304_tells_what_may_have_changed():
    """It has the validators and what a cache must know, and nothing about a body."""
    headers = [
        ("Content-Type", "text/html"),
        ("Content-Length", "9"),
        ("Content-Encoding", "gzip"),
        ("Content-Language", "nl"),
        ("Content-Location", "/a"),
        ("Last-Modified", "x"),
        ("ETag", '"a"'),
        ("Vary", "Accept"),
        ("Cache-Control", "public"),
        ("Expires", "x"),
        ("Link", "</a>"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    assert [name for name, _ in not_modified(headers)] == [
        "Content-Location",
        "ETag",
        "Vary",
        "Cache-Control",
        "Expires",
        "Link",
        "Access-Control-Allow-Origin",
    ]


@pytest.mark.parametrize(
    ("status", "said", "policy"),
    [
        ("200 OK", None, "public, max-age=0, must-revalidate"),
        ("303 SEE OTHER", None, "public, max-age=0, must-revalidate"),
        ("404 NOT FOUND", None, "public, max-age=0, must-revalidate"),
        ("200 OK", "no-cache", "public, max-age=0, must-revalidate"),
        ("500 INTERNAL SERVER ERROR", None, "no-store"),
        ("503 SERVICE UNAVAILABLE", None, "no-store"),
        ("200 OK", "no-store", "no-store"),
        ("200 OK", "public, max-age=31536000, immutable", "public, max-age=31536000, immutable"),
    ],
)
def test_every_response_says_how_long_it_holds(status, said, policy):
    """A new release may change any answer at once; a failure of ours is kept by nobody."""
    headers = [("X", "y"), *([("Cache-Control", said)] if said else [])]
    found = with_freshness(status, headers)
    assert value_of(found, "cache-control") == policy
    assert value_of(found, "x") == "y"


def test_a_header_that_comes_twice_is_one_list():
    """Several lines are one list (RFC 9110, section 5.3); names have no case."""
    headers = [("Vary", "a"), ("VARY", "b"), ("X", "c")]
    assert value_of(headers, "vary") == "a, b"
    assert value_of(headers, "y") is None
    assert without(headers, "vary") == [("X", "c")]
