"""The container engine that the commands use."""

from __future__ import annotations

from collections.abc import Callable

from runner.app.run_folder import reap_work_folders
from runner.app.settings import Settings
from runner.ports import Engine
from runner.sandbox.engines import connect


def engine_starter(chosen: str | Engine | None, settings: Settings) -> Callable[[], Engine]:
    """Returns a function that finds an engine and removes what dead runs left on it. It may raise ``SandboxError``."""

    def start() -> Engine:
        wanted = chosen or settings.engine
        engine = connect(wanted) if isinstance(wanted, str) else wanted
        engine.reap()
        reap_work_folders(settings.work)
        return engine

    return start
