"""A task that names nothing in the base is refused with its line and a suggestion; one that may add files is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.model.order import Order, Task
from runner.model.text import LineSpan
from runner.orders.files import parse_order
from runner.orders.fit import fitted
from runner.orders.plans import make_plans
from runner.snapshots.memory import MemoryTree
from runner.specialists.registry import ROLES
from runner.text.paths import roots_of

FILES = {
    "src/cart.ts": "export class Cart {\n  total(): number { return 1; }\n}\nexport function tax(): number { return 2; }\n",
    "src/components/Button.tsx": "export const Button = 1;\n",
    "README.md": "# shop\n",
}
TREE = MemoryTree.of(**FILES)
LINT = {"specialist": "lint-surgeon"}
TESTS = {"specialist": "test-fabricator"}
MINE = {"specialist": "custom", "name": "mine", "command": ["x"]}
COMMENTS = {**MINE, "contract": ["comments-only"]}
ROOTS = roots_of(["/home/me/shop"])


def order(task: dict[str, object], *stages: dict[str, object]) -> Order:
    """The task stands at line 8 of the order, each of its keys on a line of its own."""
    data = {"version": 1, "repo": ".", "tasks": [{"uuid": "T", **task}], "pipeline": list(stages or (LINT,))}
    known = [role.name for role in ROLES]
    return parse_order(json.dumps(data, indent=1).encode(), Path("order.json"), specialists=known)


def fit(task: dict[str, object], *stages: dict[str, object]) -> Task:
    given = order(task, *stages)
    return fitted(given, make_plans(given), TREE, ROOTS).tasks[0]


@pytest.mark.parametrize(
    ("task", "message", "hint"),
    [
        (
            {"file": "src/Cart.ts"},
            "order.json:7: task T: there is no file src/Cart.ts in HEAD",
            "Did you mean src/cart.ts?",
        ),
        ({"file": "src/crat.ts"}, "there is no file src/crat.ts", "Did you mean src/cart.ts?"),
        ({"file": "lib/cart.ts"}, "there is no file lib/cart.ts", "Did you mean src/cart.ts?"),
        ({"file": "./src/cart.ts"}, "there is no file ./src/cart.ts", "Did you mean src/cart.ts?"),
        ({"file": "src"}, "there is no file src in HEAD", "Did you mean src/**?"),
        ({"file": "nowhere.rs"}, "there is no file nowhere.rs", "named in allowed_paths as well"),
        (
            {"allowed_spans": [{"file": "src/cart.ts", "start": 90, "end": 99}]},
            "order.json:8: task T: src/cart.ts has no lines 90-99",
            "src/cart.ts has 4 lines",
        ),
        (
            {"allowed_spans": [{"file": "cart.ts", "start": 1, "end": 1}]},
            "order.json:8: task T: cart.ts does not exist",
            "Did you mean src/cart.ts?",
        ),
        (
            {"allowed_symbols": ["src/cart.ts#tax", "src/cart.ts#Cart.totl"]},
            "order.json:9: task T: src/cart.ts has no declaration Cart.totl",
            "Did you mean Cart.total",
        ),
        ({"allowed_symbols": ["src/cart.ts#total"]}, "no declaration total", "Did you mean Cart.total"),
        ({"allowed_symbols": ["src/crt.ts#tax"]}, "src/crt.ts does not exist", "Did you mean src/cart.ts?"),
        ({"allowed_paths": ["scr/**"]}, "order.json:8: task T: scr/** matches no file in HEAD", "Did you mean src/**?"),
        ({"allowed_paths": ["src/**", "src/componnets/*.tsx"]}, "order.json:9", "Did you mean src/components/*.tsx?"),
        ({"allowed_paths": ["./src/**"]}, "./src/** matches no file", "Did you mean src/**?"),
        ({"allowed_paths": ["src"]}, "src matches no file", "Did you mean src/**?"),
        ({"allowed_paths": ["src/card.ts"]}, "src/card.ts matches no file", "Did you mean src/cart.ts?"),
        ({"allowed_paths": ["**/*.rs"]}, "**/*.rs matches no file", "Only specialists that add files"),
    ],
)
def test_a_task_that_names_nothing_is_refused_with_its_line_and_a_suggestion(
    task: dict[str, object], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        fit(task)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("task", "stages"),
    [
        ({"file": "src/cart.ts"}, [LINT]),
        ({"file": "src/cart.ts", "allowed_paths": ["src/*.ts"]}, [LINT]),
        ({"file": "src/new.ts", "allowed_paths": ["src/**"]}, [LINT]),
        ({"allowed_paths": ["tests/**"]}, [TESTS]),
        ({"allowed_paths": ["src/**", "tests/**"]}, [LINT, TESTS]),
        ({"allowed_paths": ["docs/new.md"]}, [MINE]),
        ({"allowed_symbols": ["src/cart.ts#Cart.total"], "allowed_paths": ["tests/cart.test.ts"]}, [MINE]),
    ],
)
def test_a_task_fits_that_names_what_is_there_or_what_its_specialist_may_add(
    task: dict[str, object], stages: list[dict[str, object]]
) -> None:
    fit(task, *stages)


@pytest.mark.parametrize("stage", [COMMENTS, LINT, {"specialist": "docstring-architect"}])
def test_a_glob_for_new_files_is_refused_where_the_specialist_adds_none(stage: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"tests/\*\* matches no file"):
        fit({"allowed_paths": ["tests/**"]}, stage)


def test_a_task_that_is_done_may_name_a_file_that_is_gone() -> None:
    data = {
        "version": 1,
        "repo": ".",
        "tasks": [{"uuid": "A", "file": "src/gone.ts", "status": "done"}, {"uuid": "B", "file": "src/cart.ts"}],
        "pipeline": [LINT],
    }
    given = parse_order(json.dumps(data).encode(), Path("o.json"), specialists=["lint-surgeon"])
    assert fitted(given, make_plans(given), TREE, ROOTS) == given


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        fit({"file": "src/crat.ts", "allowed_symbols": ["src/cart.ts#txa"], "allowed_paths": ["scr/**"]})
    assert len(caught.value.message.splitlines()) == 3
    assert all(word in caught.value.hint for word in ("src/cart.ts", "tax", "src/**"))


@pytest.mark.parametrize("root", ["/repo", "/home/me/shop"])
def test_absolute_paths_of_a_task_are_made_relative(root: str) -> None:
    task: dict[str, object] = {
        "file": f"{root}/src/cart.ts",
        "allowed_spans": [{"file": f"{root}/src/cart.ts", "start": 1, "end": 2}],
        "allowed_symbols": [f"{root}/src/cart.ts#tax"],
        "allowed_paths": [f"{root}/src/**"],
    }
    found = fit(task)
    assert (found.file, found.allowed_spans) == ("src/cart.ts", (LineSpan("src/cart.ts", 1, 2),))
    assert (found.allowed_symbols, found.allowed_paths) == (("src/cart.ts#tax",), ("src/**",))


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/home/me/shop-evil/a.ts", "/home/me/shop/../a.ts", "file:///etc/passwd"]
)
def test_an_absolute_path_outside_is_refused_with_the_line_of_its_task(path: str) -> None:
    with pytest.raises(UsageError, match=r"order\.json:5: task T: The path .* cannot be used"):
        fit({"file": path})
