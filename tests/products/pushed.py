"""Releases in real stores, and the engine over them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from products.running import Product

from tgkg.engine.opening import Opener
from tgkg.engine.remote_opening import by_remote
from tgkg.operation import Operation
from tgkg.push.products import addresses_at
from tgkg.push.store import Store
from tgkg.remote.client import Client
from tgkg.remote.login import PASSWORD, USER, Credentials


def store_in(product: Product) -> Store:
    """Gives a product as what a release is pushed to."""
    credentials = Credentials(product.user, product.password) if product.user else None
    client = Client(credentials)
    return Store(client, addresses_at(product.query, client))


@contextmanager
def logged_in(product: Product) -> Iterator[None]:
    """Puts the product's credentials into the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(USER, product.user or "")
        patch.setenv(PASSWORD, product.password)
        yield


def opener_over(*products: Product) -> Opener:
    """Gives what opens the engine over products that hold the same release."""
    with logged_in(products[0]):
        return by_remote(Operation(engine=tuple(product.query for product in products)))
