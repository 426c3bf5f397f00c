"""Where each product listens for queries, graphs and updates, told from its address and answer."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from tgkg.errors import BadRequestError
from tgkg.remote.client import Client, Reply, Request
from tgkg.remote.endpoint import RefusedError


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a store is asked, takes graphs and takes updates."""

    query: str
    graphs: str
    """Graph Store Protocol: takes `?graph=`."""
    update: str
    caution: str = ""
    """What its readers may notice while a release takes the place of another."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product, and its paths beside that of queries."""

    name: str
    graphs: str
    """A path; where it does not start with a slash, it stands in place of the last segment."""
    update: str
    server: str = ""
    """How its Server header begins."""
    header: str = ""
    """A header that only it sends."""
    path: str = ""
    """A part of the path that only it has."""
    caution: str = ""
    """What its readers may notice while a release takes the place of another."""


_NOT_LET_IN: Final = (401, 403)
_NOT_AT_ONCE: Final = (
    "{} switches its graphs one after another: for a moment its readers may see both releases. "
    "Where that matters, push to a second endpoint (docs/engines.md)."
)

PRODUCTS: Final = (
    Product(
        "virtuoso",
        "/sparql-graph-crud-auth",
        "/sparql-auth",
        server="Virtuoso",
        caution=_NOT_AT_ONCE.format("Virtuoso"),
    ),
    Product("oxigraph", "/store", "/update", server="Oxigraph"),
    Product("fuseki", "data", "update", header="Fuseki-Request-Id"),
    Product("graphdb", "{}/rdf-graphs/service", "{}/statements", path="/repositories/"),
    Product("stardog", "", "update", header="SD-Protocol"),
    Product("neptune", "/sparql/gsp/", "/sparql", server="Amazon-Neptune"),
    Product("qlever", "", "", server="QLever"),
)
"""Those whose addresses are known."""


def addresses_at(
    url: str, client: Client, *, graphs: str | None = None, update: str | None = None
) -> Addresses:
    """Return the addresses of a store by that of its queries; those given come first.

    Raises:
        BadRequestError: it is a product that we do not know: two addresses are to be given.
        RefusedError: it tells nothing to whom it does not know.
        UnreachableError: there is nobody.
    """
    reply = client.send(Request("GET", url))
    product = next((each for each in PRODUCTS if _is(each, url, reply)), None)
    if graphs and update:
        return Addresses(url, graphs, update, product.caution if product else "")
    if product is None and reply.status in _NOT_LET_IN:
        raise RefusedError(f"{url} answers {reply.status}", reply.status)
    if product is None:
        raise BadRequestError(
            f"{url} does not tell which product it is: give its addresses for graphs (Graph Store "
            "Protocol) and updates with --graph-store URL and --update URL."
        )
    return Addresses(
        url,
        graphs or _beside(url, product.graphs),
        update or _beside(url, product.update),
        product.caution,
    )


def _is(product: Product, url: str, reply: Reply) -> bool:
    server = reply.headers.get("Server", "")
    return (
        bool(product.server and server.startswith(product.server))
        or bool(product.header and product.header in reply.headers)
        or bool(product.path and product.path in urlsplit(url).path)
    )


def _beside(url: str, path: str) -> str:
    parts = urlsplit(url)
    own = parts.path.rstrip("/")
    if path.startswith("{}"):
        changed = path.format(own)
    elif path.startswith("/"):
        changed = path
    elif path:
        changed = f"{own.rpartition('/')[0]}/{path}"
    else:
        changed = own.rpartition("/")[0] or "/"
    return urlunsplit(parts._replace(path=changed, query=""))
