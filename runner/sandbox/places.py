"""Where the parts of containers are on disk. Found relative to this file: the checkout is installed in place."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from runner.errors import SandboxError

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGES = CHECKOUT / "images"
TOOLCHAIN = IMAGES / "toolchain"
SECCOMP = IMAGES / "seccomp.json"


@cache
def seccomp_profile() -> str:
    """The seccomp profile as compact JSON. Raises ``SandboxError`` if it is missing or not JSON."""
    try:
        return json.dumps(json.loads(SECCOMP.read_text("utf-8")), separators=(",", ":"))
    except (OSError, ValueError) as error:
        raise SandboxError(
            f"The seccomp profile {SECCOMP} cannot be read: {error}", "Install Patchgate from its checkout: make setup"
        ) from error
