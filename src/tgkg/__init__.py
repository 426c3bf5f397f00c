"""Publish a folder of RDF as a trustworthy knowledge graph: site, SPARQL endpoint, dumps."""
