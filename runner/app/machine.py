"""The state of the machine: what is installed, what dead runs left, what is running, and the images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from runner.app.run_folder import reap_work_folders
from runner.app.settings import Settings
from runner.app.toolchain import examine_toolchain
from runner.checker.audit import CLEAR, Audit
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.doctor import Finding, examine
from runner.sandbox.engines import connect
from runner.sandbox.images import ensure_images


def examine_machine(engine: str | None, settings: Settings) -> Sequence[Finding]:
    findings = examine(engine or settings.engine)
    after = next(place for place, finding in enumerate(findings, 1) if finding.name == "tsc")
    return [*findings[:after], *examine_toolchain(settings), _warm_checker(settings), *findings[after:]]


def trust_warm_checker(settings: Settings) -> None:
    """Use the warm checker again, after an audit found that it differs from the cold compiler."""
    Audit(settings.checker).clear()


def _warm_checker(settings: Settings) -> Finding:
    case = Audit(settings.checker).off
    detail = f"off: it differed from the cold compiler, see {case}" if case else "on"
    return Finding("warm checker", not case, detail, CLEAR if case else "")


def reap_leftovers(engine: str | None, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove the containers and work folders of dead runs and return their names. Raises ``SandboxError``."""
    return connect(engine or settings.engine).reap(), reap_work_folders(settings.work)


def running_containers(engine: str | None, settings: Settings) -> tuple[Mapping[str, str], ...]:
    """As ``Engine.ps``. Raises ``SandboxError``."""
    return connect(engine or settings.engine).ps()


def build_images(engine: str | None, settings: Settings, say: Callable[[str], None]) -> Sequence[str]:
    """Build the images that are missing or out of date and return their names. Raises ``SandboxError``."""
    found = connect(engine or settings.engine)
    assert isinstance(found, DockerEngine)
    return ensure_images(found.api, say)
