"""patchctl's argument parser and the types of its arguments."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from runner.client.payloads import UsageProblem


class Parser(argparse.ArgumentParser):
    """Raises ``UsageProblem`` for a wrong command line, so that the caller reports it like any other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageProblem(message, f"{self.prog} --help")


def sha256(text: str) -> str:
    """64 hexadecimal digits."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError("a SHA-256 has 64 hexadecimal digits: sed -n 12,15p FILE | sha256sum")
    return text.lower()


def line_number(text: str) -> int:
    """A 1-based line or column."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("lines and columns are counted from 1")
    return value
