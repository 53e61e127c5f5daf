"""All tests share the toolchain store that set-up filled: a state folder of their own would copy the compilers each time."""

from __future__ import annotations

import os

from runner.app.settings import read_settings

os.environ.setdefault("PATCHGATE_TOOLCHAIN", str(read_settings().toolchain))
