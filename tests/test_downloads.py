"""Large dumps from a running server: in little memory, resumed after a cut, never in the way."""

import hashlib
import http.client
import json
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from process_tree import descendants
from products.ours import Site, running

from tgkg.manifest import MANIFEST
from tgkg.publish.build import build
from tgkg.release import State
from tgkg.stalling import end_stalled
from tgkg.web.outflow import MOST_OF_ONE

pytestmark = pytest.mark.system

LARGE = 1024 * 1024 * 1024
PIECE = 1024 * 1024
FILE = "g.large.gz"
MOST_MEMORY = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def content(tmp_path_factory) -> Path:
    """Gives a file of a gigabyte, empty but for some places, that takes little of the disk."""
    file = tmp_path_factory.mktemp("large") / FILE
    chance = random.Random(1)  # noqa: S311 - the same in each run
    with file.open("wb") as written:
        written.truncate(LARGE)
        for _ in range(200):
            written.seek(chance.randrange(LARGE - PIECE))
            written.write(chance.randbytes(4096))
    return file


@pytest.fixture(scope="module")
def checksum(content: Path) -> str:
    """Gives its SHA-256."""
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.fixture(scope="module")
def site(content: Path, checksum: str, tmp_path_factory) -> Iterator[Site]:
    """Serves a release that has the file among its dumps."""
    folder = tmp_path_factory.mktemp("site")
    project = folder / "project"
    project.mkdir()
    (project / "tgkg.toml").write_text('name = "g"\n')
    (project / "a.ttl").write_text("<https://example.org/a> <https://example.org/p> 1 .")
    release = build([project], State(folder / "state"), lambda _: None).release
    assert release is not None
    manifest = json.loads((release.folder / MANIFEST).read_text())
    dump = manifest["dumps"][0] | {"file": FILE, "compression": "gzip", "size": LARGE}
    manifest["dumps"].append(dump | {"sha256": checksum})
    (release.folder / MANIFEST).write_text(json.dumps(manifest))
    content.rename(release.dump(FILE))
    with running(folder, project) as site:
        yield site


def memory(site: Site) -> int:
    """Returns the bytes that the server's processes hold, each shared one counted once."""
    pages = 0
    for pid in (site.process.pid, *descendants(site.process.pid)):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        pages += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return pages * 1024


def started(site: Site) -> socket.socket:
    """Returns a connection that has asked for the file and reads nothing."""
    parts = urlsplit(site.address)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    connection.sendall(f"GET /dumps/{FILE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def test_a_gigabyte_comes_in_constant_memory_and_goes_on_after_a_cut(site, checksum):
    """Cut in the middle, it goes on from there by Range and If-Range, to the same SHA-256."""
    before, most, digest = memory(site), 0, hashlib.sha256()
    parts = urlsplit(site.address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request("GET", f"/dumps/{FILE}")
    answer = connection.getresponse()
    assert answer.getheader("Content-Length") == str(LARGE)
    assert answer.getheader("Accept-Ranges") == "bytes"
    assert answer.getheader("Content-Disposition") == f"attachment; filename={FILE}"
    tag = answer.getheader("ETag")
    received = 0
    while received < LARGE // 3:
        received += len(piece := answer.read(PIECE))
        digest.update(piece)
        most = max(most, memory(site)) if received % (32 * PIECE) == 0 else most
    connection.close()

    headers = {"Range": f"bytes={received}-", "If-Range": tag}
    with urlopen(Request(f"{site.address}dumps/{FILE}", headers=headers), timeout=30) as rest:
        assert rest.status == 206
        assert rest.headers["Content-Range"] == f"bytes {received}-{LARGE - 1}/{LARGE}"
        while piece := rest.read(PIECE):
            received += len(piece)
            digest.update(piece)
            most = max(most, memory(site)) if received % (32 * PIECE) == 0 else most
    assert received == LARGE
    assert digest.hexdigest() == checksum
    assert most - before < MOST_MEMORY


def test_curl_goes_on_where_it_was(site, tmp_path):
    """`curl -C -` finishes a file that it has most of, without fetching that again."""
    if shutil.which("curl") is None:
        pytest.skip("no curl here: apt install curl")
    (source,) = Path(site.log.parent).glob(f"state/releases/*/dumps/{FILE}")
    have, file = LARGE - 50 * PIECE, tmp_path / FILE
    with file.open("wb") as begun:
        begun.truncate(have)
    command = ["curl", "-sS", "-C", "-", "-o", file, "-w", "%{http_code} %{size_download}"]
    done = subprocess.run(
        [*command, f"{site.address}dumps/{FILE}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["206", str(50 * PIECE)]
    with file.open("rb") as got, source.open("rb") as whole:
        got.seek(have)
        whole.seek(have)
        assert got.read() == whole.read()


def test_clients_that_read_nothing_are_not_in_the_way(site):
    """Many of them get their turn or 503; pages and queries are answered meanwhile."""
    before = memory(site)
    stalled = [started(site) for _ in range(80)]
    try:
        heads = [connection.recv(4096) for connection in stalled]
        taken = [head for head in heads if head.startswith(b"HTTP/1.1 200")]
        refused = [head for head in heads if head.startswith(b"HTTP/1.1 503")]
        assert len(taken) == MOST_OF_ONE
        assert len(taken) + len(refused) == len(heads)
        assert all(b"retry-after: 30" in head.lower() for head in refused)
        assert all(b"application/problem+json" in head for head in refused)
        begun = time.monotonic()
        for path in ("", "sparql?query=ASK%7B%7D", "dumps/g.nq", "catalog", "healthz"):
            with urlopen(site.address + path, timeout=5) as answer:
                assert answer.status == 200
        assert time.monotonic() - begun < 5
        assert memory(site) - before < MOST_MEMORY
    finally:
        for connection in stalled:
            connection.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with started(site) as again:
            if again.recv(12) == b"HTTP/1.1 200":
                return
        time.sleep(0.1)
    pytest.fail("their places were not given back")


def test_the_kernel_ends_a_connection_that_takes_nothing():
    """The option goes from the socket that listens to what connects to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        end_stalled(listening.getsockname()[1], seconds=1)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as ours:
            begun = time.monotonic()
            with pytest.raises(OSError, match=r"timed out|reset|Broken"):  # noqa: PT012
                while time.monotonic() - begun < 30:
                    ours.sendall(b"x" * PIECE)
            assert time.monotonic() - begun < 15
