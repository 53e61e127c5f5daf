"""The doctor's findings: what is there, what is not, and the command that mends it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from runner.errors import SandboxError
from runner.model.container import EngineInfo
from runner.ports import Engine
from runner.sandbox import doctor, image_inputs
from runner.sandbox.doctor import Finding, examine
from runner.sandbox.labels import OWNER, Owner
from runner.sandbox.memory_engine import MemoryEngine
from runner.sandbox.places import CHECKOUT


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


@pytest.mark.docker
def test_a_machine_that_was_set_up_has_nothing_to_mend() -> None:
    findings = examine()
    assert {"engine", "isolation", "images", "tsc", "node", "seccomp profile", "containers"} <= set(by_name(findings))
    assert [finding for finding in findings if not finding.ok and finding.name != "containers"] == []


def test_without_an_engine_the_rest_is_still_examined() -> None:
    def none(name: str) -> Engine:
        raise SandboxError(f"No container engine answers ({name}).", "make engine")

    findings = by_name(examine(connector=none))
    assert findings["engine"] == Finding("engine", False, "No container engine answers (auto).", "make engine")
    assert findings["node"].ok


def test_a_missing_toolchain_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(image_inputs, "TOOLCHAIN", tmp_path)
    finding = by_name(examine(connector=lambda _: MemoryEngine({})))["tsc"]
    assert (finding.ok, finding.mend) == (False, "Type: make setup")


class Worried(MemoryEngine):
    def info(self) -> EngineInfo:
        return EngineInfo("worried", "1", ("It has no seccomp support: use another.",))

    def ps(self) -> tuple[Mapping[str, str], ...]:
        past = Owner("0-0", 1, 2, 3)
        return ({"name": "patchgate-old", OWNER: str(past)}, {"name": "odd", OWNER: "?"})


def test_an_engines_problems_and_leftovers_are_findings() -> None:
    findings = by_name(examine(connector=lambda _: Worried({})))
    assert findings["isolation"] == Finding(
        "isolation", False, "It has no seccomp support: use another.", "use another."
    )
    assert findings["containers"].mend == "patchgate reap"
    assert "patchgate-old" in findings["containers"].detail


def test_a_disk_that_is_full_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LEAST_FREE_GIB", 1e9)
    finding = by_name(examine(connector=lambda _: MemoryEngine({})))[f"disk space at {CHECKOUT}"]
    assert not finding.ok
    assert "Free at least" in finding.mend
