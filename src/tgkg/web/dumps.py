"""The whole graph as files: which there are, and each of them, by byte ranges if asked."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, render_template, request, send_file, url_for

from tgkg.errors import NotFoundError
from tgkg.formats import FORMATS, HTML, JSON, RDF_FORMATS, Format
from tgkg.manifest import Dump, Manifest
from tgkg.release import Release
from tgkg.web.current import published
from tgkg.web.negotiation import negotiate
from tgkg.web.responses import representation, wanted
from tgkg.web.showing import Shown
from tgkg.web.signposting import of_item, signposted
from tgkg.web.site import shower_for

blueprint: Final = Blueprint("dumps", __name__)

_COMPRESSED: Final = {"gzip": "application/gzip", "zstd": "application/zstd"}
"""A compressed dump is a file of its own, not a way to send the plain one."""


@dataclass(frozen=True, slots=True)
class DumpEntry:
    """A dump in the list."""

    dump: Dump
    format: Format
    media_type: str
    href: str

    @classmethod
    def of(cls, dump: Dump) -> "DumpEntry":
        """Look up what the one table knows of a dump."""
        fmt = next(each for each in FORMATS if each.name == dump.format)
        media_type = _COMPRESSED.get(dump.compression or "", fmt.media_type)
        return cls(dump, fmt, media_type, url_for("dumps.dump", file=dump.file))


@blueprint.get("/dumps/")
def dumps() -> Response:
    """Return the list of dumps, and why a format has none."""
    offered = (HTML, JSON)
    fmt = wanted(offered)
    manifest = published().release.manifest
    entries = tuple(map(DumpEntry.of, manifest.dumps))
    if fmt is HTML:
        refused = tuple((each, manifest.refused[each.name]) for each in _refused(manifest))
        whole = tuple(entry for entry in entries if entry.dump.graph is None)
        body = render_template(
            "dumps.html", dumps=whole, sources=_sources(entries), refused=refused
        )
    else:
        body = json.dumps(_listed(manifest, entries), ensure_ascii=False)
    alternates = {each: url_for(".dumps", format=each.extension) for each in offered}
    return representation(body, fmt, alternates=alternates)


@blueprint.get("/dumps/<file>")
def dump(file: str) -> Response:
    """Send a dump; the name alone stands for the plain dump in the format wanted."""
    release = published().release
    manifest = release.manifest
    if file == release.config.name and manifest.dumps:
        return _negotiated(release)
    for entry in manifest.dumps:
        if entry.file == file:
            return _sent(release, entry)
    for fmt in _refused(manifest):
        if file.startswith(f"{release.config.name}.{fmt.extension}"):
            raise NotFoundError(f"There is no {fmt.label} dump: {manifest.refused[fmt.name]}")
    raise NotFoundError(f"There is no dump {file!r}; {url_for('.dumps')} lists those there are.")


def _negotiated(release: Release) -> Response:
    plain = {
        each.format: each
        for each in release.manifest.dumps
        if each.compression is None and each.graph is None
    }
    offered = [fmt for fmt in RDF_FORMATS if fmt.name in plain]
    chosen = plain[negotiate(request.headers.get("Accept"), offered).name]
    response = _sent(release, chosen)
    response.vary.add("Accept")
    response.headers["Content-Location"] = url_for(".dump", file=chosen.file)
    return response


def _sent(release: Release, dump: Dump) -> Response:
    """Send a file of the release (RFC 9110, section 14; its checksum: RFC 9530, section 3)."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        # What is not understood is ignored; Werkzeug would refuse it.
        request.environ.pop("HTTP_RANGE", None)
    response = send_file(
        release.dump(dump.file),
        mimetype=DumpEntry.of(dump).media_type,
        as_attachment=True,
        download_name=dump.file,
        etag=dump.sha256,
        last_modified=datetime.fromisoformat(release.manifest.created),
    )
    checksum = b64encode(bytes.fromhex(dump.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{checksum}:"
    return signposted(response, *of_item(release.config))


def _refused(manifest: Manifest) -> tuple[Format, ...]:
    return tuple(fmt for fmt in RDF_FORMATS if fmt.name in manifest.refused)


def _sources(entries: tuple[DumpEntry, ...]) -> list[tuple[Shown, list[DumpEntry]]]:
    """Return the dumps of each source with its name, in the order of the names."""
    by_graph: dict[str, list[DumpEntry]] = {}
    for entry in entries:
        if entry.dump.graph is not None:
            by_graph.setdefault(entry.dump.graph, []).append(entry)
    shower = shower_for(by_graph)
    named = [(shower.thing(graph), found) for graph, found in by_graph.items()]
    return sorted(named, key=lambda source: source[0].text.casefold())


def _listed(manifest: Manifest, entries: tuple[DumpEntry, ...]) -> dict[str, object]:
    return {
        "release": manifest.id,
        "created": manifest.created,
        "dumps": [
            {
                "file": entry.dump.file,
                "href": entry.href,
                "format": entry.format.name,
                "media_type": entry.media_type,
                "compression": entry.dump.compression,
                "graph": entry.dump.graph,
                "size": entry.dump.size,
                "sha256": entry.dump.sha256,
            }
            for entry in entries
        ],
        "refused": dict(manifest.refused),
    }
