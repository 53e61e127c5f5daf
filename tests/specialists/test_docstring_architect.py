"""DocString Architect on real files, with the real language server."""

from __future__ import annotations

import re

from runner.specialists.docstring_architect.program import run
from runner.syntax.tokens import tokens
from tests.specialists.conftest import Make

SOURCE = """\
import type { Line } from './line';

// How much one may order.
export const MAX = 10;

/** Known already. */
export function known(): void {}

function local(): void {}
export { local, later as renamed };
function later(): void {}

export function pick(value: string): string;
export function pick(value: number): number;
export function pick(value: string | number): string | number {
  return value;
}

export class Shop {
  private lines: Line[] = [];
  #secret = 1;
  constructor(private readonly name: string) {}

  total(rate: number): number {
    return this.lines.length * rate + this.#secret + this.name.length;
  }

  protected hidden(): void {}

  get size(): number {
    return 1;
  }
  set size(value: number) {}
}

// @ts-expect-error on purpose
export const wrong: string = 3;

export const a = 1, b = 2;
"""
FILES = {"src/shop.ts": SOURCE, "src/line.ts": "/** A line. */\nexport interface Line {\n  price: number;\n}\n"}


def documented(text: str) -> list[str]:
    """The first line of each declaration that stands under a comment which was not there before."""
    return [line.strip() for line in re.findall(r"\* \S.*?\*/\n(?:\s*//[^\n]*\n)*([^\n]+)", text, re.DOTALL)]


def test_exported_declarations_and_public_members_get_comments(make: Make) -> None:
    session = make(FILES)
    run(session)
    found = documented(session.read("src/shop.ts"))
    assert found == [
        "export const MAX = 10;",
        "export function known(): void {}",
        "function local(): void {}",
        "function later(): void {}",
        "export function pick(value: string): string;",
        "export function pick(value: number): number;",
        "export class Shop {",
        "constructor(private readonly name: string) {}",
        "total(rate: number): number {",
        "get size(): number {",
        "export const wrong: string = 3;",
        "export const a = 1, b = 2;",
    ]
    assert session.ended == ("done", "11 declarations documented in 1 files")


def test_nothing_but_comments_changes_and_the_second_time_there_is_nothing_to_do(make: Make) -> None:
    session = make(FILES)
    run(session)
    after = session.read("src/shop.ts")
    assert tokens(after, "src/shop.ts") == tokens(SOURCE, "src/shop.ts")
    assert "/** Known already. */" in after
    patches = len(session.submitted)
    session.ended = None
    run(session)
    assert session.read("src/shop.ts") == after
    assert len(session.submitted) == patches == 1


def test_a_directive_stays_with_the_line_that_it_is_about(make: Make) -> None:
    session = make(FILES)
    run(session)
    assert "*/\n// @ts-expect-error on purpose\nexport const wrong" in session.read("src/shop.ts")


def test_a_name_that_shares_its_line_is_left_to_a_person(make: Make) -> None:
    session = make(FILES)
    run(session)
    (advice,) = session.recommended
    assert (advice["impact"], advice["rule"], advice["file"]) == (1, "undocumented-export", "src/shop.ts")
    assert advice["detail"].endswith(": b")


def test_the_files_own_line_ends_and_bom_stay(make: Make) -> None:
    raw = "\ufeff" + "export class Bag {\n\tgo(): void {}\n}\n".replace("\n", "\r\n")
    session = make({"src/a.ts": raw.encode()})
    run(session)
    content = (session.repo / "src/a.ts").read_bytes()
    assert content.startswith(
        b"\xef\xbb\xbf/**\r\n * A bag, with the method `go`.\r\n */\r\nexport class Bag {\r\n\t/**\r\n\t * "
    )
    assert content.count(b"\n") == content.count(b"\r\n")


def test_one_refused_comment_does_not_take_the_others_with_it(make: Make) -> None:
    session = make(FILES, gate=lambda path, before, after: "no" if "Picks" in after else None)
    run(session)
    after = session.read("src/shop.ts")
    assert "Picks" not in after
    assert "@param rate" in after
    assert "The largest" in after or " * The max" in after
    refused = [advice for advice in session.recommended if "refused" in advice["detail"]]
    assert "pick (PG601 typecheck.new-error: no)" in refused[0]["detail"]


def test_only_the_lines_of_the_task_are_touched(make: Make) -> None:
    spans = [{"file": "src/shop.ts", "start": 18, "end": 30}]
    session = make(FILES, task={"allowed_spans": spans, "allowed_paths": []})
    run(session)
    assert documented(session.read("src/shop.ts"))[0] == "export function known(): void {}"
    assert "@param rate" in session.read("src/shop.ts")
    assert " * The max" not in session.read("src/shop.ts")


def test_the_number_of_files_is_bounded_and_only_files_with_work_count(make: Make) -> None:
    session = make({**FILES, "src/a.ts": "export const one = 1;\n"}, options={"max_files": 1})
    run(session)
    assert [path for path, _, _ in session.submitted] == ["src/a.ts"]


def test_it_stops_when_the_submissions_are_used_up(make: Make) -> None:
    session = make({**FILES, "src/a.ts": "export const one = 1;\n"}, submissions=1)
    run(session)
    assert [path for path, _, _ in session.submitted] == ["src/a.ts"]
    assert session.ended == ("done", "1 declarations documented in 2 files")
