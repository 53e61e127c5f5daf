"""The store as the checker's container sees it: mounted, read-only, by another user."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.checker.toolchain import ToolchainStore
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.images import CHECKER
from runner.sandbox.places import TOOLCHAIN
from tests.containers import real_engine

SCRIPT = """
const { execFileSync } = require('node:child_process');
const found = {};
for (const version of ['5.9.3', '6.0.3']) {
  const ts = require(`/opt/toolchain/typescript-${version}/lib/typescript.js`);
  found[version] = ts.version;
}
found['7.0.2'] = String(execFileSync('/opt/toolchain/typescript-7.0.2/lib/tsc', ['--version'])).trim();
try { require('node:fs').writeFileSync('/opt/toolchain/x', ''); } catch (error) { found.write = error.code; }
found.uid = process.getuid();
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    with real_engine() as found:
        yield found


@pytest.mark.docker
def test_every_compiler_of_the_store_runs_in_the_checkers_container(engine: DockerEngine, tmp_path: Path) -> None:
    store = ToolchainStore(tmp_path / "store", pinned=TOOLCHAIN)
    for version in ("5.9.3", "6.0.3", "7.0.2"):
        store.add(version)
    mounts = (Mount(str(store.root), "/opt/toolchain"),)
    limits = Limits(wall_s=60, memory_mb=768)
    outcome = engine.run(ContainerSpec(CHECKER, ("node", "-e", SCRIPT), mounts, limits=limits, working_dir="/"))
    assert outcome.exit_code == 0, outcome.stderr.decode()
    assert json.loads(outcome.stdout) == {
        "5.9.3": "5.9.3",
        "6.0.3": "6.0.3",
        "7.0.2": "Version 7.0.2",
        "write": "EROFS",
        "uid": 65534,
    }
