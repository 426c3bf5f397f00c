"""Read a folder of RDF, validate it and freeze it into a release."""
