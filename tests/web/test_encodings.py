"""Which coding a client gets, and that it unpacks to what was packed."""

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tgkg.formats import FORMATS
from tgkg.web.encodings import CODINGS, IDENTITY, choose, encoded, is_worth_coding

DECODERS = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
CHROME, FIREFOX_WITHOUT_TLS = "gzip, deflate, br, zstd", "gzip, deflate"


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("identity", "identity"),
        (CHROME, "zstd"),
        (FIREFOX_WITHOUT_TLS, "gzip"),
        ("deflate", "identity"),
        ("br", "br"),
        ("br, gzip", "br"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("*", "zstd"),
        ("*;q=0", "identity"),
        ("zstd;q=0, *", "br"),
        ("zstd;q=0, br;q=0, *;q=0.1", "gzip"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("zstd;q=0.5, gzip;q=0.501", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.000", "identity"),
        ("gzip ; q=1.000", "gzip"),
        ("gzip;Q=1", "gzip"),
        ("gzip,,\t, ", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", "identity"),
        ("gzip;q=2, br;q=0.1", "br"),
        ("gzip;q=-1", "identity"),
        ("gzip;q=1.5", "identity"),
        ("gzip;q=x", "identity"),
        ("gzip;level=9", "identity"),
        ("gzip br", "identity"),
        ("gzip;q=0, gzip", "gzip"),
    ],
)
def test_the_client_says_which_coding(header, coding):
    """The best by weight, then by our order; none where it is not asked for (RFC 9110, 12.5.3)."""
    assert choose(header).coding == coding


@pytest.mark.parametrize(
    ("header", "is_needed"),
    [
        ("gzip", False),
        ("gzip, identity;q=0", True),
        ("gzip, *;q=0", True),
        ("gzip, *;q=0, identity", False),
        ("gzip, *;q=0, identity;q=0.1", False),
        ("identity;q=0", False),  # nothing that we have is acceptable, so it gets what there is
        ("*;q=0", False),
    ],
)
def test_a_client_may_refuse_what_is_not_coded(header, is_needed):
    """`identity;q=0`, or `*;q=0` without a word on identity, rules out the plain body."""
    assert choose(header).is_needed is is_needed


WEIGHTED = st.tuples(
    st.sampled_from([*CODINGS, "*", "x-gzip", "deflate", "GZIP", "?"]),
    st.sampled_from(["", ";q=0", ";q=0.3", "; q=0.7", ";q=1.0", ";q=9", ";"]),
).map("".join)


@given(st.one_of(st.text(), st.lists(WEIGHTED).map(",".join)))
def test_no_header_brings_what_it_refuses(header):
    """Whatever the header, the coding is one of ours, and identity or not refused."""
    choice = choose(header)
    assert choice.coding in CODINGS
    parts = [part.replace(" ", "").lower() for part in header.split(",")]
    assert choice.coding == IDENTITY or choice.coding in header.lower() or "*" in header
    assert not (parts == [f"{choice.coding};q=0"] and choice.coding != IDENTITY)


@given(st.binary(max_size=5000), st.sampled_from(CODINGS))
def test_what_is_packed_unpacks(body, coding):
    """Every coding gives back the same bytes, and gives the same bytes each time."""
    packed = encoded(body, coding)
    assert DECODERS[coding](packed) == body
    assert packed == encoded(body, coding)


@pytest.mark.parametrize("coding", [coding for coding in CODINGS if coding != IDENTITY])
def test_text_shrinks(coding):
    """Results of a query shrink several times."""
    body = b"".join(
        b'{"s":{"type":"uri","value":"https://example.org/%d"}},' % i for i in range(99)
    )
    assert len(encoded(body, coding)) * 4 < len(body)


@pytest.mark.parametrize(
    ("content_type", "size", "is_worth"),
    [
        *((fmt.content_type, 1024, True) for fmt in FORMATS),
        ("text/css; charset=utf-8", 5000, True),
        ("text/javascript", 5000, True),
        ("image/svg+xml", 5000, True),
        ("Text/HTML", 5000, True),
        ("text/html", 1023, False),
        ("image/png", 5000, False),
        ("application/gzip", 5000, False),
        ("", 5000, False),
    ],
)
def test_text_of_some_length_is_worth_coding(content_type, size, is_worth):
    """Every format of the table is text; pictures are packed already, little fits one packet."""
    assert is_worth_coding(content_type, size) is is_worth
