"""A real server on 127.0.0.1, in a thread, and a client that knows its token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

from runner.api.gate_worker import GateWorker
from runner.api.server import listen, server_of, url_of
from runner.api.service import create_app
from runner.ports import Ledger

TOKEN = "a-token-for-these-tests"


@dataclass(frozen=True)
class Served:
    app: FastAPI
    url: str
    port: int

    def client(self, token: str | None = TOKEN, **headers: str) -> httpx.Client:
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)


@contextmanager
def served(worker: GateWorker, ledger: Ledger) -> Iterator[Served]:
    app = create_app(worker, ledger, token=TOKEN, hosts=("127.0.0.1", "localhost"))
    with listen("127.0.0.1", 0) as listener:
        server = server_of(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(app, url_of(listener), listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive(), "the server did not end"
