"""Writes what a release says of itself for catalogues: `catalog.ttl` and `void.ttl`."""

from pathlib import Path
from typing import Final

from tgkg.catalog.dcat import Catalogue, catalog_quads
from tgkg.catalog.sources import sources_of
from tgkg.catalog.terms import PREFIXES
from tgkg.catalog.void import void_quads
from tgkg.formats import TURTLE
from tgkg.history import Edition
from tgkg.manifest import Manifest
from tgkg.publish.durable import write_text
from tgkg.release import Release
from tgkg.serialization import serialize

_HERE: Final = "https://here.invalid/"
"""Stands for the folder of the release until it is written."""


def write_catalogue(folder: Path, manifest: Manifest) -> None:
    """Write both files into the folder of a release, whose dumps are there already.

    Addresses begin with the `public_url` of the settings; without one they are relative, so that
    they lead to the files beside them wherever the release lies. Of other releases they say
    nothing: what a release holds does not depend on what else was published.
    """
    home = f"{manifest.config.public_url}/" if manifest.config.public_url else _HERE
    edition = Edition(manifest.id, manifest.version, manifest.created)
    sources = sources_of(Release(folder, manifest))
    catalogue = Catalogue(manifest, (edition,), sources, lambda path: home + path)
    for name, quads in (
        ("catalog.ttl", catalog_quads(catalogue)),
        ("void.ttl", void_quads(manifest, catalogue.address)),
    ):
        text = serialize(quads, TURTLE, PREFIXES).decode()
        relative = text.replace(f"<{_HERE}>", "<./>").replace(f"<{_HERE}", "<")
        write_text(folder / name, relative)
