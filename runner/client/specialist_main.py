"""``python3 -m runner.client.specialist_main NAME``: runs one of our own specialists inside its container."""

from __future__ import annotations

import importlib
import re
import sys
import traceback
from collections.abc import Sequence

from runner.client.session import Session

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if the specialist ran to its end, 1 if it failed (it has sent ``block`` then), 2 for wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 1 or not _NAME.fullmatch(given[0]):
        sys.stderr.write("usage: python3 -m runner.client.specialist_main NAME\n")
        return 2
    session = Session.open()
    try:
        module = importlib.import_module(f"runner.specialists.{given[0].replace('-', '_')}")
        module.run(session)
        if not session.finished:
            session.done()
    except Exception as problem:  # noqa: BLE001 - whatever breaks a specialist, the runner is told
        traceback.print_exc()
        return _broken(session, f"{type(problem).__name__}: {problem}")
    return 0


def _broken(session: Session, why: str) -> int:
    if not session.finished:
        try:
            session.block(why[:2000])
        except Exception:  # noqa: BLE001 - the runner is gone as well; the exit code still tells
            traceback.print_exc()
    return 1


if __name__ == "__main__":
    sys.exit(main())
