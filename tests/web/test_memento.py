"""The past of each address, as RFC 7089 has it; the sections are its."""

import json
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.http import http_date

from tgkg.publish.rollback import roll_back
from tgkg.release import State
from tgkg.timeline import moment
from tgkg.web.app import create_app
from tgkg.web.operators import CACHE

GRAPH = Path(__file__).parent / "graph"
BROWSER = {"Accept": "text/html"}
NAME = (
    "SELECT ?n { <https://example.org/isles/id/island/near> rdfs:label ?n FILTER(LANG(?n)='en') }"
)
QUERY = f"/sparql?query={quote('PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> ' + NAME)}"
TIMES = ("2026-01-01T10:00:00Z", "2026-02-01T10:00:00Z", "2026-03-01T10:00:00Z",
         "2026-04-01T10:00:00Z")  # fmt: skip
HTTP_TIMES = tuple(http_date(moment(each)) for each in TIMES)
NAMES = ("Near", "Nearer", "Near", "Nearest")
"""What the island was called from each of the times on; in March somebody went back."""
ORIGINALS = ("/", "/doc/island/near", "/doc/island/near.ttl", "/id/island/near", "/dumps/",
             "/dumps/isles.nq", "/def", "/graphs", "/validation", "/.well-known/void", QUERY,
             "/doc/island/nowhere")  # fmt: skip
ABOUT_NOW = ("/static/site.css", "/healthz", "/metrics", "/timemap?uri=/")
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"((?:; [a-z]+="[^"]*")*)')


class Closing(FlaskClient):
    """A client that reads each response to its end and closes it, as a server does."""

    def open(self, *arguments, **options):
        """Sends a request."""
        return super().open(*arguments, **{"buffered": True, **options})


def client_of(state: State) -> FlaskClient:
    """Gives a client of the site over a state folder, with an empty cache."""
    app = create_app(state)
    app.test_client_class = Closing
    return app.test_client()


@pytest.fixture(scope="module")
def past(tmp_path_factory, publish) -> tuple[State, list[str]]:
    """Gives three releases, the first of which was current twice, and the ids as they became so."""
    project = shutil.copytree(GRAPH, tmp_path_factory.mktemp("past") / "project")
    state = State(project.parent / "state")
    source = project / "data/register/islands.ttl"
    text, ids = source.read_text(), []
    for name in ("Near", "Nearer", None, "Nearest"):
        if name:
            source.write_text(text.replace('"Near"@en', f'"{name}"@en'))
            publish(project, state)
        else:
            roll_back([project], state, ids[0])
        ids.append(state.current_id())
    lines = (json.dumps({"time": time, "id": name}) for time, name in zip(TIMES, ids, strict=True))
    state.history_file.write_text("\n".join(lines) + "\n")
    return state, ids


@pytest.fixture(scope="module")
def ids(past) -> list[str]:
    """Gives the ids of the releases, in the order in which they were current."""
    return past[1]


@pytest.fixture
def client(past):
    """Gives a client of the site over them, with an empty cache."""
    return client_of(past[0])


def links(response) -> dict[str, tuple[str, str]]:
    """Returns target and parameters of the last link of each relation, as one of several too."""
    found = LINK.findall(", ".join(response.headers.get_all("Link")))
    return {each: (target, more) for target, rel, more in found for each in rel.split()}


def mementos(text: str) -> list[tuple[str, str, str]]:
    """Returns address, relation and time of each memento in a list of links."""
    found = [(a, rel, more) for a, rel, more in LINK.findall(text) if "memento" in rel.split()]
    return [(a, rel, re.search('datetime="([^"]*)"', more)[1]) for a, rel, more in found]


class TestOriginals:
    @pytest.mark.parametrize("address", ORIGINALS)
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_each_is_its_own_timegate(self, client, address, method):
        """It says so, and where its TimeMap is; caches learn that it depends on the time."""
        for _ in range(3):  # made, asked again, kept
            answer = client.open(address, method=method)
            assert "Accept-Datetime" in answer.vary
            assert "Memento-Datetime" not in answer.headers
            assert links(answer)["timegate"][0] == links(answer)["original"][0] == address
            timemap, more = links(answer)["timemap"]
            assert 'type="application/link-format"' in more
            assert f"http://localhost{address}" in client.get(timemap).text

    @pytest.mark.parametrize("address", ABOUT_NOW)
    def test_what_is_about_now_has_no_past(self, client, address):
        """Files of the site, its health and the lists themselves are asked as they are (4.5.8)."""
        answer = client.get(address, headers={"Accept-Datetime": HTTP_TIMES[0]})
        assert answer.status_code == 200
        assert "timegate" not in links(answer)
        assert "Accept-Datetime" not in answer.vary

    def test_a_query_by_post_has_none(self, client):
        """Only what GET reads is a resource that has states."""
        answer = client.post(
            "/sparql", data={"query": "ASK {}"}, headers={"Accept-Datetime": HTTP_TIMES[0]}
        )
        assert answer.status_code == 200
        assert "timegate" not in links(answer)

    def test_odd_addresses_are_escaped(self, client):
        """What a client sends unescaped stays within its link."""
        answer = client.get('/doc/a">b', query_string="x=<>;rel=me&lang=nl")
        assert links(answer)["original"][0] == "/doc/a%22%3Eb?x=%3C%3E;rel=me&lang=nl"
        there = client.get(links(answer)["timemap"][0], headers={"Accept": "application/json"})
        assert there.json["original_uri"].endswith("/doc/a%22%3Eb?x=%3C%3E;rel=me&lang=nl")

    def test_an_address_that_is_very_long_is_not_repeated(self, client):
        """A header of many kilobytes would break proxies; caches learn what they need."""
        answer = client.get(f"/sparql?query=ASK{{}}%23{'x' * 3000}")
        assert "timegate" not in str(answer.headers.getlist("Link"))
        assert "Accept-Datetime" in answer.vary


class TestTimeGate:
    @pytest.mark.parametrize("address", ORIGINALS)
    @pytest.mark.parametrize(
        ("time", "place"),
        [("Thu, 01 Jan 1970 00:00:00 GMT", 0), *zip(HTTP_TIMES, range(4), strict=True),
         ("Sun, 15 Feb 2026 00:00:00 GMT", 1), ("Fri, 31 Dec 2100 23:59:59 GMT", 3)],
    )  # fmt: skip
    def test_leads_to_the_release_of_that_time(self, client, ids, address, time, place):
        """With Accept-Datetime it is 302 to the same address of the release current then (4.1.1).

        Before the first release that is the first, after the last the last (4.5.3).
        """
        answer = client.get(address, headers={"Accept-Datetime": time})
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/releases/{ids[place]}{address}"
        assert "Accept-Datetime" in answer.vary
        assert "Memento-Datetime" not in answer.headers
        assert {"original", "timegate", "timemap", "first", "last", "memento"} <= set(links(answer))

    def test_the_cache_does_not_stand_between(self, client, ids):
        """A page that is kept is not what somebody gets who asks for its past, nor the reverse."""
        for _ in range(3):
            assert client.get(QUERY).status_code == 200
            there = client.get(QUERY, headers={"Accept-Datetime": HTTP_TIMES[0]})
            assert there.status_code == 302
            assert ids[0] in there.headers["Location"]

    @pytest.mark.parametrize("address", ["/", QUERY, "/doc/island/near"])
    @pytest.mark.parametrize(
        "time",
        ["yesterday", "2026-01-01T10:00:00Z", "Thu, 32 Jan 2026 10:00:00 GMT",
         "Thu, 01 Jan 2026 10:00:00 CET", "Thu, 01 Foo 2026 10:00:00 GMT", ""],
    )  # fmt: skip
    def test_a_date_that_is_none_is_refused(self, client, address, time):
        """It is 400, with an example of one that is (4.5.3)."""
        answer = client.get(address, headers={"Accept-Datetime": time})
        assert answer.status_code == 400
        assert "GMT" in answer.json["detail"]

    @pytest.mark.parametrize(("time", "name"), [*zip(HTTP_TIMES, NAMES, strict=True)])
    def test_following_it_gives_the_answer_of_then(self, client, time, name):
        """A client that asks with a time reads what was so."""
        headers = {"Accept-Datetime": time, "Accept": "text/csv"}
        answer = client.get(QUERY, headers=headers, follow_redirects=True)
        assert answer.text.split() == ["n", name]
        page = client.get(
            "/id/island/near", headers={**BROWSER, "Accept-Datetime": time}, follow_redirects=True
        )
        assert f"<title>{name} " in page.text

    def test_a_script_elsewhere_may_ask(self, client):
        """The preflight allows the header, and the answer's are readable (Fetch)."""
        answer = client.options("/sparql")
        assert "Accept-Datetime" in answer.headers["Access-Control-Allow-Headers"]
        assert "Memento-Datetime" in answer.headers["Access-Control-Expose-Headers"]


class TestMementos:
    @pytest.mark.parametrize("address", ORIGINALS)
    @pytest.mark.parametrize("place", [0, 1, 3])
    def test_each_says_of_when_and_of_what_it_is(self, client, ids, address, place):
        """Memento-Datetime, the original, TimeGate and TimeMap, and what stands beside it (2)."""
        for _ in range(3):
            answer = client.get(f"/releases/{ids[place]}{address}")
            assert answer.status_code in (200, 303, 404)
            assert answer.headers["Memento-Datetime"] == HTTP_TIMES[place]
            assert "Accept-Datetime" not in answer.vary
            assert answer.headers["X-Robots-Tag"] == "noindex"
            found = links(answer)
            assert found["original"][0] == found["timegate"][0] == f"http://localhost{address}"
            assert found["timemap"][0].startswith("http://localhost/timemap?uri=http://localhost/")
            beside = {"first": 0, "last": 3, "prev": {1: 0, 3: 1}.get(place),
                      "next": {0: 1, 1: 3}.get(place)}  # fmt: skip
            for relation, there in beside.items():
                if there is None:
                    assert relation not in found
                else:
                    target, more = found[relation]
                    assert target == f"http://localhost/releases/{ids[there]}{address}"
                    assert f'datetime="{HTTP_TIMES[there]}"' in more

    def test_it_takes_no_other_time(self, client, ids):
        """A memento with Accept-Datetime is what it is."""
        answer = client.get(f"/releases/{ids[1]}/", headers={"Accept-Datetime": HTTP_TIMES[0]})
        assert (answer.status_code, answer.headers["Memento-Datetime"]) == (200, HTTP_TIMES[1])
        malformed = client.get(f"/releases/{ids[1]}/", headers={"Accept-Datetime": "then"})
        assert malformed.status_code == 200

    def test_not_modified_says_it_too(self, client, ids):
        """Who has it already is told the same of its time."""
        address = f"/releases/{ids[0]}/doc/island/near.ttl"
        tag = client.get(address).headers["ETag"]
        for _ in range(2):
            answer = client.get(address, headers={"If-None-Match": tag})
            assert answer.status_code == 304
            assert answer.headers["Memento-Datetime"] == HTTP_TIMES[0]

    def test_links_stay_within_the_release(self, client, ids):
        """Every link of its pages does, but those that say otherwise."""
        root = f"/releases/{ids[0]}/"
        page = client.get(f"{root}doc/island/near?lang=nl", headers=BROWSER).text
        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
        outside = {each for each in addresses if not each.startswith(root)}
        of_all = {each for each in outside if each.startswith("/releases/")}
        assert outside - of_all == {"/doc/island/near?lang=nl"}
        assert "/releases/?lang=nl" in of_all
        assert client.get(f"{root}id/island/near").headers["Location"] == f"{root}doc/island/near"

    def test_a_page_says_which_release_it_shows(self, client, ids):
        """With its version and day, and links to the same page now and to all releases."""
        page = client.get(f"/releases/{ids[0]}/doc/island/near?page=1", headers=BROWSER).text
        assert f"-{ids[0][:8]}" in page
        assert "not the current one" in page
        assert '<link rel="canonical" href="/doc/island/near?page=1">' in page
        assert '<meta name="robots" content="noindex">' in page
        current = client.get(f"/releases/{ids[3]}/", headers=BROWSER).text
        assert "It is the current one" in current
        now = client.get("/doc/island/near", headers=BROWSER).text
        assert "noindex" not in now
        assert "canonical" not in now

    def test_queries_by_post_too(self, client, ids):
        """The endpoint below a release takes every form of a query."""
        query = "SELECT (COUNT(*) AS ?n) { ?s ?p 'Nearer'@en }"
        for place, count in enumerate("0100"):
            for form in ({"data": {"query": query}},
                         {"data": query, "content_type": "application/sparql-query"}):  # fmt: skip
                answer = client.post(f"/releases/{ids[place]}/sparql", **form,
                                     headers={"Accept": "text/csv"})  # fmt: skip
                assert answer.text.split() == ["n", count]

    def test_dumps_are_those_of_the_release(self, client, past, ids):
        """Byte for byte, by ranges, and with their checksum."""
        data = (past[0].releases / ids[1] / "dumps/isles.nq").read_bytes()
        address = f"/releases/{ids[1]}/dumps/isles.nq"
        assert client.get(address).data == data
        part = client.get(address, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.data) == (206, data[10:20])
        assert part.headers["Memento-Datetime"] == HTTP_TIMES[1]
        listed = client.get(f"/releases/{ids[1]}/dumps/", headers={"Accept": "application/json"})
        assert listed.json["dumps"][0]["href"].startswith(f"/releases/{ids[1]}/dumps/")

    @pytest.mark.parametrize("size", [6, 63])
    def test_a_shorter_name_leads_to_the_whole(self, client, ids, size):
        """With the query and the method as they were."""
        answer = client.post(f"/releases/{ids[0][:size]}/sparql?timeout=1", data={"query": "ASK{}"})
        assert answer.status_code == 307
        assert answer.headers["Location"] == f"/releases/{ids[0]}/sparql?timeout=1"

    @pytest.mark.parametrize("name", ["f" * 64, "0123456789abcdef", "f" * 65])
    def test_a_release_that_is_not_there(self, client, name):
        """It is 404, as JSON or as a page of the current release."""
        answer = client.get(f"/releases/{name}/doc/island/near")
        assert answer.status_code == 404
        assert "Memento-Datetime" not in answer.headers
        page = client.get(f"/releases/{name}/", headers=BROWSER)
        assert page.status_code == 404
        assert 'href="/sparql"' in page.text

    def test_a_name_that_several_have(self, client, past, ids):
        """It leads nowhere, and says which there are."""
        twin = past[0].releases / (ids[0][:10] + "0" * 54)
        twin.mkdir()
        answer = client.get(f"/releases/{ids[0][:10]}/")
        twin.rmdir()
        assert answer.status_code == 404
        assert ids[0][:12] in answer.json["detail"]

    @pytest.mark.parametrize("path", ["/healthz", "/metrics"])
    def test_the_server_is_not_part_of_a_release(self, client, ids, path):
        """What operators ask has one address."""
        assert client.get(f"/releases/{ids[0]}{path}").status_code == 404
        assert client.get(f"/releases/{ids[3]}{path}").status_code == 404

    @pytest.mark.parametrize("path", ["/timemap?uri=/", f"/releases/{'a' * 64}/"])
    def test_what_is_about_all_releases_leads_back_up(self, client, ids, path):
        """There is one TimeMap and one list of releases, and no release below a release."""
        answer = client.get(f"/releases/{ids[0]}{path}")
        assert (answer.status_code, answer.headers["Location"]) == (307, path)

    def test_the_past_is_kept_apart_from_now(self, client, ids):
        """What is kept of old releases drives nothing out of the current one's cache."""
        cache = client.application.extensions[CACHE]
        client.get("/")
        kept = len(cache._shelf)
        for name in ids:
            for address in ("/", "/def", "/doc/island/near"):
                client.get(f"/releases/{name}{address}")
        client.get("/")
        assert len(cache._shelf) == kept
        assert len(cache._visits) > 0


class TestTimeMaps:
    def test_lists_every_state(self, client, ids):
        """The original, itself, and a memento for each release, the oldest first (5)."""
        answer = client.get("/timemap?uri=/doc/island/near")
        assert answer.headers["Content-Type"] == "application/link-format"
        first, second, *rest = answer.text.rstrip().split(",\n")
        home = "http://localhost"
        assert first == f'<{home}/doc/island/near>; rel="original timegate"'
        assert second.startswith(f'<{home}/timemap?uri={home}/doc/island/near>; rel="self"; ')
        assert f'from="{HTTP_TIMES[0]}"; until="{HTTP_TIMES[3]}"' in second
        assert len(rest) == 3
        assert mementos(answer.text) == [
            (f"{home}/releases/{ids[0]}/doc/island/near", "first memento", HTTP_TIMES[0]),
            (f"{home}/releases/{ids[1]}/doc/island/near", "memento", HTTP_TIMES[1]),
            (f"{home}/releases/{ids[3]}/doc/island/near", "last memento", HTTP_TIMES[3]),
        ]

    def test_each_state_says_the_same_of_itself(self, client):
        """The time in the list is the time that the memento has."""
        for address, _, time in mementos(client.get("/timemap?uri=/dumps/").text):
            there = client.get(address.removeprefix("http://localhost"))
            assert (there.status_code, there.headers["Memento-Datetime"]) == (200, time)

    def test_as_json(self, client, ids):
        """For programs that read no links, in the members that Memento's own tools use."""
        found = client.get("/timemap?uri=/def", headers={"Accept": "application/json"}).json
        assert found["original_uri"] == found["timegate_uri"] == "http://localhost/def"
        assert [each["datetime"] for each in found["mementos"]["list"]] == [
            TIMES[0], TIMES[1], TIMES[3]
        ]  # fmt: skip
        assert found["mementos"]["last"]["uri"] == f"http://localhost/releases/{ids[3]}/def"
        assert client.get(found["timemap_uri"]["link_format"]).mimetype == "application/link-format"

    def test_as_a_page(self, client, ids):
        """For people, the latest first, in their language."""
        page = client.get("/timemap?uri=/def", headers={**BROWSER, "Accept-Language": "nl"}).text
        assert "Eerdere toestanden" in page
        places = [page.index(f"/releases/{ids[place]}/def") for place in (3, 1, 0)]
        assert places == sorted(places)

    @pytest.mark.parametrize(
        ("uri", "original"),
        [
            ("/doc/x", "/doc/x"),
            ("doc/x", "/doc/x"),
            ("http://localhost/doc/x?lang=nl", "/doc/x?lang=nl"),
            ("http://localhost", "/"),
            ("http://localhost/doc/x#there", "/doc/x"),
            ("https://example.org/isles/id/island/near", "/id/island/near"),
            ("https://example.org/isles/def#Island", "/def"),
            (f"http://localhost/releases/{'a' * 64}/doc/x", "/doc/x"),
            ("/doc/é b%20c", "/doc/%C3%A9%20b%20c"),
        ],
    )
    def test_takes_any_address_of_the_site(self, client, uri, original):
        """Absolute or a path, a name of the graph, a state of the past."""
        found = client.get("/timemap", query_string={"uri": uri, "format": "json"}).json
        assert found["original_uri"] == f"http://localhost{original}"

    @pytest.mark.parametrize(
        ("uri", "status"),
        [("", 400), ("https://elsewhere.example/x", 404), ("http://localhost.example/", 404)],
    )
    def test_refuses_others(self, client, uri, status):
        """Nothing is known of other sites."""
        assert client.get("/timemap", query_string={"uri": uri}).status_code == status

    def test_hostile_text_is_escaped(self, client):
        """In links and on the page."""
        uri = '/doc/<script>"\'>; rel="evil"'
        text = client.get("/timemap", query_string={"uri": uri}).text
        assert "evil" not in {rel for _, rel, _ in LINK.findall(text)}
        page = client.get("/timemap", query_string={"uri": uri}, headers=BROWSER).text
        assert "<script>" not in page


def test_below_a_prefix_and_behind_a_public_address(project, tmp_path, publish):
    """Links are those that the public uses, and paths begin with the prefix."""
    settings = project / "tgkg.toml"
    settings.write_text('prefix = "/g"\npublic_url = "https://data.example/g"\n'
                        + settings.read_text())  # fmt: skip
    state = State(tmp_path / "state")
    name = publish(project, state).id
    client = client_of(state)
    original = client.get("/g/doc/island/near")
    home = "https://data.example/g"
    assert links(original)["timegate"][0] == f"{home}/doc/island/near"
    assert links(original)["timemap"][0] == f"{home}/timemap?uri={home}/doc/island/near"
    led = client.get("/g/doc/island/near", headers={"Accept-Datetime": HTTP_TIMES[0]})
    assert led.headers["Location"] == f"{home}/releases/{name}/doc/island/near"
    memento = client.get(f"/g/releases/{name}/doc/island/near", headers=BROWSER)
    assert links(memento)["original"][0] == "https://data.example/g/doc/island/near"
    assert links(memento)["last"][0] == f"https://data.example/g/releases/{name}/doc/island/near"
    assert '<link rel="canonical" href="https://data.example/g/doc/island/near">' in memento.text
    for uri in ("/g/def", "/def", "https://data.example/g/def", "http://localhost/g/def"):
        found = client.get("/g/timemap", query_string={"uri": uri, "format": "json"}).json
        assert found["original_uri"] == "https://data.example/g/def"
    void = client.get(f"/g/releases/{name}/.well-known/void").text
    assert f"https://data.example/g/releases/{name}/dumps/isles.nq" in void


def test_a_release_that_was_removed(project, tmp_path, publish):
    """Once it is gone it is 404, also what of it was kept, and nothing leads there."""
    state = State(tmp_path / "state")
    first = publish(project, state).id
    file = project / "data/register/islands.ttl"
    file.write_text(file.read_text().replace('"Near"@en', '"Nearer"@en'))
    second = publish(project, state).id
    client = client_of(state)
    for _ in range(3):
        assert client.get(f"/releases/{first}/").status_code == 200
    shutil.rmtree(state.releases / first)
    assert client.get(f"/releases/{first}/").status_code == 404
    led = client.get("/", headers={"Accept-Datetime": HTTP_TIMES[0]})
    assert led.headers["Location"] == f"/releases/{second}/"
    assert [second in each[0] for each in mementos(client.get("/timemap?uri=/").text)] == [True]


def test_a_release_of_another_version(project, tmp_path, publish):
    """What cannot be opened says so, and no list has it."""
    state = State(tmp_path / "state")
    first = publish(project, state)
    file = project / "data/register/islands.ttl"
    file.write_text(file.read_text().replace('"Near"@en', '"Nearer"@en'))
    publish(project, state)
    (first.folder / "manifest.json").write_text('{"layout": 1}')
    client = client_of(state)
    answer = client.get(f"/releases/{first.id}/")
    assert answer.status_code == 404
    assert "another version" in answer.json["detail"]
    assert first.id not in client.get("/timemap?uri=/").text


def test_without_a_release(empty_site):
    """There is nothing to go back to: 503, as for any address."""
    for path in ("/", "/timemap?uri=/", f"/releases/{'a' * 64}/"):
        answer = empty_site.get(path, headers={"Accept-Datetime": HTTP_TIMES[0]})
        assert answer.status_code == 503
