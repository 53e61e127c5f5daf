"""How new type errors are told."""

from __future__ import annotations

from dataclasses import replace

from runner.api import models
from runner.gate.verdict.new_errors import new_errors
from runner.gate.verdict.wire import diagnostic_json
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.tree import Candidate, ChangeSet, FileState
from runner.model.verdict import Violation

EDITED = Candidate("0", ChangeSet(()), {}, {"src/cart.ts": FileState(b"")})
ERROR = Diagnostic("tsconfig.json", "src/cart.ts", 4, 9, "TS2322", "Type 'string' is not assignable to type 'number'.")


def told(*errors: Diagnostic, partial: bool = False) -> tuple[Violation, ...]:
    return new_errors(CheckResult(0, errors, errors, (), partial=partial), EDITED)


def test_an_error_is_told_with_its_symbol_and_line() -> None:
    (found,) = told(
        replace(ERROR, symbol="src/cart.ts#Cart.total", text='return "";', detail="  Because.\n    Of this.")
    )
    assert found.message == (
        "src/cart.ts(5,10): TS2322: Type 'string' is not assignable to type 'number'. Because. Of this. "
        'In src/cart.ts#Cart.total: `return "";`'
    )
    assert found.hint == "Read the diagnostic, correct the edit, and submit it again."


def test_an_error_elsewhere_is_told_with_its_way_and_cause() -> None:
    (found,) = told(
        replace(
            ERROR,
            file="src/shop.ts",
            text="total()",
            way=("src/cart.ts", "src/index.ts", "src/shop.ts"),
            cause="the edit removed `total` from src/cart.ts",
        )
    )
    assert found.message.endswith(
        "Line: `total()` The edit removed `total` from src/cart.ts. "
        "From the edit to there: src/cart.ts → src/index.ts → src/shop.ts."
    )
    assert found.hint == (
        "The edit did not touch src/shop.ts, where this was right before: the edit removed `total` from src/cart.ts. "
        "Keep what it uses as it was, or change it in the same submission."
    )


def test_without_a_cause_the_hint_names_what_the_file_depends_on() -> None:
    (found,) = told(replace(ERROR, file="src/shop.ts", way=("src/cart.ts", "src/shop.ts")))
    assert "depends on src/cart.ts. Keep what src/cart.ts exports as it was" in found.hint
    (unknown,) = told(replace(ERROR, file="src/shop.ts"))
    assert "did not touch src/shop.ts" in unknown.hint


def test_one_cause_reads_as_one() -> None:
    places = [replace(ERROR, line=line, cause="the edit changed `a`") for line in range(8)]
    (found,) = told(*places)
    assert "The same at src/cart.ts(2,10), " in found.message
    assert found.message.endswith("src/cart.ts(6,10) and 2 more.")


def test_of_many_new_errors_twenty_are_shown() -> None:
    errors = [replace(ERROR, message=str(at)) for at in range(25)]
    found = told(*errors)
    assert (len(found), found[-1].message) == (21, "and 5 more new errors")
    assert told(*errors, partial=True)[-1].message == "and at least 5 more new errors"


def test_a_diagnostic_has_what_explains_it_where_that_is_known() -> None:
    known = replace(ERROR, symbol="a", text="b", way=("c", "d"), cause="e", detail="f")
    data = diagnostic_json(known)
    assert models.Diagnostic.model_validate(data).model_dump() == data
    assert set(data) - set(diagnostic_json(ERROR)) == {"symbol", "text", "way", "cause", "detail"}


def test_what_a_message_says_is_bounded_and_cannot_move_a_cursor() -> None:
    (found,) = told(replace(ERROR, file="a\x1b[2J.ts", message="\x07" + "x" * 5000, detail="y" * 5000))
    assert "\x1b" not in found.message and "\x07" not in found.message
    assert len(found.message) < 2500
