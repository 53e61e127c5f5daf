"""Where the things are that containers are made of. Found from this file: the checkout is installed in place."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from runner.ports import SandboxError

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGES = CHECKOUT / "images"
TOOLCHAIN = IMAGES / "toolchain"


@cache
def seccomp_profile() -> str:
    """The seccomp profile as compact JSON. Raises ``SandboxError`` when it is missing or no JSON."""
    path = IMAGES / "seccomp.json"
    try:
        return json.dumps(json.loads(path.read_text("utf-8")), separators=(",", ":"))
    except (OSError, ValueError) as error:
        raise SandboxError(
            f"The seccomp profile {path} cannot be read: {error}", "Install Patchgate from its checkout: make setup"
        ) from error
