"""The files that pages load: each one's address carries its content's hash, so it never changes."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

_FOREVER: Final = "public, max-age=31536000, immutable"
_VERSION: Final = "v"


class Assets:
    """Puts the version of a file into its address, and lets that address be kept for a year.

    The file without a version, or with another, is revalidated like anything else: what one
    version's page asks of the next version's server must not stay (RFC 8246, section 2).
    """

    def __init__(self, app: Flask) -> None:
        self._versions = _versions(Path(app.static_folder or ""))
        app.add_url_rule("/favicon.ico", "favicon", _favicon)
        app.url_defaults(self._add_version)
        app.after_request(self._let_keep)

    def _add_version(self, endpoint: str, values: dict[str, Any]) -> None:
        version = self._versions.get(values.get("filename", ""))
        if endpoint == "static" and version:
            values[_VERSION] = version

    def _let_keep(self, response: Response) -> Response:
        if request.endpoint == "static" and response.status_code < 400:  # noqa: PLR2004
            version = self._versions.get((request.view_args or {}).get("filename", ""))
            if version and request.args.get(_VERSION) == version:
                response.headers["Cache-Control"] = _FOREVER
        return response


def _favicon() -> WerkzeugResponse:
    """Lead to the icon: who has not read a page asks for it by the name that icons once had."""
    return redirect(url_for("static", filename="icon.svg"))


def _versions(folder: Path) -> Mapping[str, str]:
    """Return the version of each file below a folder, by its path there."""
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()[:16]
        for file in folder.rglob("*")
        if file.is_file()
    }
