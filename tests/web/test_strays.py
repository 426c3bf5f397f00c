"""Pages tell when the store behind them is not what it should be."""

import pytest
from products.oxigraph_server import oxigraph
from products.pushed import opener_over, store_in

from tgkg.engine import remote
from tgkg.operation import Operation
from tgkg.publish.build import build
from tgkg.push.pushing import push
from tgkg.release import State
from tgkg.web.app import create_app

pytestmark = pytest.mark.system

SAID = "holds another release"


def release_of(folder, text):
    """Publishes a text of Turtle, and gives the state and its release."""
    folder.mkdir(exist_ok=True)
    (folder / "some.ttl").write_text(text)
    state = State(folder / "state")
    return state, build([folder / "some.ttl"], state, lambda _: None).release


def test_the_banner_comes_and_goes_with_what_the_store_holds(tmp_path, monkeypatch):
    """The page that was kept with the banner is not shown once both are the same, nor before."""
    monkeypatch.setattr(remote, "_LOOK_AGAIN", 0)
    state, ours = release_of(tmp_path / "ours", '<http://e/a> <http://e/v> "ours" .')
    _, other = release_of(tmp_path / "other", '<http://e/a> <http://e/v> "theirs" .')
    with oxigraph(tmp_path / "store") as product:
        store = store_in(product)
        push(ours, store, lambda _: None)
        client = create_app(state, opener_over(product), Operation()).test_client()
        page = "/resource?iri=http://e/a"
        assert SAID not in client.get(page).text

        push(other, store, lambda _: None)
        client.get("/sparql?query=ASK%7B%7D")  # whoever asks first after that finds it out
        assert SAID in client.get(page).text
        assert "andere uitgave" in client.get(f"{page}&lang=nl").text

        push(ours, store, lambda _: None)
        client.get("/sparql?query=ASK%7B%7D%20")
        assert SAID not in client.get(page).text


def test_a_store_that_nobody_pushed_to_is_told_of(tmp_path):
    """It does not say which release it holds, so that pages may be of anything."""
    state, _ = release_of(tmp_path / "ours", '<http://e/a> <http://e/v> "ours" .')
    with oxigraph(tmp_path / "store") as product:
        client = create_app(state, opener_over(product), Operation()).test_client()
        client.get("/sparql?query=ASK%7B%7D")
        assert "does not say which it holds" in client.get("/").text


class TestDown:
    """While the store is down the site says so, and when to come back."""

    @pytest.fixture
    def client(self, tmp_path):
        """Gives a client of a site whose store has gone."""
        state, ours = release_of(tmp_path / "ours", '<http://e/a> <http://e/v> "ours" .')
        with oxigraph(tmp_path / "store") as product:
            push(ours, store_in(product), lambda _: None)
            opener = opener_over(product)
        return create_app(state, opener, Operation()).test_client()

    @pytest.mark.parametrize("address", ["/resource?iri=http://e/a", "/sparql?query=ASK%7B%7D"])
    def test_it_is_for_a_while(self, client, address, caplog):
        """503 with Retry-After, as page and as data; for the log it is no failure of ours."""
        for accept in ("text/html", "text/turtle, application/sparql-results+json"):
            answer = client.get(address, headers={"Accept": accept})
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert "cannot be reached" in answer.text
        assert not [each for each in caplog.records if each.exc_info]

    def test_health_tells_which_is_gone(self, client, tmp_path):
        """With the release that is served, and what is wrong with the store."""
        answer = client.get("/healthz")
        told = answer.get_json()
        served = State(tmp_path / "ours/state").current_id()
        assert (answer.status_code, told["release"]) == (503, served)
        [engine] = told["engines"]
        assert (engine["sound"], engine["held"], bool(engine["problem"])) == (False, None, True)
