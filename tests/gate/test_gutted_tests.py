"""Tests that still run and check nothing any more; and honest changes of tests, which pass."""

from __future__ import annotations

import pytest

from tests.gate.helpers import change, check, said

WEAK = "clobber.weakened-check"
HEAD = "import { expect, it, describe } from 'vitest';\n"
BODY = "  const x = f();\n  expect(x).toBe(1);\n"


def case(body: str, head: str = HEAD) -> str:
    return f"{head}it('a', async (t) => {{\n{body}}});\nit('b', () => {{\n  expect(g()).toBe(2);\n}});\n"


@pytest.mark.parametrize(
    "body",
    [
        f"  return;\n{BODY}",
        f"  if (true) {{\n    return;\n  }}\n{BODY}",
        f"  throw new Error('x');\n{BODY}",
        f"  if (Math.random() < 2) return;\n{BODY}",
        f"  if (process.env.X) return;\n{BODY}",
        f"  if (process.env.X) {{\n    if (g()) t.fail();\n    return;\n  }}\n{BODY}",
        "  const x = f();\n  if (!x.ok) {\n    t.fail('no');\n    return;\n  }\n  g(x);\n",
        "  const x = f();\n  if (Math.random() > 2) {\n    expect(x).toBe(1);\n  }\n",
        "  const x = f();\n  if (false) expect(x).toBe(1);\n",
        "  const x = f();\n  if (x === 7) expect(x).toBe(1);\n",
        "  const x = f();\n  false && expect(x).toBe(1);\n",
        "  const x = f();\n  while (0) {\n    expect(x).toBe(1);\n  }\n",
        "  const x = f();\n  for (const y of []) {\n    expect(x).toBe(y);\n  }\n",
        "  const x = f();\n  expect(x);\n",
        "  const x = f();\n  expect(x).not;\n",
        "  const x = f();\n  expect(x).toBe;\n",
        "  const x = f();\n  'expect(x).toBe(1)';\n",
        "  const x = f();\n  // expect(x).toBe(1);\n",
        "  const x = f();\n  expect(true).toBe(true);\n",
        "  const x = f();\n  expect(x).toBe(x);\n",
        "  const x = f();\n  assert(true);\n",
        "  const x = f();\n  expect.assertions(0);\n",
        "  try {\n    expect(f()).toBe(1);\n  } catch {}\n",
        "  try {\n    expect(f()).toBe(1);\n  } catch (e) {\n    console.log(e);\n  }\n",
        "  const never = () => {\n    expect(f()).toBe(1);\n  };\n",
        "  function never() {\n    expect(f()).toBe(1);\n  }\n",
        "  const expect = () => ({ toBe() {} });\n  expect(f()).toBe(1);\n",
        "  f();\n  helper();\n",
        f"  t.skip();\n{BODY}",
        f"  t.skip('later');\n{BODY}",
        f"  this.skip();\n{BODY}",
        f"  pending();\n{BODY}",
        f"  if (Math.random() < 2) t.skip();\n{BODY}",
        f"  if (process.env.X) t.skip();\n{BODY}",
        "  expect(f()).toBe(f());\n",
        "  expect(true || f()).toBe(true);\n",
        "  expect(f()).resolves.toBe(1);\n",
        "  void expect(f()).resolves.toBe(1);\n",
        "  await expect(f()).resolves.toBe(1).catch(() => {});\n",
        "  await expect(f()).rejects.toThrow().catch((error) => console.log(error));\n",
        "  [].forEach(() => {\n    expect(f()).toBe(1);\n  });\n",
        "  const none: number[] = [];\n  none.forEach((x) => {\n    expect(f(x)).toBe(1);\n  });\n",
        "  const none: number[] = [];\n  for (const x of none) {\n    expect(f(x)).toBe(1);\n  }\n",
        "  render(f());\n  screen.queryByText('a');\n",
        "  render(f());\n  screen.findByText('a');\n",
        "  render(f());\n  const button = screen.getByText('a');\n  fireEvent.click(button);\n",
        "  render(f());\n  fireEvent.click(screen.getByText('a'));\n",
    ],
)
def test_a_test_that_asserts_nothing_any_more_is_seen(body: str) -> None:
    assert WEAK in change(case(BODY), case(body), path="tests/a.test.ts")


@pytest.mark.parametrize(
    "body",
    [
        "  expect(f()).toBe(1);\n",
        "  const x = f();\n  expect(x).not.toBe(2);\n",
        "  expect(f()).to.be.true;\n",
        "  await expect(f()).resolves.toBe(1);\n",
        "  return expect(f()).toBe(1);\n",
        "  return f().then((x) => {\n    expect(x).toBe(1);\n  });\n",
        "  await waitFor(() => expect(f()).toBe(1));\n",
        "  await Promise.all([expect(f()).resolves.toBe(1), expect(g()).rejects.toThrow()]);\n",
        "  const both = expect(f()).resolves.toBe(1);\n  await both;\n",
        "  return expect(f()).resolves.toBe(1).then(() => g());\n",
        "  await expect(f()).rejects.toMatchObject({ a: 1 });\n",
        "  const all: number[] = [];\n  all.push(f());\n  for (const x of all) {\n    expect(x).toBe(1);\n  }\n",
        "  const list = f().skip(1);\n  expect(list).toBe(1);\n",
        "  page.skip(1);\n  expect(f()).toBe(1);\n",
        "  expect(f(-1)).toBe(f(1));\n",
        "  expect(1 + f()).toBe(3);\n",
        "  for (const x of f()) {\n    expect(x).toBe(1);\n  }\n",
        "  f().forEach((x) => {\n    expect(x).toBe(1);\n  });\n",
        "  if (f()) {\n    expect(g()).toBe(1);\n  } else {\n    expect(h()).toBe(1);\n  }\n",
        "  try {\n    f();\n    expect.fail();\n  } catch (e) {\n    expect(e).toBe(1);\n  }\n",
        "  try {\n    expect(f()).toBe(1);\n  } finally {\n    g();\n  }\n",
        "  t.is(f(), 1);\n",
        "  assert.equal(f(), 1);\n",
        "  assert(f());\n",
        "  f().should.equal(1);\n",
        "  await request(app).get('/').expect(200);\n",
        "  expectTypeOf(f()).toEqualTypeOf<number>();\n",
        "  const checked = (x) => {\n    expect(x).toBe(1);\n  };\n  checked(f());\n",
        "  const checked = (x) => {\n    expect(x).toBe(1);\n  };\n  f().forEach(checked);\n",
        "  const x = f();\n  if (!x.ok) {\n    t.fail('no');\n    return;\n  }\n  t.is(x.value, 1);\n",
        # Testing Library's queries throw where they find nothing: alone in a statement, they assert just that.
        "  render(f());\n  await screen.findByText('a');\n",
        "  render(f());\n  screen.getByRole('button');\n",
        "  const { getByText } = render(f());\n  getByText('a');\n",
        # tsc looks at types wherever they stand.
        "  const fn = (x) => g(x).with((y) => {\n    type T = Expect<Equal<typeof y, number>>;\n  });\n",
        "  function fn(x) {\n    type T = Expect<Equal<typeof x, number>>;\n  }\n",
    ],
)
def test_an_assertion_may_be_written_in_any_way(body: str) -> None:
    assert change(case(BODY), case(body), path="tests/a.test.ts") == "applied"


def test_a_test_that_asserted_on_a_condition_only_may_stay_so() -> None:
    body = "  const x = f();\n  if (x.ok) {\n    expect(x.value).toBe(1);\n  }\n"
    assert change(case(body), case(body.replace("toBe(1)", "toBe(2)")), path="tests/a.test.ts") == "applied"
    assert change(case(body), case("  const x = f();\n"), path="tests/a.test.ts") == WEAK


def test_assertions_may_move_into_a_helper_of_another_file_that_has_them() -> None:
    after = case("  isOne(f());\n", f"import {{ isOne }} from './helpers.js';\n{HEAD}")
    before = {"tests/a.test.ts": case(BODY)}
    helper = "import { expect } from 'vitest';\nexport function isOne(x: number): void {\n  expect(x).toBe(1);\n}\n"
    assert said(check(before, {"tests/a.test.ts": after, "tests/helpers.ts": helper})) == "applied"
    assert said(check({**before, "tests/helpers.ts": helper}, {"tests/a.test.ts": after})) == "applied"
    empty = helper.replace("  expect(x).toBe(1);\n", "  console.log(x);\n")
    assert WEAK in said(check(before, {"tests/a.test.ts": after, "tests/helpers.ts": empty}))


SUITE = f"{HEAD}describe('d', () => {{\n  it('a', () => {{\n    expect(f()).toBe(1);\n  }});\n}});\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("describe('d', () => {\n", "describe('d', () => {\n  return;\n"),
        ("describe('d'", "if (false) describe('d'"),
        ("describe('d'", "if (Math.random() > 2) describe('d'"),
        ("describe('d'", "false && describe('d'"),
        ("describe('d'", "const never = () => describe('d'"),
        ("import { expect, it, describe }", "const it = (name, run) => {};\nimport { expect, describe }"),
        ("import { expect, it, describe }", "function describe(name, run) {}\nimport { expect, it }"),
        (HEAD, "import { expect, describe } from 'vitest';\nimport { xit as it } from 'mocha';\n"),
        (HEAD, "import { test, expect, describe } from 'vitest';\nconst it = test.skip;\n"),
        (HEAD, "import { test, expect, describe } from 'vitest';\nconst { skip: it } = test;\n"),
        ("  it('a'", "  it['skip']('a'"),
        ("  it('a'", "  it.each([])('a'"),
        ("  it('a', () =>", "  const rows: number[] = [];\n  it.each(rows)('a', () =>"),
        ("it('a', () => {", "it('a', function* () {"),
        ("  it('a'", "  it['sk' + 'ip']('a'"),
        ("  it('a'", "  beforeEach((t) => t.skip());\n  it('a'"),
        ("  it('a'", "  beforeEach(({ skip }) => {\n    skip();\n  });\n  it('a'"),
    ],
)
def test_a_test_that_no_runner_comes_by_is_seen(old: str, new: str) -> None:
    assert old in SUITE
    assert WEAK in change(SUITE, SUITE.replace(old, new), path="tests/a.test.ts")


def test_honest_changes_of_suites() -> None:
    def now(old: str, new: str) -> str:
        assert old in SUITE
        return change(SUITE, SUITE.replace(old, new), path="tests/a.test.ts")

    assert now("  it('a'", "  test('a'") == "applied"
    assert now(HEAD, "import { it, describe } from 'vitest';\nimport { expect } from './expect';\n") == "applied"
    assert now("describe('d'", "if (process.env.CI) describe('d'") == "applied"
    assert now(HEAD, f"{HEAD}const both = (run) => {{\n  run(1);\n}};\nboth(() => {{}});\n") == "applied"
    three = HEAD + "".join(f"it('case {n}', () => {{\n  expect(f({n})).toBe({n});\n}});\n" for n in (1, 2, 3))
    table = f"{HEAD}it.each([1, 2, 3])('case %i', (n) => {{\n  expect(f(n)).toBe(n);\n}});\n"
    loop = f"{HEAD}for (const n of [1, 2, 3]) {{\n  it(`case ${{n}}`, () => {{\n    expect(f(n)).toBe(n);\n  }});\n}}\n"
    assert change(three, table, path="tests/a.test.ts") == "applied"
    assert change(three, loop, path="tests/a.test.ts") == "applied"
    assert WEAK in change(three, table.replace("  expect(f(n)).toBe(n);\n", "  f(n);\n"), path="tests/a.test.ts")


def test_a_test_that_is_renamed_and_emptied_at_once_is_seen() -> None:
    assert WEAK in change(case(BODY), case("  f();\n").replace("'a'", "'is one'"), path="tests/a.test.ts")
    assert change(case(BODY), case(BODY).replace("'a'", "'is one'"), path="tests/a.test.ts") == "applied"


def test_helpers_that_call_each_other_are_read_once() -> None:
    helpers = "".join(f"function h{n}() {{\n  h{n + 1}();\n  h{n + 1}();\n}}\n" for n in range(40))
    body = "  h0();\n  expect(f()).toBe(1);\n"
    assert (
        change(case(body, HEAD + helpers), case(f"{body}  g();\n", HEAD + helpers), path="tests/a.test.ts") == "applied"
    )


@pytest.mark.parametrize(
    "fake",
    [
        "export function it(name: string, run: () => void): void {\n  console.log(name);\n}\n",
        "export const it = () => {};\n",
    ],
)
def test_a_runner_of_the_repository_that_never_runs_what_it_is_given_is_seen(fake: str) -> None:
    after = SUITE.replace(HEAD, "import { expect, describe } from 'vitest';\nimport { it } from './fake';\n")
    if "run" in fake:
        assert WEAK in said(check({"tests/a.test.ts": SUITE}, {"tests/a.test.ts": after, "tests/fake.ts": fake}))
    real = "import { it as run } from 'vitest';\nexport function it(a: string, b: () => void) {\n  run(a, b);\n}\n"
    assert said(check({"tests/a.test.ts": SUITE}, {"tests/a.test.ts": after, "tests/fake.ts": real})) == "applied"


def test_an_expect_of_the_repository_that_asserts_nothing_is_seen() -> None:
    after = SUITE.replace(HEAD, "import { it, describe } from 'vitest';\nimport { expect } from './fake';\n")
    fake = "export function expect(_x: unknown) {\n  return { toBe(_y: unknown): void {} };\n}\n"
    assert WEAK in said(check({"tests/a.test.ts": SUITE}, {"tests/a.test.ts": after, "tests/fake.ts": fake}))
