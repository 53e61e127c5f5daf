"""A specialist of one's own: any program that asks through `patchctl` will do.

It fills the placeholder of its task. Before that it tries, on purpose, to change a line
outside of what the task allows, so that a run shows what a rejection looks like.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TASK_FILE = Path("/run/patchgate/task.json")
SYMBOL = "src/services/refunds.ts#refundableAmount"

# Not ours to change: this line belongs to another function of the same file.
OUT_OF_SCOPE = [
    {
        "file": "src/services/refunds.ts",
        "search": "if (amount.amount <= 0) throw",
        "replace": "if (amount.amount < 0) throw",
    }
]

REFUND_RULES = """\
/**
 * What the shop pays back: everything in the fourteen days after an order was placed, half of it
 * until day thirty, and nothing later. Only what was paid for can be refunded.
 *
 * @param order the order as it stands
 * @param now the moment at which the refund is asked for
 * @returns the amount to pay back, in the order's currency
 */
export function refundableAmount(order: Order, now: Date): Money {
  const paid = ['paid', 'shipped', 'delivered'].includes(order.status);
  if (!paid || order.placedAt === null) return zero(order.total.currency);
  const days = (now.getTime() - Date.parse(order.placedAt)) / 86_400_000;
  if (days <= 14) return order.total;
  if (days <= 30) return { ...order.total, amount: Math.round(order.total.amount / 2) };
  return zero(order.total.currency);
}
"""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def patchctl(*arguments: str) -> tuple[int, str]:
    """Run `patchctl` and return its exit code and what it printed."""
    done = subprocess.run(["patchctl", *arguments], stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def submit(*arguments: str) -> dict[str, Any]:
    """Submit an edit and return the verdict, whichever way it went."""
    code, answer = patchctl(*arguments)
    try:
        verdict = json.loads(answer)
    except ValueError:
        verdict = {"status": "error", "violations": []}
    say(f"patchctl {arguments[0]}: exit {code}, {verdict.get('status')}")
    for violation in verdict.get("violations", []):
        say(f"  {violation.get('code')} {violation.get('message')} ({violation.get('hint')})")
    return verdict


def main() -> int:
    document = json.loads(TASK_FILE.read_text(encoding="utf-8"))
    task = document.get("task", document)
    say(f"task {task.get('uuid')}: {task.get('instruction')}")

    code, context = patchctl("context")
    say(f"context: exit {code}, {len(context)} characters")

    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder, "out-of-scope.json")
        bad.write_text(json.dumps(OUT_OF_SCOPE), encoding="utf-8")
        if submit("search-replace", str(bad)).get("status") != "rejected":
            say("the edit outside of the task was not rejected")

        good = Path(folder, "refund-rules.ts")
        good.write_text(REFUND_RULES, encoding="utf-8")
        verdict = submit("replace-symbol", "--symbol", SYMBOL, "--block-file", str(good))

    if verdict.get("status") != "applied":
        patchctl("block", "--why", f"the refund rules were not applied: {verdict.get('status')}")
        return 1
    patchctl("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
