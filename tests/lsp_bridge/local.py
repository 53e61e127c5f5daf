"""A language server of this machine behind the ``Stream`` port, and small TypeScript folders for it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lsp_bridge.typescript import TypeScriptServer

_CHECKOUT = Path(__file__).resolve().parents[2]


def compiler() -> Path:
    """The pinned compiler: PATCHGATE_TSC, or what ``make setup`` put into the checkout."""
    if "PATCHGATE_TSC" in os.environ:
        return Path(os.environ["PATCHGATE_TSC"])
    found = sorted(_CHECKOUT.glob("images/toolchain/node_modules/@typescript/typescript-*/lib/tsc"))
    if not found:
        pytest.fail("no tsc: run `make setup`, or set PATCHGATE_TSC")
    return found[0]


class LocalStream:
    """The stdio of a process, as ``runner.ports.Stream`` promises it."""

    def __init__(self, command: list[str], cwd: Path) -> None:
        self._process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )
        self._tail = b""
        self._drain = threading.Thread(target=self._collect, daemon=True)
        self._drain.start()

    @property
    def container_id(self) -> str:
        return str(self._process.pid)

    def send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        rest = memoryview(data)
        while rest:
            rest = rest[self._process.stdin.write(rest) or 0 :]

    def receive(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.read(65536) or b""

    def tail(self) -> str:
        self._drain.join(timeout=1)
        return self._tail.decode(errors="replace")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _collect(self) -> None:
        assert self._process.stderr is not None
        while chunk := self._process.stderr.read(4096):
            self._tail = (self._tail + chunk)[-8192:]


def reader(root: Path) -> Callable[[str], bytes | None]:
    def read(path: str) -> bytes | None:
        target = root / path
        return target.read_bytes() if target.is_file() else None

    return read


def serve(root: Path, *open_files: str, timeout_s: float = 60.0) -> TypeScriptServer:
    stream = LocalStream([str(compiler()), "--lsp", "--stdio"], root)
    return TypeScriptServer(stream, open_files, reader(root), root=str(root), timeout_s=timeout_s)


_PROJECT = """{"compilerOptions": {"strict": true, "noEmit": true, "target": "es2022", "module": "esnext",
  "moduleResolution": "bundler", "types": []}, "include": ["%s"]}"""

SHOP = """\
import { tax } from './tax';

/** One line of an order. */
export interface Line {
  price: number;
  count: number;
}

/**
 * A shop.
 */
export class Shop {
  private lines: Line[] = [];

  /** Adds a line. */
  add(line: Line): this {
    this.lines.push(line);
    return this;
  }

  total(rate: number): number {
    const net = this.lines.reduce((sum, line) => sum + line.price * line.count, 0);
    return net + tax(net, rate);
  }
}

export const half = (n: number): number => n / 2;
const wrong: string = 3;
"""

SOLUTION: Mapping[str, str] = {
    "tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.src.json"}, {"path": "./tsconfig.tests.json"}]}',
    "tsconfig.src.json": _PROJECT % "src",
    "tsconfig.tests.json": _PROJECT % "tests",
    "src/shop.ts": SHOP,
    "src/tax.ts": """\
/** The tax on an amount. */
export function tax(net: number, rate: number): number {
  return net * rate;
}
""",
    "tests/shop.test.ts": """\
import { Shop, half } from '../src/shop';

const shop = new Shop().add({ price: 2, count: 3 });
if (shop.total(0.1) !== half(13.2)) throw new Error('total');
""",
}


def write(root: Path, files: Mapping[str, str] = SOLUTION) -> Path:
    """A folder with these files (a solution of two projects, if not told otherwise)."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    return root
