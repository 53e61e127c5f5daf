"""No file gains a syntax error. The grammar does not know all new syntax, so before and after are compared."""

from __future__ import annotations

import re

from runner.gate.inspection import Changed, Inspection
from runner.model.text import Range
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.jsonc import parse_json, parse_jsonc
from runner.syntax.kept import kept
from runner.syntax.readable import readable
from runner.syntax.tokens import syntax_errors, tokens

_MERGE = re.compile(r"^(?:<{5,9}|>{5,9})(?:[ \t]+\w.*)?$", re.MULTILINE)
_QUOTES = re.compile("[\u2018\u2019\u201c\u201d]")
_NO_DEFAULT = re.compile(r"^[ \t]*export[ \t]+default[ \t]+(const|let|var|enum)\b", re.MULTILINE)
_COMMENTED = re.compile(r"(^|/)(tsconfig|jsconfig)[^/]*\.json$|\.jsonc$|(^|/)\.vscode/|(^|/)\.\w+rc(\.json)?$")


def check_syntax(inspection: Inspection) -> list[Violation]:
    found: list[Violation] = []
    for file in inspection.files:
        if gained := _gained_marks(file):
            found.append(violation("clobber.syntax-error", f"{file.path} gains {gained}", file=file.path))
        if file.is_code and (new := new_errors(file)):
            line = new[0].start.line + 1
            message = f"{file.path}:{line} does not parse"
            found.append(violation("clobber.syntax-error", message, file=file.path, range=new[0]))
        elif file.path.endswith((".json", ".jsonc")) and (problem := _json_problem(file)):
            found.append(violation("clobber.syntax-error", f"{file.path} is no JSON: {problem}", file=file.path))
    return found


def _gained_marks(file: Changed) -> str | None:
    """Errors that the parser accepts: merge or search/replace markers, typographic quotes in code, and statements after
    ``export default``.
    """
    after = _MERGE.findall(file.after) if "<<<<<" in file.after or ">>>>>" in file.after else []
    if after and len(after) > len(_MERGE.findall(file.before)):
        return f"the mark {after[0].strip()!r} of a merge or of a search/replace block"
    found = _NO_DEFAULT.findall(file.after) if file.is_code and "default" in file.after else []
    if found and len(found) > len(_NO_DEFAULT.findall(file.before)):
        return f"`export default {found[0]}`, which is neither a declaration nor an expression"
    if file.is_code and not file.after.isascii() and _QUOTES.search(file.after):
        quoted = _quoted_names(file.after, file.path)
        if len(quoted) > len(_quoted_names(file.before, file.old_path)):
            return f"typographic quotes in its code: {quoted[0]}"
    return None


def _quoted_names(text: str, path: str) -> list[str]:
    """Names to the grammar that contain characters tsc does not allow in code."""
    return [each.text for each in tokens(text, path) if "identifier" in each.kind and _QUOTES.search(each.text)]


def new_errors(file: Changed) -> tuple[Range, ...]:
    """The syntax errors of the edited file, if it has more of them than before."""
    after = _errors(file.after, file.path)
    if not after:
        return ()
    return after if len(after) > len(_errors(file.before, file.old_path)) else ()


@kept(8)
def _errors(text: str, path: str) -> tuple[Range, ...]:
    """The errors that remain when syntax unknown to the grammar is blanked or separated by a semicolon. No offset
    changes.
    """
    found = syntax_errors(text, path)
    if not found:
        return found
    known = readable(text, path)
    return found if known == text else syntax_errors(known, path)


def _json_problem(file: Changed) -> str | None:
    """What is wrong with the new text, if the old one was valid."""
    parse = parse_jsonc if _COMMENTED.search(file.path) else parse_json
    try:
        parse(file.after)
    except ValueError as error:
        if not file.is_new:
            try:
                parse(file.before)
            except ValueError:
                return None
        return str(error)
    return None
