"""How a report is printed. To add a format, write a module and add one line here."""

from collections.abc import Callable

from runner.verify.formats.as_json import as_json
from runner.verify.formats.as_text import as_text
from runner.verify.formats.github import github
from runner.verify.formats.junit import junit
from runner.verify.formats.sarif import sarif
from runner.verify.report import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
}

__all__ = ["FORMATS"]
