"""The mutations of ``make bench-checker``: text in, text out, and a run that goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from tests.bench.checker import exactness
from tests.bench.checker.exactness import difference, mutation
from tests.bench.checker.mutations import KINDS
from tests.bench.checker.mutations.source import Source
from tests.bench.checker.subject import ACCEPT, NONE, REJECT, Cold, Warm

FIXTURE = Path(exactness.__file__).with_name("fixture")
FILES = sorted(str(path.relative_to(FIXTURE)) for path in FIXTURE.rglob("*.ts*") if path.suffix != ".json")
WRONG = ("src/a.ts", 1, 2, "TS2322")
OTHER = ("src/b.ts", 3, 4, "TS2345")


def read(path: str) -> bytes | None:
    target = FIXTURE / path
    return target.read_bytes() if target.is_file() else None


def propose(kind: str, text: str, path: str = "src/a.ts", seed: int = 0) -> Mapping[str, str | None] | None:
    return KINDS[kind](Source(path, text, (path,), {path: text}.get), Random(seed))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_a_small_project_and_does_it_again_the_same(kind: str) -> None:
    number = list(KINDS).index(kind)
    first, again = mutation(number, FILES, read), mutation(number, FILES, read)
    assert first is not None
    assert first == again
    assert first.kind == kind
    assert any(read(path) != content for path, content in first.files.items())


def test_another_round_of_a_kind_is_another_mutation() -> None:
    rounds = [mutation(number * len(KINDS), FILES, read) for number in range(6)]
    assert len({(each.path, tuple(each.files.values())) for each in rounds if each is not None}) > 3


def test_an_export_is_renamed_where_it_is_declared_and_nowhere_else() -> None:
    assert propose("renamed export", "export const a = 1;\nconst b = a;\n") == {
        "src/a.ts": "export const aPatchgate = 1;\nconst b = a;\n"
    }


def test_an_export_is_removed_without_its_declaration() -> None:
    assert propose("removed export", "export const a = 1;\n") == {"src/a.ts": "const a = 1;\n"}


def test_overloads_change_places_only_with_their_neighbours_of_the_same_name() -> None:
    text = "function f(a: 1): 1;\nfunction f(a: 2): 2;\nfunction f(a: any): any {}\n"
    assert propose("overload order", text) == {
        "src/a.ts": "function f(a: 2): 2;\nfunction f(a: 1): 1;\nfunction f(a: any): any {}\n"
    }
    assert propose("overload order", "declare function f(a: 1): 1;\ndeclare function g(a: 2): 2;\n") is None


def test_a_file_without_jsx_gets_no_jsx_property() -> None:
    assert propose("JSX prop", "export const a = 1;\n") is None


def warm(verdict: str, *new: tuple[str, int, int, str], partial: bool = False, declaration: bool = False) -> Warm:
    places = frozenset(new)
    return Warm(verdict, places, places if declaration else frozenset(), partial, "own", 0.1, "why")


def cold(verdict: str, *new: tuple[str, int, int, str], told: int = 1) -> Cold:
    return Cold(verdict, frozenset(new), told, ("tsconfig.json",), 1.0)


def test_the_same_errors_are_no_difference() -> None:
    assert difference(warm(REJECT, WRONG), cold(REJECT, WRONG)) == ""
    assert difference(warm(ACCEPT), cold(ACCEPT)) == ""


def test_a_check_that_stopped_early_may_lack_errors_but_has_none_of_its_own() -> None:
    assert difference(warm(REJECT, WRONG, partial=True), cold(REJECT, WRONG, OTHER)) == ""
    assert difference(warm(REJECT, WRONG), cold(REJECT, WRONG, OTHER)).startswith("only in cold")
    assert difference(warm(REJECT, WRONG, OTHER, partial=True), cold(REJECT, WRONG)).startswith("not in cold")


def test_a_false_accept_a_false_reject_and_no_verdict_are_told_apart() -> None:
    assert difference(warm(ACCEPT), cold(REJECT, WRONG)).startswith("false accept")
    assert difference(warm(REJECT, WRONG), cold(ACCEPT)).startswith("false reject")
    assert difference(warm(NONE), cold(ACCEPT)).startswith("no verdict")


def test_a_declaration_error_that_a_command_line_hides_is_no_difference() -> None:
    late = warm(REJECT, WRONG, declaration=True)
    assert difference(late, cold(ACCEPT, told=3)) == ""
    assert difference(late, cold(ACCEPT, told=0)).startswith("false reject")


def test_after_a_syntax_error_of_a_command_line_only_the_verdict_counts() -> None:
    broken = ("src/a.ts", 4, 4, "TS1131")
    assert difference(warm(REJECT, broken, WRONG), cold(REJECT, broken)) == ""
    assert difference(warm(ACCEPT), cold(REJECT, broken)).startswith("false accept")


def test_a_field_goes_with_its_semicolon() -> None:
    found = {
        tuple((propose("interface field", "interface A { a: 1; b: 2 }", seed=seed) or {}).values())
        for seed in range(20)
    }
    assert ("interface A {  b: 2 }",) in found


class Counting:
    """Judges that accept everything, and count."""

    def __init__(self) -> None:
        self.asked = 0

    def warm(self, files: Mapping[str, bytes | None]) -> Warm:
        self.asked += 1
        return warm(ACCEPT)

    def cold(self, files: Mapping[str, bytes | None]) -> Cold:
        return cold(ACCEPT)


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    journal = tmp_path / "done.jsonl"
    made = [found for number in range(6) if (found := mutation(number, FILES, read)) is not None]
    first = Counting()
    before = list(exactness.run("fixture", "c1", first, iter(made[:4]), journal))
    # The machine went down in the middle of a line.
    journal.write_text(journal.read_text("utf-8") + '{"repository": "fix', "utf-8")
    second = Counting()
    after = list(exactness.run("fixture", "c1", second, iter(made), journal))
    assert (first.asked, second.asked) == (4, len(made) - 4)
    assert after[:4] == before
    third = Counting()
    assert list(exactness.run("fixture", "c1", third, iter(made), journal)) == after
    assert third.asked == 0
    assert sum(row["tried"] for row in exactness.by_kind(after).values()) == len(made)


def test_another_commit_is_judged_anew(tmp_path: Path) -> None:
    journal = tmp_path / "done.jsonl"
    made = [found for number in range(3) if (found := mutation(number, FILES, read)) is not None]
    list(exactness.run("fixture", "c1", Counting(), iter(made), journal))
    again = Counting()
    list(exactness.run("fixture", "c2", again, iter(made), journal))
    assert again.asked == len(made)
