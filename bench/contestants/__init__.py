"""What is compared: ours, and what others would use instead."""

from contestants.contestant import Contestant
from contestants.ours import Ours
from contestants.oxigraph_server import OxigraphServer
from contestants.rdflib_endpoint_server import RdflibEndpoint
from contestants.virtuoso import Virtuoso


def contestants() -> list[Contestant]:
    """Return one of each, in the order in which they take turns."""
    return [Ours(), OxigraphServer(), RdflibEndpoint(), Virtuoso()]
