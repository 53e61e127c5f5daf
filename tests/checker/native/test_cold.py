"""Cold is what the compiler's command line says with one checker; the default of four checkers loses errors."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.checker.native.server import Files, Server, ServerError, command_line, lines
from tests.checker.native.tree import FILES

PLAIN = {
    "noEmit": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "strict": True,
    "types": [],
    "skipLibCheck": True,
}


def config(files: list[str] | None = None, **options: object) -> str:
    return json.dumps({"compilerOptions": PLAIN | options, "files": files or ["a.ts"]})


A = "export const a: string = 1;\n"
STATES: dict[str, Files] = {
    "the small project": FILES,
    "an error of types": {"tsconfig.json": config(), "a.ts": A},
    "an error with a chain": {
        "tsconfig.json": config(),
        "a.ts": "export const a: { b: { c: string } } = (null as any) as { b: { c: number } };\n",
    },
    "no errors": {"tsconfig.json": config(), "a.ts": "export {};\n"},
    "after a mark and a character of two units": {
        "tsconfig.json": config(),
        "a.ts": "\ufeffexport const smile = '😀', a: string = 1;\r\n",
    },
    "an unknown option": {"tsconfig.json": config(nonsense=1), "a.ts": A},
    "an option that is gone": {"tsconfig.json": config(baseUrl="."), "a.ts": "export {};\n"},
    "a value that no option has": {"tsconfig.json": config(target="es1066"), "a.ts": A},
    "no inputs": {"tsconfig.json": json.dumps({"compilerOptions": PLAIN, "include": ["nowhere"]})},
    "a file that is not there": {"tsconfig.json": config(["a.ts", "b.ts"]), "a.ts": "export {};\n"},
    "types that are not there": {"tsconfig.json": config(types=["nowhere"]), "a.ts": "export {};\n"},
    "no library": {"tsconfig.json": config(noLib=True), "a.ts": "export {};\n"},
    "a base configuration that is not there": {
        "tsconfig.json": '{"extends": "./nowhere.json", "files": ["a.ts"]}',
        "a.ts": A,
    },
    "a file outside rootDir": {"tsconfig.json": config(rootDir="sub"), "a.ts": "export {};\n"},
    "declarations that cannot be written": {
        "tsconfig.json": config(declaration=True),
        "a.ts": "export const made = () => class { private value = 2 };\n",
    },
    "library files are checked": {
        "tsconfig.json": config(["a.ts", "types.d.ts"], skipLibCheck=False, lib=["es5"]),
        "a.ts": "export {};\n",
        "types.d.ts": "interface Array<T> { length: string }\n",
    },
    "plain JavaScript that is checked": {
        "tsconfig.json": config(["a.js"], checkJs=True, allowJs=True),
        "a.js": "/** @type {string} */\nexport const a = 1;\n",
    },
    "an import in a block": {
        "tsconfig.json": config(["a.ts", "b.ts"], skipLibCheck=False, lib=["es5"]),
        "a.ts": '{\n  export { a } from "m";\n}\n',
        "b.ts": "export {};\n",
    },
}


@pytest.mark.parametrize("name", STATES)
def test_cold_says_what_the_command_line_says_with_one_checker(serve: Callable[[Files], Server], name: str) -> None:
    server = serve(STATES[name])
    printed = command_line(server.root, "--checkers", "1")
    found = server.cold({})
    assert shown(found) == printed


def shown(found: dict[str, object]) -> list[str]:
    """The errors that the command line comes to: a stage is left out if an earlier one has errors."""
    errors = found["errors"]
    assert isinstance(errors, list)
    stages = {error["stage"] for error in errors}
    if found["stops"] or "syntax" in stages:
        errors = [error for error in errors if error["stage"] in ("config", "syntax", "global")]
    elif "semantic" in stages:
        errors = [error for error in errors if error["stage"] != "declaration"]
    return lines({"errors": errors})


def test_the_default_of_four_checkers_loses_an_error_that_warm_and_cold_report(
    serve: Callable[[Files], Server],
) -> None:
    state = STATES["an import in a block"]
    server = serve(state)
    lost = {"a.ts:1:20 TS2307 Cannot find module 'm' or its corresponding type declarations."}
    assert set(command_line(server.root, "--checkers", "1")) - set(command_line(server.root)) == lost
    assert lost <= set(lines(server.cold({})))

    base = server.open()
    assert lost <= set(lines(base))
    ways, warm = server.judge(base, {"a.ts": '{\n  export { b } from "m";\n}\n'})
    assert ways[-1] == "whole"
    assert lost <= set(lines(warm))


def test_a_version_with_an_unknown_interface_is_judged_cold_by_its_command_line(
    serve: Callable[[Files], Server],
) -> None:
    server = serve({**FILES, "packages/p/index.ts": "export const p = 1;\n"})
    (server.root / "node_modules").mkdir()
    (server.root / "node_modules/p").symlink_to(server.root / "packages/p")
    edit: Files = {
        "src/state.ts": None,
        "src/old.ts": "import { p } from 'p';\nexport const old: 1 = p;\n",
        "packages/p/index.ts": "export const p = 2;\n",
    }
    unknown = server.cold(edit, version="7.9.0")
    known = server.cold(edit)
    assert lines(unknown) == lines(known)
    assert unknown["files"] == known["files"]
    with pytest.raises(ServerError) as raised:
        server.open(version="7.9.0")
    assert raised.value.kind == "compiler"


def test_a_command_line_that_shows_no_types_says_so(serve: Callable[[Files], Server]) -> None:
    server = serve(STATES["types that are not there"])
    assert server.cold({}, version="7.9.0")["stops"] == "global"


def test_a_command_line_gives_no_verdict_on_references(serve: Callable[[Files], Server]) -> None:
    server = serve({"tsconfig.json": config()[:-1] + ', "references": [{"path": "./lib"}]}', "a.ts": A})
    with pytest.raises(ServerError):
        server.cold({}, version="7.9.0")


def test_the_server_tests_itself(serve: Callable[[Files], Server]) -> None:
    assert serve(FILES).ask("selftest", typescript="7.0.2") == {"ok": True, "why": ""}
