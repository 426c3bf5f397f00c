"""Opens the engine over endpoints elsewhere."""

import os
from typing import Final

from tgkg.engine.admission import Admission
from tgkg.engine.engine_parent import PAGES, PUBLIC
from tgkg.engine.opening import PATIENCE, Engines, Opener
from tgkg.engine.remote import RemoteEngine
from tgkg.engine.replicas import Replica, Replicas
from tgkg.operation import Operation
from tgkg.release import Release
from tgkg.remote.client import Client
from tgkg.remote.endpoint import Endpoint
from tgkg.remote.login import credentials_in

_PAGES_AT_ONCE: Final = 16
_PAGES_WAITING: Final = 256


def by_remote(operation: Operation) -> Opener:
    """Return what opens the endpoints that `engine` names, with credentials of the environment.

    The connections outlive a release; what a replica holds is asked again for each.
    """
    client = Client(credentials_in(os.environ))
    addresses = operation.engine if isinstance(operation.engine, tuple) else ()
    limits = operation.limits

    def opened(release: Release) -> Engines:
        replicas = Replicas([Replica(Endpoint(client, address)) for address in addresses])
        turns = Admission(limits.processes, limits.waiting, PATIENCE)
        for_pages = Admission(_PAGES_AT_ONCE, _PAGES_WAITING, limits.seconds)
        pages = RemoteEngine(release, operation, replicas, for_pages)
        return Engines(
            RemoteEngine(release, operation, replicas, turns),
            pages,
            turns={PUBLIC: turns, PAGES: for_pages},
            health=pages.health,
            strays=pages.strays,
        )

    return opened
