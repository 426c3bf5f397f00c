"""Answer SPARQL over a release."""
