"""The whole graph as files."""

import gzip
import hashlib
from base64 import b64encode
from http import HTTPStatus

import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("isles.ttl", "text/turtle; charset=utf-8"),
        ("isles.nt", "application/n-triples"),
        ("isles.nq", "application/n-quads"),
        ("isles.trig", "application/trig"),
        ("isles.jsonld", "application/ld+json"),
        ("isles.nq.gz", "application/gzip"),
        ("isles.nq.zst", "application/zstd"),
    ],
)
def test_a_dump_is_sent_as_it_lies_on_disk(client, release, file, content_type):
    """The bytes, their length, checksum and type; a compressed file stays compressed."""
    response = client.get(f"/dumps/{file}")
    content = release.dump(file).read_bytes()
    assert response.status_code == 200
    assert response.data == content
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Length"] == str(len(content))
    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Disposition"] == f"attachment; filename={file}"
    digest = hashlib.sha256(content)
    assert response.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert response.headers["Repr-Digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
    assert response.headers["Vary"] == "Accept-Datetime"


def test_the_compressed_dump_is_the_plain_one(client):
    """Unpacked, it is the same file."""
    packed = client.get("/dumps/isles.nt.gz").data
    assert gzip.decompress(packed) == client.get("/dumps/isles.nt").data


def test_a_head_request_gets_the_headers_alone(client):
    """HEAD tells how long the file is without sending it."""
    response = client.head("/dumps/isles.nq")
    assert (response.status_code, response.data) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("requested", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=9999999-", 416, None),
        ("lines=1-2", 200, slice(None)),
        ("bytes=0-1,5-9", 200, slice(None)),
        ("nonsense", 200, slice(None)),
    ],
)
def test_a_broken_download_goes_on(client, release, requested, status, part):
    """A range of bytes is sent alone, one that is not there refused, another kind ignored."""
    whole = release.dump("isles.nq").read_bytes()
    response = client.get("/dumps/isles.nq", headers={"Range": requested})
    assert response.status_code == status
    if part is None:
        assert response.headers["Content-Range"] == f"bytes */{len(whole)}"
    else:
        assert response.data == whole[part]


def test_a_download_of_another_release_starts_again(client, release):
    """A range of a file that has changed since is answered with the whole file."""
    headers = {"Range": "bytes=0-9", "If-Range": '"of another release"'}
    response = client.get("/dumps/isles.nq", headers=headers)
    assert response.status_code == 200
    assert response.data == release.dump("isles.nq").read_bytes()


def test_what_a_client_has_is_not_sent_again(client):
    """The ETag is the checksum of the file."""
    tag = client.get("/dumps/isles.nq").headers["ETag"]
    again = client.get("/dumps/isles.nq", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("accept", "file"),
    [
        (None, "isles.ttl"),
        ("*/*", "isles.ttl"),
        ("application/n-quads", "isles.nq"),
        ("application/rdf+xml, application/trig;q=0.5", "isles.trig"),
    ],
)
def test_the_name_alone_is_negotiated(client, release, accept, file):
    """Without an extension the best plain dump is sent, and says which file it is."""
    response = client.get("/dumps/isles", headers={"Accept": accept} if accept else None)
    assert response.data == release.dump(file).read_bytes()
    assert response.headers["Content-Location"] == f"/dumps/{file}"
    assert response.headers["Vary"] == "Accept, Accept-Datetime"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/dumps/isles.rdf", 404, "XML does not keep"),
        ("/dumps/isles.rdf.gz", 404, "XML does not keep"),
        ("/dumps/other.ttl", 404, "/dumps/"),
        ("/dumps/manifest.json", 404, "no dump"),
        ("/dumps/..%2fmanifest.json", 404, ""),
        ("/dumps/%2e%2e/manifest.json", 404, ""),
    ],
)
def test_what_is_not_there_is_explained(client, path, status, words):
    """A refused format says why; no name leads out of the list."""
    response = client.get(path)
    assert response.status_code == status
    assert words in response.get_json()["detail"]


def test_a_source_has_its_own_files(client, release):
    """The page and its data list them apart from the whole, each with its source."""
    own = [each for each in release.manifest.dumps if each.graph]
    data = client.get("/dumps/?format=json").get_json()
    listed = {each["file"]: each["graph"] for each in data["dumps"]}
    page = client.get("/dumps/", headers=BROWSER).text
    assert own
    for each in own:
        assert listed[each.file] == each.graph
        assert page.count(f'/dumps/{each.file}"') == 1
        assert client.get(f"/dumps/{each.file}").data == release.dump(each.file).read_bytes()


def test_no_plain_dump_in_the_accepted_format(client):
    """A format without a dump is not acceptable."""
    response = client.get("/dumps/isles", headers={"Accept": "application/rdf+xml"})
    assert response.status_code == HTTPStatus.NOT_ACCEPTABLE
    assert "application/rdf+xml" not in response.get_json()["offered"]


def test_the_list_for_programs(client, release):
    """Every dump with its address, size and checksum, and each refusal with its reason."""
    listed = client.get("/dumps/?format=json").get_json()
    assert listed["release"] == release.id
    assert {each["file"] for each in listed["dumps"]} == {d.file for d in release.manifest.dumps}
    for each in listed["dumps"]:
        content = client.get(each["href"]).data
        assert len(content) == each["size"]
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
    assert "rdfxml" in listed["refused"]


def test_the_list_for_people(client, release):
    """The page links every dump and tells what there is none of."""
    response = client.get("/dumps/", headers=BROWSER)
    assert response.mimetype == "text/html"
    for dump in release.manifest.dumps:
        assert f'href="/dumps/{dump.file}"' in response.text
    assert "RDF/XML" in response.text
    assert '</dumps/?format=json>; rel="alternate"; type="application/json"' in (
        response.headers.getlist("Link")
    )


@pytest.mark.parametrize("file", ["isles.nq", "isles.nq.gz", "isles.nq.zst"])
def test_a_dump_is_not_packed_again(client, release, file):
    """Whatever codings a client takes, it gets the file itself, in the length that is told."""
    headers = {"Accept-Encoding": "zstd, br, gzip"}
    for _ in range(3):  # what is asked for again might be kept, and packed
        response = client.get(f"/dumps/{file}", headers=headers)
        assert response.data == release.dump(file).read_bytes()
        assert "Content-Encoding" not in response.headers
