"""``removes``: declarations that a submission says it means to remove or to empty."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from runner.gate.verdict.wire import MAX_REMOVES, verdict_json
from runner.model.order import Policy, Task
from runner.model.submission import Submission
from runner.model.verdict import Verdict
from runner.syntax.guards import guard_hash
from tests.gate.helpers import ANYWHERE, Gate, said, whole

LOST, STUB = "clobber.declaration-lost", "clobber.stub"
SHOP = """\
import { log } from './log';

export class Shop {
  count = 0;

  total(): number {
    const sum = this.count + 1;
    log(sum);
    return sum;
  }

  add(n: number): void {
    this.count += n;
    log(n);
  }
}

export function abbreviate(name: string): string {
  const short = name.slice(0, 3);
  log(short);
  return short;
}

export function pick(a: string): string;
export function pick(a: boolean, b: string[]): boolean;
export function pick(a: unknown): unknown {
  return log(a);
}
"""
A = "src/a.ts"
ABBREVIATE = SHOP[SHOP.index("export function abb") : SHOP.index("export function pick")]
ADD = "    this.count += n;\n    log(n);\n"
BODY = "  const short = name.slice(0, 3);\n  log(short);\n  return short;\n"


def send(
    after: str | dict[str, str | None],
    *removes: str,
    before: str = SHOP,
    task: Task = ANYWHERE,
    contract: tuple[str, ...] = (),
) -> Verdict:
    gate = Gate({A: before, "src/b.ts": "export const b = 1;\n"}, (task,), contract, policy=Policy(1.0))
    payload = whole({A: after} if isinstance(after, str) else after)
    return gate.session(task.uuid).submit(Submission("whole-file", payload, removes=removes))


@pytest.mark.parametrize(
    ("old", "new", "address"),
    [
        (ABBREVIATE, "", "src/a.ts#abbreviate"),
        (BODY, "", "src/a.ts#abbreviate"),
        (ADD, "", "src/a.ts#Shop.add"),
        (f"  add(n: number): void {{\n{ADD}  }}\n", "", "src/a.ts#Shop.add"),
        ("export function pick(a: boolean, b: string[]): boolean;\n", "", "src/a.ts#pick@2"),
    ],
)
def test_what_is_named_may_go_or_be_left_empty_and_the_hint_says_how(old: str, new: str, address: str) -> None:
    assert SHOP.count(old) == 1
    after = SHOP.replace(old, new)
    refused = send(after)
    assert said(refused) == LOST
    found = re.search(r'"removes": (\[.*?\])', refused.violations[0].hint)
    assert found is not None and json.loads(found[1]) == [address]
    assert said(send(after, *json.loads(found[1]))) == "applied"


def test_a_class_that_is_named_covers_its_members_and_nothing_beside_it() -> None:
    bare = SHOP.replace(SHOP[SHOP.index("  count") : SHOP.index("}\n\nexport function abb")], "")
    assert said(send(bare, "src/a.ts#Shop")) == "applied"
    assert said(send(bare.replace(ABBREVIATE, ""), "src/a.ts#Shop")) == LOST
    assert said(send(bare, "src/a.ts#Shop.add")) == LOST


def test_a_bare_return_in_a_body_that_is_named_is_no_stub() -> None:
    after = SHOP.replace(BODY, "  return '';\n")
    assert said(send(after)) == STUB
    assert said(send(after, "src/a.ts#abbreviate")) == "applied"
    remark = SHOP.replace(BODY, "  // ... rest as before\n  return '';\n")
    assert said(send(remark, "src/a.ts#abbreviate")) == STUB


def test_every_name_of_a_long_list_is_in_one_hint() -> None:
    before = SHOP + "".join(f"export function f{n}() {{\n  log({n});\n}}\n" for n in range(15))
    verdict = send(SHOP, before=before)
    found = re.search(r'"removes": (\[.*?\])', verdict.violations[-1].hint)
    assert found is not None
    assert said(send(SHOP, *json.loads(found[1]), before=before)) == "applied"


@pytest.mark.parametrize(
    ("address", "name", "hint"),
    [
        ("src/a.ts#abreviate", "edit.not-found", "Did you mean src/a.ts#abbreviate?"),
        ("src/a.ts#shop.ADD", "edit.not-found", "Did you mean src/a.ts#Shop.add?"),
        ("src/a.ts#pick@4", "edit.not-found", "src/a.ts#pick@2"),
        ("src/a.ts#zzz", "edit.not-found", "Shop"),
        ("src/a.tsx#abbreviate", "edit.no-such-file", "Did you mean src/a.ts#abbreviate?"),
        ("abbreviate", "submission.malformed", ""),
        ("src/a.ts", "submission.malformed", ""),
        ("src/a.ts#", "submission.malformed", ""),
        ("src/a.ts#*", "submission.malformed", ""),
        ("src/a.ts#Shop.*", "submission.malformed", ""),
        ("src/*.ts#abbreviate", "submission.malformed", ""),
        ("../a.ts#abbreviate", "path.invalid", ""),
        (".git/config#a", "path.protected", ""),
    ],
)
def test_an_address_that_names_nothing_is_refused(address: str, name: str, hint: str) -> None:
    verdict = send(SHOP.replace(ABBREVIATE, ""), "src/a.ts#abbreviate", address)
    assert said(verdict) == name
    assert hint in verdict.violations[0].hint


def test_outside_of_the_tasks_places_naming_changes_nothing() -> None:
    task = Task("T", allowed_symbols=("src/a.ts#Shop",))
    verdict = send(SHOP.replace(ABBREVIATE, ""), "src/a.ts#abbreviate", task=task)
    assert "scope.outside-allowed-spans" in said(verdict).split()


def test_a_guard_in_what_is_named_still_holds() -> None:
    mark = guard_hash(f"\n{BODY}  ")
    body = f"  /* @hash:{mark} START:short */\n{BODY}  /* @hash:{mark} END:short */\n"
    before = SHOP.replace(BODY, body)
    verdict = send(SHOP.replace(ABBREVIATE, ""), "src/a.ts#abbreviate", before=before)
    assert "guard.logic-overwrite" in said(verdict).split()


def test_a_contract_holds_whatever_is_named() -> None:
    verdict = send(SHOP.replace(ABBREVIATE, ""), "src/a.ts#abbreviate", contract=("comments-only",))
    assert any(each.code == "PG501" for each in verdict.violations)


def test_the_share_that_a_policy_allows_holds_whatever_is_named() -> None:
    gate = Gate({A: SHOP}, policy=Policy(0.2))
    payload = whole({A: SHOP[SHOP.index("export function pick") :]})
    removes = ("src/a.ts#Shop", "src/a.ts#abbreviate")
    assert "clobber.too-much-changed" in said(gate.session().submit(Submission("whole-file", payload, removes=removes)))


def test_it_is_recorded_and_lowers_the_score() -> None:
    after = SHOP.replace(ADD, "").replace(BODY, "")
    gate = Gate({A: SHOP}, policy=Policy(1.0))
    submission = Submission(
        "whole-file", whole({A: after}), removes=("src/a.ts#Shop.add", "file:///repo/src/a.ts#abbreviate")
    )
    verdict = gate.session().submit(submission)
    named = ["src/a.ts#Shop.add", "src/a.ts#abbreviate"]
    assert (said(verdict), list(verdict.removes)) == ("applied", named)
    assert verdict_json(verdict)["removes"] == named
    assert [event.data["removes"] for event in gate.events("patch.applied")] == [named]
    allowed = Gate({A: SHOP}, contract=("allow:clobber.declaration-lost",), policy=Policy(1.0))
    plain = allowed.submit("whole-file", whole({A: after}))
    assert verdict.stats.score == plain.stats.score - 10


def _json(**more: Any) -> dict[str, Any]:
    edit = {"format": "whole-file", "payload": whole({A: SHOP.replace(ABBREVIATE, "")})}
    return {"version": 1, "edit": edit, **more}


def test_a_submission_as_json_names_them() -> None:
    gate = Gate({A: SHOP}, policy=Policy(1.0))
    assert gate.session().submit_json(_json())["status"] == "rejected"
    assert gate.session().submit_json(_json(removes=["src/a.ts#abbreviate"]))["status"] == "applied"


@pytest.mark.parametrize("removes", ["src/a.ts#abbreviate", [1], ["a" * 2000], ["src/a.ts#Shop"] * (MAX_REMOVES + 1)])
def test_a_list_that_is_none_or_is_too_long_is_refused(removes: object) -> None:
    verdict = Gate({A: SHOP}, policy=Policy(1.0)).session().submit_json(_json(removes=removes))
    assert verdict["status"] == "rejected"
    assert isinstance(verdict["violations"], list)
    assert verdict["violations"][0]["name"] == "submission.malformed"


def test_what_was_made_on_an_older_snapshot_is_named_as_it_was_there() -> None:
    gate = Gate({A: SHOP}, (ANYWHERE, Task("other", allowed_paths=("**",))), policy=Policy(1.0))
    base = gate.current
    above = [{"op": "prepend", "file": A, "new_block": "// more\n"}]
    assert gate.submit("line-ops", above, task="other").status == "applied"
    edit = [{"file": A, "search": ABBREVIATE, "replace": ""}]
    submission = Submission("search-replace", edit, base=base, removes=("src/a.ts#abbreviate",))
    assert said(gate.session().submit(submission)) == "applied"
