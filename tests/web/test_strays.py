"""Pages tell when the store behind them holds another release than the one served."""

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
