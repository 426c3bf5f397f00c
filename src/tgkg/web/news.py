"""Whether what a page shows has changed: asked again and again by pages that are open."""

import json
from typing import Final

from flask import Blueprint, Response, current_app

from tgkg.errors import NoReleaseError
from tgkg.formats import JSON
from tgkg.web.current import heed_state, published
from tgkg.web.responses import representation

blueprint: Final = Blueprint("news", __name__)
"""Taken in where somebody edits the sources and looks on; a public site has no use for it."""


@blueprint.get("/news")
def news() -> Response:
    """Return a word that is another one as soon as pages show something else."""
    return representation(json.dumps(shown()), JSON, vary=())


def shown() -> str:
    """Return what stands for the release and the waiting problems that this request shows."""
    try:
        release = published().release.id[:16]
    except NoReleaseError:
        release = "none"
    return "-".join((release, *map(str, heed_state())))


def is_asked_for() -> bool:
    """Tell whether pages ask whether they have changed."""
    return blueprint.name in current_app.blueprints
