"""Absolute addresses: what the public calls a path of this site."""

from flask import request

from tgkg.web.current import FOR_ONE_KEY, published, visit


def public_address(path: str) -> str:
    """Return the absolute address of a path that `url_for` gave.

    The configuration's `public_url` stands for the home page, whatever host was asked. Without
    it the host is part of the answer, which is then for nobody who asked another.
    """
    asked = visit()
    root = asked.root if asked else request.script_root
    home = (asked.now if asked else published()).release.config.public_url
    if not home:
        request.environ[FOR_ONE_KEY] = True
        home = request.host_url.rstrip("/") + root
    return home + path.removeprefix(root)


def site_address(path: str) -> str:
    """Return the absolute address of a path below the home page, without a leading slash.

    Within a release that was asked by its name, what it has too is meant as it has it.
    """
    asked = visit()
    is_of_all = path.startswith("releases/")
    root = asked.root if asked and is_of_all else request.script_root
    return public_address(f"{root}/{path}")
