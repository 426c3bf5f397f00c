"""The application that uvicorn runs: rdflib-endpoint over one file."""

import os

from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

graph = Dataset(default_union=True)  # as its own command `rdflib-endpoint serve` has it
graph.parse(os.environ["BENCH_DATA"], format="nt")
app = SparqlEndpoint(graph=graph, path="/sparql")
