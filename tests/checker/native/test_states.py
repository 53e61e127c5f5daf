"""The base moves, projects come and go, and the server stays exact and small."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.checker.native.server import Files, Server, lines
from tests.checker.native.tree import FILES

LIBRARY = {
    "composite": True,
    "declaration": True,
    "strict": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": [],
    "skipLibCheck": True,
    "lib": ["es2022"],
}
REFERENCES = {
    "lib/tsconfig.json": json.dumps({"compilerOptions": LIBRARY | {"outDir": "dist"}, "include": ["*.ts"]}),
    "lib/index.ts": "export const width: number = 1;\n",
    "lib/dist/index.d.ts": "export declare const width: string;\n",  # old output: nobody may read it
    "app/tsconfig.json": json.dumps(
        {
            "compilerOptions": LIBRARY | {"composite": False, "noEmit": True},
            "include": ["*.ts"],
            "references": [{"path": "../lib"}],
        }
    ),
    "app/main.ts": "import { width } from '../lib/index';\nexport const double: number = width * 2;\n",
}


def test_what_was_kept_is_the_base_of_the_next_judgement(serve: Callable[[Files], Server]) -> None:
    server = serve(FILES)
    base = server.open()
    kept = {"src/shape.ts": FILES["src/shape.ts"].replace("function size", "function length")}
    server.judge(base, kept, keep=True)
    base = server.ask("errors", configs=["tsconfig.json"])["projects"][0]
    assert lines(base) == lines(server.cold({}))

    body = {
        "src/shape.ts": kept["src/shape.ts"].replace("const name = shape.name;", "const name: string = shape.name;")
    }
    ways, warm = server.judge(base, body)
    assert ways == ["shape"]
    assert lines(warm) == lines(server.cold(body))

    user = {
        "src/user.ts": FILES["src/user.ts"]
        + "import { length } from './shape';\nexport const l: string = length({ name: '' });\n"
    }
    _, warm = server.judge(base, user, keep=True)
    base = {**base, "errors": warm["errors"]}
    later = {"src/shape.ts": kept["src/shape.ts"].replace("length(shape: Shape): number", "length(shape: Shape): 0")}
    _, warm = server.judge(base, later)
    assert lines(warm) == lines(server.cold(later))


def test_another_base_forgets_nothing_that_matters(serve: Callable[[Files], Server]) -> None:
    server = serve(FILES)
    server.open()
    server.ask("rebase", files={"src/new.ts": "ZXhwb3J0IGNvbnN0IG46IHN0cmluZyA9IDE7Cg=="})
    base = server.ask("errors", configs=["tsconfig.json"])["projects"][0]
    assert "src/new.ts" in base["files"]
    assert lines(base) == lines(server.cold({}))
    edit = {"src/new.ts": "export const n: string = '1';\n", "src/user.ts": None}
    _, warm = server.judge(base, edit)
    assert lines(warm) == lines(server.cold(edit))


def test_references_are_followed_to_source_and_never_to_output(serve: Callable[[Files], Server]) -> None:
    server = serve(REFERENCES)
    base = server.open("app/tsconfig.json")
    assert base["errors"] == []
    text = {"lib/index.ts": "export const width: string = '1';\n"}
    ways, warm = server.judge(base, text, "app/tsconfig.json")
    assert [line.split()[1] for line in lines(warm)] == ["TS2362"], ways
    assert lines(warm) == lines(server.cold(text, "app/tsconfig.json"))


def test_projects_are_opened_and_closed_one_by_one(serve: Callable[[Files], Server]) -> None:
    server = serve(REFERENCES)
    for config in ("lib/tsconfig.json", "app/tsconfig.json"):
        assert server.open(config)["errors"] == []
    answer = server.ask("judge", configs=["lib/tsconfig.json", "app/tsconfig.json"], files={"lib/index.ts": ""})
    assert [each["config"] for each in answer["projects"]] == ["lib/tsconfig.json", "app/tsconfig.json"]
    server.ask("end", keep=False)
    server.ask("close", configs=["lib/tsconfig.json"])
    base = server.open("app/tsconfig.json")
    assert base["errors"] == []


def test_two_projects_are_judged_side_by_side(serve: Callable[[Files], Server]) -> None:
    other = FILES["tsconfig.json"].replace('"strict": true', '"strict": false')
    server = serve({**FILES, "tsconfig.loose.json": other})
    bases = {config: server.open(config) for config in ("tsconfig.json", "tsconfig.loose.json")}
    edit = {
        "src/shape.ts": FILES["src/shape.ts"].replace("area?: number", "area: string"),
        "src/declared.ts": "export type Declared = 1;\n",
    }
    found = server.judge_all(bases, edit)
    assert {config: lines(each) for config, each in found.items()} == {
        config: lines(server.cold(edit, config)) for config in bases
    }


def test_an_edit_outside_a_project_is_none_of_its_business(serve: Callable[[Files], Server]) -> None:
    server = serve(FILES)
    base = server.open()
    assert server.judge(base, {"other.ts": "export const x: string = 1;\n"})[1]["errors"] == base["errors"]


def test_memory_stays_flat_over_many_edits(serve: Callable[[Files], Server]) -> None:
    server = serve(FILES)
    base = server.open()
    used = []
    for turn in range(150):
        server.judge(base, {"src/far.ts": FILES["src/far.ts"] + f"export const turn{turn} = {turn};\n"})
        if turn in (50, 149):
            used.append(server.ask("status")["rss_mb"])
    assert used[1] < used[0] * 1.2 + 20
