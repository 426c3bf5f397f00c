"""Whole responses in front of the application: what is kept, for whom, and until when."""

import gzip
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from tgkg.release import State
from tgkg.web.app import create_app
from tgkg.web.cache import Cache
from tgkg.web.encodings import encoded
from tgkg.web.operators import CACHE
from tgkg.web.prefix import UnderPrefix

GRAPH = Path(__file__).parent / "graph"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORM = "application/x-www-form-urlencoded"
ISLANDS = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
QUERY = f"/sparql?query={quote(ISLANDS)}"
REVALIDATE = "public, max-age=0, must-revalidate"

DECODERS = {
    None: bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
ADDRESSES = (
    "/", "/graphs", "/graphs?default", "/def", "/validation", "/doc/island/far", "/conformance",
    "/doc/island/far.ttl", "/resource?iri=https://example.org/isles/id/island/far", QUERY,
    "/dumps/", "/static/site.css",
)  # fmt: skip


class Closing(Client):
    """A client that reads each response to its end and closes it, as a server does."""

    def open(self, *arguments, **options):
        """Sends a request."""
        return super().open(*arguments, **{"buffered": True, **options})


class Counted:
    """An application that counts the requests that reach it."""

    def __init__(self, app):
        self.app, self.calls = app, 0

    def __call__(self, environ, start_response):
        """Passes a request on."""
        self.calls += 1
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def public(tmp_path_factory, publish):
    """Gives a state folder whose release knows its public address, so that no page names a host."""
    project = shutil.copytree(GRAPH, tmp_path_factory.mktemp("public") / "project")
    settings = project / "tgkg.toml"
    settings.write_text(f'public_url = "https://example.org"\n{settings.read_text()}')
    made = State(project.parent / "state")
    publish(project, made)
    return made


@pytest.fixture
def site(public):
    """Gives a site with an empty cache."""
    return create_app(public)


@pytest.fixture
def client(site):
    """Gives a client that sees the bytes as they are sent."""
    return Closing(site.wsgi_app)


@pytest.fixture
def behind(site):
    """Gives what counts the requests that the cache passes on."""
    cache = site.extensions[CACHE]
    cache._app = Counted(cache._app)
    return cache._app


@pytest.fixture
def uncached(site):
    """Gives a client of the same site without its cache."""
    cache = site.extensions[CACHE]
    return Closing(UnderPrefix(cache._app, cache._current))


def told(response, *but):
    """Gives the header fields of a response by name, but for the time and those named."""
    left_out = {"date", *(name.lower() for name in but)}
    return sorted((k, v) for k, v in response.headers.items() if k.lower() not in left_out)


class TestHits:
    @pytest.mark.parametrize("path", ADDRESSES)
    @pytest.mark.parametrize("headers", [{}, BROWSER], ids=["program", "browser"])
    def test_the_same_request_is_answered_once(self, client, behind, path, headers):
        """The second answer is the first, to the byte, and the application never hears of it."""
        first, second = (client.get(path, headers=headers) for _ in range(2))
        assert first.status_code == second.status_code == 200
        assert second.data == first.data
        assert told(second) == told(first)
        assert behind.calls == 1

    @pytest.mark.parametrize("path", ADDRESSES)
    @pytest.mark.parametrize("headers", [{}, BROWSER], ids=["program", "browser"])
    def test_the_answer_is_that_of_the_application(self, client, uncached, path, headers):
        """Only what the cache is for is added: what it varies with, how long it holds."""
        plain = uncached.get(path, headers=headers)
        for _ in range(2):
            cached = client.get(path, headers=headers)
            assert cached.data == plain.data
            added = ("Vary", "Cache-Control")
            assert told(cached, *added) == told(plain, *added)
            assert cached.headers["Vary"].split(", ") == [*plain.vary, "Accept-Encoding"]
            assert cached.headers["Cache-Control"] == REVALIDATE

    @pytest.mark.parametrize("path", ADDRESSES)
    def test_head_is_the_get_without_its_body(self, client, behind, path):
        """Either way round, the headers are the same, the length of the body too."""
        head, get, again = client.head(path), client.get(path), client.head(path)
        assert head.data == again.data == b""
        assert told(head) == told(get) == told(again)
        assert get.headers["Content-Length"] == str(len(get.data))
        assert behind.calls == 1

    @pytest.mark.parametrize("method", ["POST", "QUERY"])
    def test_a_query_in_a_body_is_answered_once(self, client, behind, method):
        """POST and QUERY are kept by their body, and never taken for another's."""
        other = "ASK {}"
        for query in (ISLANDS, other) * 3:
            got = client.open(
                "/sparql", method=method, data=query, content_type="application/sparql-query"
            )
            assert got.status_code == 200
            assert got.data == client.get(f"/sparql?query={quote(query)}").data
        assert behind.calls == 6  # the small answer is kept when it comes again

    def test_what_comes_once_is_not_kept(self, site, client):
        """A small answer of the endpoint is kept from the second time on: most never come again."""
        for number in range(50):
            client.get(f"/sparql?query=SELECT({number}AS%3Fn){{}}")
        assert site.extensions[CACHE].snapshot().responses == 0
        kept = []
        for _ in range(3):
            client.get("/sparql?query=SELECT(7AS%3Fn){}")
            kept.append(site.extensions[CACHE].snapshot().responses)
        assert kept == [1, 1, 1]

    def test_a_form_is_a_query_too(self, client, behind):
        """A form is kept as any body is."""
        answers = {client.post("/sparql", data={"query": ISLANDS}).data for _ in range(3)}
        assert len(answers) == behind.calls == 1

    def test_it_says_how_it_does(self, site, client):
        """Hits, misses and bytes are there for an operator."""
        for _ in range(3):
            client.get(QUERY)
        now = site.extensions[CACHE].snapshot()
        assert (now.hits, now.misses, now.responses, now.evictions) == (2, 1, 1, 0)
        assert 0 < now.bytes < now.most_bytes == 64 * 1024 * 1024


class TestVariants:
    @pytest.mark.parametrize("path", ["/doc/island/far", "/def", "/graphs", QUERY, "/validation"])
    def test_each_reader_gets_their_own(self, client, uncached, path):
        """By media type and language, in any order of asking, as without the cache."""
        readers = [
            {"Accept": accept, "Accept-Language": language}
            for accept in (BROWSER["Accept"], "text/turtle, */*;q=0.1", "application/json")
            for language in ("nl", "en", "fr, nl;q=0.5")
        ]
        for headers in (*readers, *reversed(readers)):
            plain, cached = (c.get(path, headers=headers) for c in (uncached, client))
            assert cached.data == plain.data
            assert cached.headers["Content-Type"] == plain.headers["Content-Type"]
            assert cached.content_language == plain.content_language

    def test_data_is_the_same_in_every_language(self, client, behind):
        """What does not vary with a header is made once whatever it says."""
        for language in ("nl", "en", "fr"):
            client.get(QUERY, headers={"Accept": "text/csv", "Accept-Language": language})
        assert behind.calls == 2  # the small answer is kept when it comes again

    def test_prefixes_do_not_mix(self, site_with):
        """Below the prefix an address is there; outside it the same path is not."""
        client = site_with(prefix="/graph")
        for _ in range(2):
            assert client.get("/graph/graphs").status_code == 200
            assert client.get("/graphs").status_code == 404


class TestHost:
    @pytest.fixture
    def site(self, state):
        """Gives a site that does not know its public address."""
        return create_app(state)

    @pytest.mark.parametrize("path", [*ADDRESSES, "/sparql", "/id/island/far", "/dumps"])
    @pytest.mark.parametrize("headers", [{}, BROWSER, {"Accept": "text/turtle"}])
    def test_a_poisoned_host_reaches_nobody(self, client, path, headers):
        """Whoever asks under another host first, or last: the next reader never sees it."""
        for _ in range(2):
            client.get(path, headers=headers | {"Host": "evil.example"})
            seen = client.get(path, headers=headers)
            assert b"evil" not in seen.data
            assert "evil" not in str(seen.headers)

    @pytest.mark.parametrize(
        ("path", "accept"),
        [
            ("/sparql", "text/turtle"),
            ("/sparql", BROWSER["Accept"]),
            (QUERY, BROWSER["Accept"]),
            ("/conformance", "text/turtle"),
        ],
    )
    def test_what_names_the_host_is_made_for_each(self, client, behind, path, accept):
        """Without `public_url` some answers have the host that was asked."""
        for host in ("a.example", "b.example", "a.example"):
            got = client.get(path, headers={"Host": host, "Accept": accept})
            assert f"//{host}/" in got.text
        assert behind.calls == 3

    def test_with_a_public_address_it_is_kept(self, public):
        """With `public_url` no host is in the answer, so it is everybody's."""
        site = create_app(public)
        for host in ("a.example", "b.example", "c.example"):
            headers = {"Host": host, "Accept": "text/turtle"}
            got = Closing(site.wsgi_app).get("/sparql", headers=headers)
            assert "<https://example.org/sparql>" in got.text
        now = site.extensions[CACHE].snapshot()
        assert (now.hits, now.misses) == (1, 2)


class TestNeverKept:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/nothing", 404),
            ("/resource?iri=x", 400),
            ("/sparql?query=SELECT", 400),
            ("/sparql?query=DROP%20ALL", 403),
            ("/id/island/far", 303),
            ("/dumps/isles.ttl", 200),
            ("/dumps/isles.nq.gz", 200),
            ("/healthz", 200),
            ("/metrics", 200),
            ("/sparql?query=SELECT(NOW()AS%3Fn){}", 200),
            ("/sparql?query=SELECT(UUID()AS%3Fn){}", 200),
        ],
    )
    def test_it_is_made_anew_each_time(self, site, client, behind, path, status):
        """Errors, redirects, files, and what is true at this moment only."""
        for _ in range(2):
            assert client.get(path).status_code == status
        assert behind.calls == 2
        assert site.extensions[CACHE].snapshot().responses == 0

    def test_a_large_answer_passes(self, site, client, behind):
        """What is larger than a mebibyte goes to the reader, and is not held."""
        query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g a ?h } LIMIT 6000")
        for _ in range(2):
            assert len(client.get(f"/sparql?query={query}").data) > 1024 * 1024
        assert behind.calls == 2
        assert site.extensions[CACHE].snapshot().responses == 0

    def test_a_download_goes_on(self, client, release):
        """Ranges of dumps are the application's, whatever was asked before."""
        whole = release.dump("isles.nq").read_bytes()
        for _ in range(2):
            assert client.get("/dumps/isles.nq").data == whole
            part = client.get("/dumps/isles.nq", headers={"Range": "bytes=5-9"})
            assert (part.status_code, part.data) == (206, whole[5:10])

    def test_a_dump_is_not_sent_again(self, client):
        """A file has its own validators, and they hold for HEAD too."""
        tag = client.get("/dumps/isles.nq").headers["ETag"]
        for ask in (client.get, client.head):
            again = ask("/dumps/isles.nq", headers={"If-None-Match": tag})
            assert (again.status_code, again.data) == (304, b"")
        assert client.get("/dumps/isles.nq", headers={"If-None-Match": '"x"'}).data

    @pytest.mark.parametrize(
        ("path", "policy"),
        [("/nothing", REVALIDATE), ("/dumps/isles.nq", REVALIDATE), ("/healthz", "no-store")],
    )
    def test_everything_says_how_long_it_holds(self, client, path, policy):
        """What is not kept here may be kept elsewhere, and is asked for anew there."""
        assert client.get(path).headers["Cache-Control"] == policy

    def test_a_failure_of_ours_is_not_stored(self, empty_site):
        """Without a release the answer is 503, for now."""
        assert empty_site.get("/graphs").headers["Cache-Control"] == "no-store"


class TestConditions:
    @pytest.mark.parametrize("path", [*ADDRESSES, "/dumps/isles.nq"])
    @pytest.mark.parametrize("is_kept", [False, True])
    @pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
    def test_what_a_client_has_is_not_sent_again(self, site, client, path, is_kept, form):
        """304 whether it was kept or not, with the validators of the 200 (RFC 9110, 15.4.5)."""
        got = client.get(path)
        fresh = client if is_kept else Closing(create_app(site.extensions["tgkg"]._state).wsgi_app)
        for ask in (fresh.get, fresh.head):
            again = ask(path, headers={"If-None-Match": form.format(got.headers["ETag"])})
            assert (again.status_code, again.data) == (304, b"")
            for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
                assert again.headers.get(name) == got.headers.get(name)
            assert "Content-Type" not in again.headers
            assert "Content-Encoding" not in again.headers

    def test_a_question_about_it_makes_it_kept(self, client, behind):
        """What is asked about again and again is not made again and again."""
        tag = client.get(QUERY).headers["ETag"]
        behind.calls = 0
        for _ in range(3):
            assert client.get(QUERY, headers={"If-None-Match": tag}).status_code == 304
        assert behind.calls == 0

    def test_another_tag_gets_the_whole(self, client):
        """A tag of another release is no reason to send nothing."""
        for _ in range(2):
            assert client.get(QUERY, headers={"If-None-Match": '"x"'}).status_code == 200

    def test_a_post_is_always_answered(self, client):
        """The condition is about what an address holds, which a POST is not (RFC 9110, 13.2.1)."""
        for _ in range(2):
            got = client.post("/sparql", data={"query": "ASK {}"}, headers={"If-None-Match": "*"})
            assert got.status_code == 200

    @pytest.mark.parametrize("tags", ['"x"', "*"])
    def test_if_match_is_for_the_application(self, client, uncached, tags):
        """It is rare, and answered as without the cache."""
        headers = {"If-Match": tags}
        for _ in range(2):
            plain, cached = (each.get(QUERY, headers=headers) for each in (uncached, client))
            assert cached.status_code == plain.status_code
            client.get(QUERY)

    def test_the_time_does_not_count_beside_a_tag(self, client):
        """If-Modified-Since is ignored beside If-None-Match (RFC 9110, section 13.1.3)."""
        headers = {"If-None-Match": '"x"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        for path in ("/dumps/isles.nq", "/static/site.css"):
            assert client.get(path, headers=headers).status_code == 200


CODINGS = st.tuples(
    st.sampled_from(["zstd", "br", "gzip", "x-gzip", "deflate", "identity", "*", "?"]),
    st.sampled_from(["", ";q=0", ";q=0.2", ";q=0.8", ";q=1"]),
).map("".join)


class TestEncodings:
    @given(st.lists(CODINGS, max_size=5).map(", ".join), st.sampled_from([QUERY, "/", "/graphs"]))
    def test_whatever_the_coding_the_content_is_the_same(self, app, header, path):
        """For every Accept-Encoding the body unpacks to the plain one, and is told apart."""
        client = Closing(app.wsgi_app)
        plain = client.get(path)
        got = client.get(path, headers={"Accept-Encoding": header})
        coding = got.headers.get("Content-Encoding")
        assert DECODERS[coding](got.data) == plain.data
        assert got.headers["Content-Length"] == str(len(got.data))
        assert got.vary.as_set() >= {"accept-encoding"}
        assert (got.headers["ETag"] == plain.headers["ETag"]) == (coding is None)
        own = ("ETag", "Content-Encoding", "Content-Length")
        assert told(got, *own) == told(plain, *own)

    @pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
    def test_each_coding_is_made_once(self, client, behind, monkeypatch, coding):
        """The second reader gets the bytes that were made for the first, with a tag of theirs."""
        made = []
        monkeypatch.setattr(
            "tgkg.web.kept.encoded", lambda body, name: made.append(name) or encoded(body, name)
        )
        headers = {"Accept-Encoding": coding}
        first, second = (client.get(QUERY, headers=headers) for _ in range(2))
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]
        assert first.headers["ETag"].endswith(f'-{coding}"')
        assert made == [coding]
        assert behind.calls == 1
        again = client.get(QUERY, headers=headers | {"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["ETag"] == first.headers["ETag"]

    def test_a_tag_stands_for_one_coding(self, client):
        """Who has it in another coding than is chosen now gets it in that one."""
        plain = client.get(QUERY).headers["ETag"]
        headers = {"If-None-Match": plain, "Accept-Encoding": "gzip"}
        got = client.get(QUERY, headers=headers)
        assert got.status_code == 200
        assert got.headers["Content-Encoding"] == "gzip"

    def test_what_is_small_stays_as_it_is(self, client):
        """Unless the client refuses just that."""
        small = "/sparql?query=ASK{}"
        assert (
            "Content-Encoding" not in client.get(small, headers={"Accept-Encoding": "gzip"}).headers
        )
        needed = client.get(small, headers={"Accept-Encoding": "gzip, identity;q=0"})
        assert needed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(needed.data) == client.get(small).data

    def test_a_dump_is_sent_as_it_is(self, client):
        """Files pass untouched: their compressed forms are files of their own."""
        got = client.get("/dumps/isles.nt", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in got.headers


class TestReleases:
    @pytest.fixture
    def own(self, project, tmp_path, publish):
        """Gives a state folder with a release that the test may replace."""
        made = State(tmp_path / "state")
        publish(project, made)
        return made

    def rename(self, project, name):
        """Changes the data of the project."""
        file = project / "data" / "register" / "islands.ttl"
        file.write_text(file.read_text().replace('"Near"@en', f'"{name}"@en'))

    def test_a_new_release_is_seen_at_once(self, project, own, publish):
        """Nothing of the last release is shown after it, and its room is given back."""
        site = create_app(own)
        client = Closing(site.wsgi_app)
        before = [client.get(path, headers=BROWSER).headers["ETag"] for path in ADDRESSES]
        self.rename(project, "Nearer")
        publish(project, own)
        assert b"Nearer" in client.get(QUERY).data
        assert site.extensions[CACHE].snapshot().responses == 1
        page = client.get("/", headers=BROWSER | {"If-None-Match": before[0]})
        assert page.status_code == 200
        assert b"Nearer" in page.data

    def test_sources_that_wait_are_shown_at_once(self, own):
        """A page tells of them from the next request on, and until they are mended."""
        client = Closing(create_app(own).wsgi_app)
        report = own.current().report()
        seen = []
        for waiting in (False, True, False, True):
            if waiting:
                own.pending_file.write_text(json.dumps(report.as_json()))
            else:
                own.pending_file.unlink(missing_ok=True)
            for _ in range(2):
                said = client.get("/validation?format=json").get_json()
                seen.append(said["pending"] is not None)
        assert seen == [False, False, True, True, False, False, True, True]

    def test_data_does_not_look_whether_sources_wait(self, own, monkeypatch):
        """Only what shows them pays for looking."""
        site = create_app(own)
        client = Closing(site.wsgi_app)
        client.get(QUERY)
        client.get("/", headers=BROWSER)
        looked = []
        monkeypatch.setattr(site.extensions["tgkg"], "waiting", lambda: looked.append(1) or ())
        client.get(QUERY)
        assert looked == []
        client.get("/", headers=BROWSER)
        assert looked


class TestBound:
    def test_it_keeps_to_its_bytes(self, site, client):
        """However much is asked for, so much is kept, and every answer is right."""
        inner = site.extensions[CACHE]
        cache = Cache(inner._app, inner._current, most_bytes=60_000)
        client = Closing(UnderPrefix(cache, inner._current))
        for number in (each // 2 for each in range(120)):
            got = client.get(f"/sparql?query=SELECT({number}AS%3Fn){{}}&format=csv")
            assert got.data == f"n\r\n{number}\r\n".encode()
            assert cache.snapshot().bytes <= 60_000
        assert cache.snapshot().evictions > 0

    def test_many_readers_at_once(self, site):
        """Threads that hit, miss and drive each other's answers out all get what they asked."""
        inner = site.extensions[CACHE]
        cache = Cache(inner._app, inner._current, most_bytes=40_000)
        client = Closing(UnderPrefix(cache, inner._current))

        def ask(number):
            expected = str(number % 20)
            got = client.get(
                f"/sparql?query=SELECT({expected}AS%3Fn){{}}&format=csv",
                headers={"Accept-Encoding": "gzip, identity;q=0"} if number % 3 == 0 else {},
            )
            body = DECODERS[got.headers.get("Content-Encoding")](got.data)
            return body == f"n\r\n{expected}\r\n".encode()

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(ask, range(800)))
        assert cache.snapshot().hits > 0
