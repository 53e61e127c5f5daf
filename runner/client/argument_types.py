"""patchctl's argument parser and the types of its arguments."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

from runner.client.payloads import UsageProblem
from runner.client.suggestions import did_you_mean

_CHOICE = re.compile(r"invalid choice: '(.*?)' \(choose from (.*)\)")
_WORD = re.compile(r"[\w-]+")


class Parser(argparse.ArgumentParser):
    """Raises ``UsageProblem`` for a wrong command line, so that the caller says it as it says everything else.

    The hint names what a misspelt command, option or choice may have been meant for.
    """

    _given: tuple[str, ...] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """A command's own parser refuses what it does not know itself: it has the names that were meant."""
        self._given = tuple(sys.argv[1:] if args is None else args)
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest

    def error(self, message: str) -> NoReturn:
        hints = (self._of_choice(message), self._of_options(), f"{self.prog} --help")
        raise UsageProblem(message, " ".join(each for each in hints if each))

    def _of_choice(self, message: str) -> str:
        found = _CHOICE.search(message)
        return did_you_mean(found[1], _WORD.findall(found[2])) if found else ""

    def _of_options(self) -> str:
        """For the first option that was given and that there is not."""
        if self._subparsers is not None:
            return ""
        known = list(self._option_string_actions)
        names = (each.partition("=")[0] for each in self._given if each.startswith("--") and each != "--")
        unknown = [name for name in names if not any(each.startswith(name) for each in known)]
        return did_you_mean(unknown[0], known) if unknown else ""


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
