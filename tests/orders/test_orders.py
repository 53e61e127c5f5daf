"""Orders: what is wrong is said with the line of the file where it stands, in JSON and in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.model.order import Order, Policy, TypeScriptChoice
from runner.model.text import LineSpan
from runner.orders.files import read_order
from runner.orders.plans import make_plans
from runner.specialists.registry import ROLES

KNOWN = [role.name for role in ROLES]
JSON = """{
  "version": 1,
  "repo": ".",
  "tasks": [
    {"uuid": "A", "file": "a.ts"},
    {
      "uuid": "B",
      "allowed_spans": [
        {"file": "a.ts", "start": 2, "end": 4}
      ]
    }
  ],
  "pipeline": [
    {
      "specialist": "lint-surgeon",
      "tasks": ["A"],
      "limits": {
        "wall_s": 60
      }
    },
    {
      "specialist": "custom",
      "name": "mine",
      "command": ["python3", "/agent/main.py"],
      "contract": [
        "inside-spans"
      ]
    }
  ],
  "policy": {"on_blocked": "continue"}
}
"""
YAML = """version: 1
repo: .
tasks:
  - uuid: A
    file: a.ts
  - uuid: B
    allowed_spans:
      - {file: a.ts, start: 2, end: 4}
pipeline:
  - specialist: lint-surgeon
    tasks: [A]
    limits:
      wall_s: 60
  - specialist: custom
    name: mine
    command: [python3, /agent/main.py]
    contract:
      - inside-spans
policy:
  on_blocked: continue
"""


def read(text: str | bytes, tmp_path: Path, name: str = "order.json") -> object:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_order(path, specialists=KNOWN)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# What to replace in the JSON and in the YAML, by what, and what is said. The line is that of the replaced part.
WRONG = [
    pytest.param(('"version": 1', '"version": 2'), ("version: 1", "version: 2"), "version: Input should be 1", id="version"),
    pytest.param(('"repo": "."', '"rep": "."'), ("repo: .", "rep: ."), "rep: unknown key", id="unknown key"),
    pytest.param(('"uuid": "B"', '"uuid": "A"'), ("uuid: B", "uuid: A"), "'A' is used twice", id="uuid twice"),
    pytest.param(('"uuid": "B"', '"uuid": "a b"'), ("uuid: B", "uuid: a b"), "tasks.1.uuid", id="uuid with a space"),
    pytest.param(('"uuid": "B"', '"uuid": 7'), ("uuid: B", "uuid: 7"), "valid string", id="uuid that is a number"),
    pytest.param(('"start": 2', '"start": 0'), ("start: 2", "start: 0"), "greater than or equal to 1", id="line 0"),
    pytest.param(('"start": 2', '"start": 5'), ("start: 2", "start: 5"), "end 4 is before start 5", id="end before start"),
    pytest.param(('"end": 4}', '"end": 4, "x": 1}'), ("end: 4}", "end: 4, x: 1}"), "x: unknown key", id="key in a span"),
    pytest.param(('"lint-surgeon"', '"lint-sturgeon"'), ("lint-surgeon", "lint-sturgeon"), "no specialist", id="specialist"),
    pytest.param(('["A"]', '["A", "Z"]'), ("[A]", "[A, Z]"), "there is no task 'Z'", id="a task that is not there"),
    pytest.param(('["A"]', '"every"'), ("[A]", "every"), "Input should be 'all'", id="tasks that is no list"),
    pytest.param(('"wall_s": 60', '"wall_s": 0'), ("wall_s: 60", "wall_s: 0"), "limits.wall_s", id="limit 0"),
    pytest.param(('"wall_s": 60', '"wall_s": 1e9'), ("wall_s: 60", "wall_s: 1000000000"), "less than", id="limit too big"),
    pytest.param(('"wall_s": 60', '"wall": 60'), ("wall_s: 60", "wall: 60"), "limits.wall: unknown key", id="limit unknown"),
    pytest.param(('"wall_s": 60', '"pids": 1'), ("wall_s: 60", "pids: 1"), "greater than or equal to 8", id="pids"),
    pytest.param(('"wall_s": 60', '"memory_mb": "x"'), ("wall_s: 60", "memory_mb: x"), "valid integer", id="limit text"),
    pytest.param(('"wall_s": 60', '"attempts": 99'), ("wall_s: 60", "attempts: 99"), "less than or equal to 20", id="attempts"),
    pytest.param(('"mine"', '"My Agent"'), ("name: mine", "name: My Agent"), "pipeline.1.name", id="custom's name"),
    pytest.param(('"mine"', '"lint-surgeon"'), ("name: mine", "name: lint-surgeon"), "specialist of ours", id="posing"),
    pytest.param(
        ('"inside-spans"', '"inside-span"'), ("- inside-spans", "- inside-span"), "unknown contract term", id="contract"
    ),
    pytest.param(('"continue"', '"go"'), ("on_blocked: continue", "on_blocked: go"), "'stop' or 'continue'", id="policy"),
]  # fmt: skip


@pytest.mark.parametrize(("json", "yaml", "message"), WRONG)
def test_a_mistake_is_told_with_its_line_in_json_and_in_yaml(
    json: tuple[str, str], yaml: tuple[str, str], message: str, tmp_path: Path
) -> None:
    for base, (old, new), name in ((JSON, json, "order.json"), (YAML, yaml, "order.yml")):
        with pytest.raises(UsageError) as caught:
            read(base.replace(old, new, 1), tmp_path, name)
        told = caught.value.message
        assert told.startswith(f"{tmp_path}/{name}:{line_of(base, old)}: "), told
        assert message in told
        assert caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ('"repo": "."', '"rep": "."', "Did you mean repo?"),
        ('"start": 2, "end": 4', '"strat": 2, "end": 4', "Did you mean start?"),
        ('"uuid": "A", "file"', '"uuid": "A", "allowedPaths"', "Did you mean allowed_paths"),
        ('"wall_s": 60', '"memory": 60', "Did you mean memory_mb?"),
        ('"on_blocked"', '"onBlocked"', "Did you mean on_blocked?"),
        ('"specialist": "custom",', '"specialist": "custom", "comand": [],', "Did you mean command?"),
        ('"lint-surgeon"', '"lint-sturgeon"', "Did you mean lint-surgeon?"),
        ('"inside-spans"', '"inside-span"', "Did you mean inside-spans?"),
        ('"inside-spans"', '"allow:clobber.stubs"', "Did you mean clobber.stub?"),
    ],
)
def test_a_misspelt_word_is_told_with_what_was_meant(old: str, new: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(JSON.replace(old, new, 1), tmp_path)
    assert meant in f"{caught.value.message} {caught.value.hint}"


def test_a_misspelt_task_of_a_stage_is_told_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(JSON.replace('"uuid": "A"', '"uuid": "CART-1"').replace('["A"]', '["CRAT-1"]'), tmp_path)
    assert "Did you mean CART-1?" in caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "line_of_part", "message"),
    [
        ('"command": ["python3", "/agent/main.py"],\n', "\n", '    {\n      "specialist": "custom"', "needs command"),
        (
            '"specialist": "custom"',
            '"specialist": "test-fabricator"',
            '    {\n      "specialist": "custom"',
            "custom only",
        ),
        ('"uuid": "A", ', "", '{"uuid": "A"', "tasks.0.uuid: is missing"),
        (', "file": "a.ts"}', "}", '{"uuid": "A"', "may not touch everything"),
        ('"policy": {"on_blocked": "continue"}', '"policy": []', '"policy"', "must be a mapping"),
    ],
)
def test_what_is_missing_is_told_with_the_line_where_it_should_stand(
    old: str, new: str, line_of_part: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        read(JSON.replace(old, new, 1), tmp_path)
    assert caught.value.message.startswith(f"{tmp_path}/order.json:{line_of(JSON, line_of_part)}: ")
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "o.yml", "o.yml:1: the order: must be a mapping"),
        ("[]", "o.json", "o.json:1: the order: must be a mapping"),
        ("just words", "o.yml", "must be a mapping"),
        ('{\n "version": 1,\n}', "o.json", "o.json:3:1: not JSON"),
        ('{\n "version": 1\n "repo": "."}', "o.json", "o.json:3:2: not JSON"),
        ("version: 1\n\ttasks: []\n", "o.yml", "o.yml:2:1: not YAML"),
        ("version: 1\ntasks: [\n", "o.yml", "o.yml:3:1: not YAML"),
        (b"version: \xff\n", "o.yml", "is not UTF-8 (byte 9)"),
        (JSON.encode("utf-16"), "o.json", "is not UTF-8 (byte 0)"),
        (
            JSON.replace('"repo": ".",', '"repo": ".",\n  "repo": "..",'),
            "o.json",
            "o.json:4: 'repo' stands there twice",
        ),
        (YAML.replace("repo: .", "repo: .\nrepo: .."), "o.yml", "o.yml:3: 'repo' stands there twice"),
        (JSON.replace('"repo": ".",', ""), "o.json", "names no repository"),
    ],
)
def test_a_file_that_is_no_order_says_why(text: str | bytes, name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(text, tmp_path, name)
    assert message in caught.value.message
    assert caught.value.hint


def test_several_mistakes_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    broken = JSON.replace('"start": 2', '"start": 0').replace('"on_blocked"', '"onblocked"')
    with pytest.raises(UsageError) as caught:
        read(broken, tmp_path)
    first, second = caught.value.message.split("\n")
    assert first.startswith(f"{tmp_path}/order.json:{line_of(JSON, 'start')}: tasks.1.allowed_spans.0.start")
    assert second.startswith(f"{tmp_path}/order.json:{line_of(JSON, 'on_blocked')}: policy.onblocked: unknown key")


def test_a_file_that_cannot_be_read_or_is_too_long_says_so(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "none.json", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(UsageError, match=message):
            read_order(path, specialists=KNOWN)
    with pytest.raises(UsageError, match="more than 4 MiB"):
        read(b" " * (4 * 1024 * 1024 + 1), tmp_path)


@pytest.mark.parametrize(("text", "name"), [(JSON, "o.json"), (YAML, "o.yml")])
@pytest.mark.parametrize("change", ["none", "bom", "crlf", "tabs", "leading space"])
def test_the_same_order_reads_the_same_however_it_is_written(text: str, name: str, change: str, tmp_path: Path) -> None:
    written = {
        "none": text,
        "bom": f"\ufeff{text}",
        "crlf": text.replace("\n", "\r\n"),
        "tabs": text.replace("  ", "\t") if name == "o.json" else text,
        "leading space": f"\n\n{text}",
    }[change]
    (tmp_path / name).write_bytes(written.encode())
    order = read_order(tmp_path / name, specialists=KNOWN)
    assert [task.uuid for task in order.tasks] == ["A", "B"]
    assert order.tasks[1].allowed_spans == (LineSpan("a.ts", 2, 4),)
    assert [stage.specialist for stage in order.pipeline] == ["lint-surgeon", "custom"]
    assert order.pipeline[0].tasks == ("A",)
    assert order.pipeline[0].limits == {"wall_s": 60}
    assert order.pipeline[1].contract == ("inside-spans",)
    assert order.policy == Policy(on_blocked="continue")
    assert order.order_id.startswith("ord-")


@pytest.mark.parametrize("layout", ["advise", "reindent", "refuse"])
def test_the_policy_says_what_is_done_about_layout(layout: str, tmp_path: Path) -> None:
    for base, old, new, name in (
        (JSON, '"on_blocked": "continue"', f'"layout": "{layout}"', "o.json"),
        (YAML, "on_blocked: continue", f"layout: {layout}", "o.yaml"),
    ):
        order = read(base.replace(old, new), tmp_path, name)
        assert isinstance(order, Order) and order.policy == Policy(layout=layout)


def test_an_unknown_layout_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'advise', 'reindent' or 'refuse'"):
        read(YAML.replace("on_blocked: continue", "layout: indent"), tmp_path, "o.yaml")


@pytest.mark.parametrize("typecheck", ["always", "strict", "never"])
def test_the_policy_says_how_types_are_checked(typecheck: str, tmp_path: Path) -> None:
    order = read(JSON.replace('"on_blocked": "continue"', f'"typecheck": "{typecheck}"'), tmp_path)
    assert isinstance(order, Order) and order.policy == Policy(typecheck=typecheck)


CHOICE = '"typescript": {"projects": ["./packages/*", "tsconfig.json"], "exclude": ["docs"], "version": "5.9.3"}'


def test_an_order_chooses_projects_and_the_version_that_judge(tmp_path: Path) -> None:
    order = read(JSON.replace('"repo": "."', f'"repo": ".",\n  {CHOICE}'), tmp_path)
    assert isinstance(order, Order)
    assert order.typescript == TypeScriptChoice(("packages/*", "tsconfig.json"), ("docs",), "5.9.3")
    order = read(JSON, tmp_path)
    assert isinstance(order, Order) and order.typescript == TypeScriptChoice()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("5.9.3", "4.9.5", "typescript.version: TypeScript 4.9.5 cannot judge: the versions from 5.0 to 7.x can. See: patchgate "
         "toolchain list"),
        ("5.9.3", "latest", "typescript.version: 'latest' is no TypeScript version. See: patchgate toolchain list"),
        ('"docs"', '"../docs"', "typescript.exclude.0: '../docs' lies outside of the repository"),
        ('"tsconfig.json"', '"/etc/tsconfig.json"', "typescript.projects.1: '/etc/tsconfig.json' lies outside"),
        ('"tsconfig.json"', '""', "typescript.projects.1: '' names no tsconfig"),
        ('"exclude"', '"excluded"', "typescript.excluded: unknown key. Did you mean exclude?"),
    ],
)  # fmt: skip
def test_a_choice_that_means_nothing_is_a_mistake(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = JSON.replace('"repo": "."', f'"repo": ".",\n  {CHOICE.replace(old, new)}')
    with pytest.raises(UsageError) as caught:
        read(text, tmp_path)
    assert caught.value.message.startswith(f"{tmp_path}/order.json:4: {message}")


def test_the_line_is_right_after_a_bom_tabs_and_crlf(tmp_path: Path) -> None:
    broken = "\ufeff" + JSON.replace('"wall_s": 60', '"wall_s": 0').replace("  ", "\t").replace("\n", "\r\n")
    with pytest.raises(UsageError, match=rf"order\.json:{line_of(JSON, 'wall_s')}: "):
        read(broken, tmp_path)


def test_a_repository_on_the_command_line_wins(tmp_path: Path) -> None:
    path = tmp_path / "o.json"
    path.write_text(JSON)
    assert read_order(path, specialists=KNOWN, repo="/elsewhere").repo == "/elsewhere"


def test_a_specialists_mount_is_relative_to_the_order(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text(JSON.replace('"name": "mine"', '"name": "mine", "mount": "./agent"'))
    order = read_order(tmp_path / "o.json", specialists=KNOWN)
    assert order.pipeline[1].mount == str(tmp_path / "agent")
    with pytest.raises(UsageError, match="is not a folder"):
        make_plans(order)


EXAMPLES = sorted(Path(__file__).parents[2].glob("examples/*/*order*.*"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_example_is_an_order_with_something_to_do(path: Path) -> None:
    assert make_plans(read_order(path, specialists=KNOWN))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3
