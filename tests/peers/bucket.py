"""A bucket on S3 in small: objects by name, as an S3 server keeps them.

with BucketServer() as server:
    server.objects              # name: bytes
    server.refuses = 503        # every request from now on
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


@dataclass
class BucketServer:
    """One bucket, called `desk`; requests must be signed by somebody, who is not checked."""

    objects: dict[str, bytes] = field(default_factory=dict)
    refuses: int = 0

    def __enter__(self) -> BucketServer:
        owner = self

        class Handler(_Handler):
            bucket = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def setting(self) -> str:
        """What FOREDESK_FILES says."""
        port = self._server.server_address[1]
        return f"s3://desk?endpoint=http://127.0.0.1:{port}&region=eu-1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: BucketServer

    def do_PUT(self) -> None:
        if self.headers.get("expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(int(self.headers["content-length"]))
        if name := self._name():
            self.bucket.objects[name] = body
            self._answer(200)

    def do_GET(self) -> None:
        if name := self._name():
            held = self.bucket.objects.get(name)
            self._answer(404 if held is None else 200, held or b"")

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        if name := self._name():
            self.bucket.objects.pop(name, None)
            self._answer(204)

    def _name(self) -> str:
        """The object asked for; "" when the request was answered already."""
        is_signed = self.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 ")
        status = self.bucket.refuses or (0 if is_signed else 403)
        path = unquote(urlsplit(self.path).path)
        if status or not path.startswith("/desk/"):
            self._answer(status or 404)
            return ""
        return path.removeprefix("/desk/")

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("etag", '"x"')
        self.send_header("last-modified", "Mon, 02 Jan 2023 10:00:00 GMT")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass
