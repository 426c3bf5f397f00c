"""A server before a store, which lets requests through, or does to them what a test wants."""

import base64
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Decide = Callable[[BaseHTTPRequestHandler], tuple[int, dict[str, str], bytes] | None]
"""Gives what to answer in place of the store, or None to let a request through.

Status 0 breaks the connection off.
"""


@contextmanager
def before(store: str, decide: Decide) -> Iterator[str]:
    """Runs the server before an address such as `http://127.0.0.1:7878`, and gives its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        def answer(self) -> None:
            """Answers, or asks the store."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, content = decide(self) or self.ask(body)
            if not status:
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if status != 204 else b"")

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names that it wants

        def ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            """Gives what the store answers."""
            kept = {
                name: value
                for name, value in self.headers.items()
                if name.lower() in ("content-type", "accept", "content-length")
            }
            asked = urllib.request.Request(
                store + self.path, body or None, kept, method=self.command
            )
            try:
                with urllib.request.urlopen(asked, timeout=60) as reply:
                    return reply.status, dict(reply.headers), reply.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, dict(error.headers), error.read()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def wants(user: str, password: str) -> Decide:
    """Lets in whoever shows a name and a password by Basic (RFC 7617)."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def decide(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes] | None:
        if request.headers.get("Authorization") == wanted:
            return None
        return 401, {"WWW-Authenticate": 'Basic realm="store"'}, b"who are you?"

    return decide
