"""How much is kept, and what leaves."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.web.kept import Kept
from tgkg.web.shelf import Shelf

ENVIRON = {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "nl"}
SIZE = 20_000
"""Of one response, more or less."""


def response(body=b"x" * (SIZE - 4000), headers=()):
    """Makes a response."""
    return Kept([("Content-Type", "text/html"), ("ETag", '"x"'), *headers], body)


def put(shelf, name, environ=ENVIRON, varies=frozenset(), body=None):
    """Puts a response on the shelf, and gives it."""
    kept = response() if body is None else response(body)
    shelf.put(("", name, ""), environ, varies, kept)
    return kept


def test_what_is_put_is_found():
    """A response is there for its own address only."""
    shelf = Shelf("r", 10 * SIZE)
    kept = put(shelf, "/a")
    assert shelf.find(("", "/a", ""), {}) is kept
    assert shelf.find(("", "/b", ""), {}) is None


def test_a_response_is_for_the_headers_that_it_varies_with():
    """Other values of those headers find nothing, other values of the rest find it."""
    shelf = Shelf("r", 10 * SIZE)
    kept = put(shelf, "/a", varies={"HTTP_ACCEPT"})
    key = ("", "/a", "")
    assert shelf.find(key, ENVIRON | {"HTTP_ACCEPT_LANGUAGE": "en"}) is kept
    assert shelf.find(key, ENVIRON | {"HTTP_ACCEPT": "text/turtle"}) is None
    assert shelf.find(key, {}) is None


def test_an_address_may_come_to_vary_with_more():
    """Data varies with Accept, its page with the language too: neither is taken for the other."""
    shelf, key = Shelf("r", 10 * SIZE), ("", "/a", "")
    data = ENVIRON | {"HTTP_ACCEPT": "text/turtle"}
    put(shelf, "/a", data, {"HTTP_ACCEPT"})
    page = put(shelf, "/a", ENVIRON, {"HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE"})
    assert shelf.find(key, ENVIRON) is page
    assert shelf.find(key, ENVIRON | {"HTTP_ACCEPT_LANGUAGE": "en"}) is None
    again = put(shelf, "/a", data, {"HTTP_ACCEPT"})
    assert shelf.find(key, data) is again
    assert shelf.find(key, ENVIRON) is page


def test_the_same_again_takes_the_place_of_the_first():
    """Two that asked at once are kept once."""
    shelf = Shelf("r", 10 * SIZE)
    put(shelf, "/a")
    size = shelf.size
    kept = put(shelf, "/a")
    assert (shelf.size, len(shelf)) == (size, 1)
    assert shelf.find(("", "/a", ""), {}) is kept
    assert shelf.evictions == 0


def test_what_is_read_stays():
    """A flood of addresses that come once does not drive out what is asked for in between."""
    shelf = Shelf("r", 5 * SIZE)
    put(shelf, "/often")
    for number in range(100):
        assert shelf.find(("", "/often", ""), {})
        put(shelf, f"/{number}")
    assert shelf.find(("", "/often", ""), {})
    assert shelf.find(("", "/1", ""), {}) is None
    assert shelf.evictions == 101 - len(shelf)


def test_what_is_too_large_is_not_kept():
    """A response larger than the shelf drives out nothing."""
    shelf = Shelf("r", 2 * SIZE)
    kept = put(shelf, "/a")
    put(shelf, "/b", body=b"x" * 3 * SIZE)
    assert shelf.find(("", "/b", ""), {}) is None
    assert shelf.find(("", "/a", ""), {}) is kept


def test_codings_count():
    """A further coding takes room of its own, and is only counted while it is here."""
    shelf = Shelf("r", 5 * SIZE)
    kept = put(shelf, "/a")
    before = shelf.size
    reply = kept.reply_in("gzip")
    for _ in range(2):
        shelf.add(kept, "gzip", reply)
    assert kept.replies["gzip"] is reply
    assert shelf.size == before + reply.size
    for number in range(9):
        put(shelf, f"/{number}")
    size = shelf.size
    shelf.add(kept, "br", kept.reply_in("br"))
    assert "br" not in kept.replies
    assert shelf.size == size


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "find", "add"]),
        st.sampled_from("abcdefgh"),
        st.sampled_from([0, 100, 10_000, 40_000]),
        st.sampled_from([frozenset(), frozenset({"HTTP_ACCEPT"})]),
    )
)


@given(STEPS)
def test_the_size_is_that_of_what_is_there(steps):
    """Whatever happens, the sum is right, it is within the bound, and nothing is half there."""
    shelf = Shelf("r", 100_000)
    for what, name, size, varies in steps:
        if what == "put":
            put(shelf, name, varies=varies, body=b"x" * size)
        elif (found := shelf.find(("", name, ""), ENVIRON)) and what == "add":
            shelf.add(found, "gzip", found.reply_in("gzip"))
        assert shelf.size == sum(kept.size for kept in shelf._row) <= 100_000
    addresses = list(shelf._addresses.values())
    within = {kept for address in addresses for kept in address.variants.values()}
    assert within <= set(shelf._row)
    assert all(address.variants for address in addresses)


@pytest.mark.parametrize("body", [0, 300, 30_000])
def test_the_bound_is_on_memory(body):
    """What Python really takes is about what is counted, for small responses too."""
    most = 4_000_000
    shelf = Shelf("r", most)
    tracemalloc.start()
    try:
        for number in range(3 * most // (body + 2000)):
            headers = [(f"X-Header-{n}", f"{'y' * 40}{n}{number}") for n in range(8)]
            kept = response(bytes(body), headers)
            shelf.put(("", f"/path/{number}", f"query={number}"), ENVIRON, set(), kept)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert shelf.evictions
    assert 0.5 * most < held < 1.1 * most


def test_many_threads_may_use_it():
    """Each finds what belongs to the address, or nothing, and the size stays right."""
    shelf = Shelf("r", 20 * SIZE)

    def use(number):
        name = f"/{number % 40}"
        found = shelf.find(("", name, ""), {})
        if found is None:
            put(shelf, name, body=name.encode() * 2000)
        elif number % 3 == 0:
            shelf.add(found, "gzip", found.reply_in("gzip"))
        return found is None or found.replies["identity"].body.startswith(name.encode())

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(use, range(5000)))
    assert shelf.size == sum(kept.size for kept in shelf._row) <= 20 * SIZE
