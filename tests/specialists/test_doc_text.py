"""Doc comments: a declaration in, words out."""

from __future__ import annotations

import pytest

from runner.specialists.docstring_architect.comments import Subject, comment, doc_lines
from runner.specialists.docstring_architect.english import listed, third_person, with_article, words


def doc(kind: str, name: str, shown: str, **more: object) -> str:
    return "\n".join(doc_lines(Subject(kind, name, shown, **more)))  # type: ignore[arg-type]


def summary(name: str, shown: str, kind: str = "function", **more: object) -> str:
    return doc(kind, name, f"{shown}", **more).splitlines()[0]


def test_a_function_gets_summary_parameters_result_and_example() -> None:
    shown = "function findCoupon(db: D1Database, code: string, currency?: Currency): Promise<Coupon | null>"
    assert doc("function", "findCoupon", shown) == (
        "Finds the coupon.\n"
        "\n"
        "@param db - The database connection, a `D1Database`.\n"
        "@param code - The code, a string.\n"
        "@param currency - The `Currency` to use; optional.\n"
        "@returns A promise of the `Coupon`, or `null` when there is none.\n"
        "@example\n"
        "```ts\n"
        "const coupon = await findCoupon(db, code);\n"
        "```"
    )


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("truncate", "(text: string, length: number): string", "Truncates the given text."),
        ("toOrder", "(row: OrderRow): Order", "Converts the given row to an order."),
        ("isPast", "(moment: string): boolean", "Checks whether the given moment is past."),
        ("isLocale", "(value: string): value is Locale", "Checks whether the given value is a locale."),
        ("daysBetween", "(from: string, to: string): number", "Returns the days between `from` and `to`."),
        ("levelOf", "(customer: Customer): string", "Returns the level of the given customer."),
        ("orderNumber", "(sequence: number): string", "Returns the order number."),
        ("newId", "(): string", "Returns a new id."),
        ("createSession", "(user: User): Session", "Creates a session."),
        ("send", "(endpoint: string, mail: Mail): Promise<boolean>", "Sends the given mail."),
        ("conflict", "(code: string): AppError", "Returns an `AppError` for “conflict”."),
        ("applyAll", "(rules: Rule[]): void", "Applies all of the given rules."),
    ],
)
def test_summaries_come_from_names_and_types(name: str, shown: str, said: str) -> None:
    assert summary(name, f"function {name}{shown}") == said


def test_methods_are_about_what_their_class_holds() -> None:
    assert (
        summary("get", "(method) Carts.get(id: string): Cart", "method", owner="Carts")
        == "Returns the cart with the given id."
    )
    assert (
        summary("search", "(method) Catalog.search(q: string): Page", "method", owner="Catalog")
        == "Searches the catalog."
    )


def test_what_returns_nothing_has_no_returns_line() -> None:
    assert "@returns" not in doc("function", "redeem", "function redeem(code: string): Promise<void>")
    assert "await redeem(code);" in doc("function", "redeem", "function redeem(code: string): Promise<void>")


def test_a_boolean_says_what_true_means() -> None:
    said = doc("function", "isPast", "function isPast(moment: string): boolean")
    assert "@returns `true` when the given moment is past, `false` otherwise." in said


def test_parameters_say_more_than_their_name() -> None:
    said = doc("function", "mix", "function mix(a: Money, b: Money, kind: 'x' | 'y', rows: Row[]): Money")
    assert "@param a - The first `Money`." in said
    assert "@param kind - The kind, one of `'x'` or `'y'`." in said
    assert "@param rows - The rows, a list of `Row`." in said


def test_the_example_never_declares_a_name_twice_or_a_reserved_one() -> None:
    assert "const result = money(money);" in doc("function", "money", "function money(money: Money): Money")
    assert "const result = asNull();" in doc("function", "asNull", "function asNull(): Null")


@pytest.mark.parametrize(
    ("kind", "name", "shown", "said"),
    [
        ("interface", "GiftCard", "interface GiftCard", "Describes a gift card."),
        ("type", "Locale", "type Locale = 'de' | 'en'", "Names a locale: one of `'de'` or `'en'`."),
        ("type", "PlaceOrder", "type PlaceOrder = z.infer<X>", "The type of the data to place an order."),
        ("const", "DAY_MS", "const DAY_MS: number", "The day, in milliseconds."),
        ("const", "MAX_PAGE_SIZE", "const MAX_PAGE_SIZE: 100", "The largest page size: `100`."),
        ("const", "skuSchema", "const skuSchema: z.ZodString", "The schema that validates a SKU."),
        ("const", "orders", "const orders: Hono<AppEnv>", "The routes for orders."),
        ("enum", "Colour", "enum Colour", "Lists the kinds of colour."),
    ],
)
def test_things_get_a_summary_alone(kind: str, name: str, shown: str, said: str) -> None:
    assert doc(kind, name, shown) == said


def test_a_class_shows_how_it_is_made() -> None:
    made = "constructor Carts(store: KVNamespace): Carts"
    said = doc("class", "Carts", "class Carts", members=("open", "get"), constructor=made)
    assert said.startswith("The carts, with the methods `open` and `get`.")
    assert "const carts = new Carts(store);" in said


def test_a_type_cannot_end_the_comment() -> None:
    said = doc("const", "x", "const x: '*/ alert() /*'")
    assert "*/" not in said


def test_the_comment_has_the_indentation_and_the_line_ends_of_its_file() -> None:
    assert comment(["One.", "", "Two."], "  ", "\r\n") == "  /**\r\n   * One.\r\n   *\r\n   * Two.\r\n   */\r\n"


def test_words() -> None:
    assert words("toJSON") == ["to", "JSON"]
    assert words("$parseURL_fast2") == ["parse", "URL", "fast", "2"]
    assert words("DAY_MS") == ["day", "ms"]
    assert [third_person(verb) for verb in ("match", "apply", "play", "do")] == ["matches", "applies", "plays", "does"]
    assert [with_article(noun) for noun in ("order", "user", "`Order`", "lines", "JSON", "hour")] == [
        "an order",
        "a user",
        "an `Order`",
        "lines",
        "JSON",
        "an hour",
    ]
    assert listed(["a", "b", "c"], "or") == "a, b or c"
