"""The files that pages load, and how long they may be kept."""

import re

import pytest

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "public, max-age=0, must-revalidate"
LOADED = re.compile(r'(?:href|src)="(/static/[^"?]+)(\?v=[0-9a-f]{16})?"')


def test_pages_load_versions(client):
    """Every file that a page loads has a version in its address, and may be kept for a year."""
    loaded = LOADED.findall(client.get("/", headers={"Accept": "text/html"}).text)
    assert loaded
    for path, version in loaded:
        assert version, path
        response = client.get(path + version)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == FOREVER


@pytest.mark.parametrize("version", ["", "?v=", "?v=0123456789abcdef", "?x=1"])
def test_a_file_without_its_version_is_asked_for_anew(client, version):
    """What another version of the software asks for is not kept under that version's name."""
    response = client.get(f"/static/site.css{version}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == REVALIDATE


def test_a_file_that_is_not_there_is_not_kept(client):
    """It may be there in the next version."""
    response = client.get("/static/nothing.css?v=1")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == REVALIDATE


def test_under_a_prefix_too(site_with):
    """The version is in the address wherever the site lives."""
    client = site_with(prefix="/graph")
    page = client.get("/graph/", headers={"Accept": "text/html"}).text
    address = re.search(r'"(/graph/static/site\.css\?v=[0-9a-f]+)"', page)[1]
    assert client.get(address).headers["Cache-Control"] == FOREVER
