"""A registry that one image can be pulled from: the read half of the distribution protocol, version 2.

Engines talk plain HTTP to 127.0.0.1. The image comes out of the engine's own ``docker save``.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
# What is sent is not compressed; engines look at the bytes.
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def save(api: Any, image: str, folder: Path) -> dict[str, Path]:
    """Write the image's blobs into ``folder``; the files by digest, and the manifest as ``manifest``."""
    archive = folder / "image.tar"
    with archive.open("wb") as out:
        for part in api.get_image(image):
            out.write(part)
    blobs: dict[str, Path] = {}

    def keep(data_path: Path) -> dict[str, object]:
        digest = hashlib.sha256()
        with data_path.open("rb") as content:
            while part := content.read(1 << 20):
                digest.update(part)
        name = f"sha256:{digest.hexdigest()}"
        blobs[name] = data_path
        return {"digest": name, "size": data_path.stat().st_size}

    with tarfile.open(archive) as tar:
        tar.extractall(folder / "saved", filter="data")
    archive.unlink()
    (entry,) = json.loads((folder / "saved/manifest.json").read_text())
    config = {"mediaType": CONFIG, **keep(folder / "saved" / entry["Config"])}
    layers = [{"mediaType": LAYER, **keep((folder / "saved" / layer).resolve())} for layer in entry["Layers"]]
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}))
    keep(manifest)
    blobs["manifest"] = manifest
    return blobs


def _handler(blobs: dict[str, Path], asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            kind, _, name = self.path.rpartition("/")
            if self.path == "/v2/":
                self._answer(b"{}", "application/json")
            elif kind.endswith("/manifests"):
                # By tag, or by the digest that the tag was answered with.
                self._answer(blobs["manifest"].read_bytes(), MANIFEST)
            elif kind.endswith("/blobs") and name in blobs:
                self._answer(blobs[name].read_bytes(), "application/octet-stream")
            else:
                self.send_error(404)

        do_HEAD = do_GET

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
            self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(content).hexdigest())
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serving(blobs: dict[str, Path]) -> Iterator[tuple[str, list[str]]]:
    """The address to pull from (``127.0.0.1:PORT``), and the paths that were asked for so far."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(blobs, asked))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
