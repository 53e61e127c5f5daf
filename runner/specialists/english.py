"""English out of identifiers: words, verbs, articles, lists. Pure and small; it knows programmers' words only."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"NaN|(?:IP|UUID|CIDR)v\d|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_ACRONYMS = frozenset(
    "api ascii cpu cors d1 css csv dns dom gpu html http https ip json jwt kv md5 mime sha sku sql ssl svg tls ttl uri url utf uuid vat"
    " xml yaml".split()
)
_LONG_FORMS = {
    "db": "database", "cfg": "configuration", "ctx": "context", "env": "environment", "err": "error", "fn": "function",
    "msg": "message", "opts": "options", "params": "parameters", "args": "arguments", "req": "request", "info": "details",
}  # fmt: skip
# Nouns that take no article.
_MASS = frozenset(
    "access auth content data feedback html info input json metadata missing money output progress sql staff state stock"
    " text time traffic usage work xml yaml".split()
)
# First words that are more often a noun when another noun follows, or when the thing returns a value.
NOUNS_FIRST = frozenset(
    "address base batch cache count cursor date file group hash host index key label length line link list map name number"
    " object order page path plan position price product project query quote record refund report request result route row"
    " sample score size sort stock sum test text time timestamp total type url user value".split()
)
PARTICIPLES = {
    "clamp": "clamped", "clean": "cleaned", "decode": "decoded", "encode": "encoded", "escape": "escaped",
    "filter": "filtered", "format": "formatted", "normalize": "normalized", "parse": "parsed", "round": "rounded",
    "sanitize": "sanitized", "sort": "sorted", "trim": "trimmed", "truncate": "truncated", "slugify": "slugified",
}  # fmt: skip
VERBS = frozenset(
    "abort accept acquire add adjust advance aggregate allocate allow analyze append apply archive assert assign attach"
    " authenticate authorize award await batch begin bind book boot build cache calculate call cancel capitalize"
    " capture cast change charge check choose clamp clean clear clone close collapse collect combine commit compare"
    " compile complete compose compress compute concat configure confirm connect consume convert copy count create debounce"
    " decode decrement decrypt dedupe deduplicate define delay delete delegate deliver deny deploy describe"
    " deserialize destroy detach detect determine diff disable discard disconnect dispatch dispose divide download drain"
    " draw drop dump emit enable encode encrypt end enqueue ensure enter escape estimate evaluate exclude execute exit"
    " expand expect explain export extend extract fail fetch fill filter find finish fire flatten flush fold follow"
    " format forward freeze fulfil generate get give grant greet group guard handle hash hide highlight hydrate identify"
    " ignore import improve include increment index infer inform init initialize inject insert inspect install"
    " instantiate interpolate intersect invalidate invert invoke issue iterate join keep label launch leave limit link"
    " list listen load locate lock log look lookup make map mark match measure memoize merge migrate mock modify"
    " monitor mount move multiply mutate narrow negate normalize notify observe omit open order override pack pad paginate"
    " parse partition pass patch pause peek perform persist pick ping pipe place plan poll pop populate prefix prepare"
    " prepend print process produce project promote propagate prove provide prune publish pull purge push put query"
    " queue quote raise read rebuild receive reconcile record redeem redirect reduce refine refresh refund register"
    " reject release reload remove rename render reopen replace reply report request require reserve reset resize resolve"
    " respond restore restrict resume retrieve retry return reverse revert revoke rewrite rollback rotate round route"
    " run sample sanitize save scale scan schedule scroll search seed select send serialize serve set setup shift show"
    " shuffle shut sign simplify simulate skip sleep slice slugify sort split start stop store stringify strip submit"
    " subscribe substitute subtract suggest sum summarize swap switch sync tag take tap test throttle throw tick toggle"
    " trace track transfer transform translate traverse trigger trim truncate try unbind undo unescape unlock unmount"
    " unregister unsubscribe unwrap update upgrade upload upsert use validate verify visit wait walk warn watch weigh wrap"
    " write zip".split()
)
PREDICATES = {"is": "is", "are": "are", "was": "was", "has": "has", "have": "has", "contains": "contains"}
MODALS = frozenset("can could should must may will would needs supports allows".split())


def words(identifier: str) -> list[str]:
    """``toUserID`` → to, user, id; ``DAY_MS`` → day, ms; acronyms that people know stay in capitals."""
    found = [one.lower() for one in _WORD.findall(identifier)]
    return [one.upper() if one in _ACRONYMS else _LONG_FORMS.get(one, one) for one in _joined(found)]


def _joined(found: list[str]) -> list[str]:
    """With digits put back onto the short word before them: d, 1 → d1."""
    kept: list[str] = []
    for one in found:
        if one.isdigit() and kept and len(kept[-1]) <= 3:
            kept[-1] += one
        else:
            kept.append(one)
    return kept


def phrase(identifier: str) -> str:
    return " ".join(words(identifier))


def third_person(verb: str) -> str:
    """send → sends, match → matches, apply → applies."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb if verb.endswith("s") and not verb.endswith("ss") else f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def with_article(noun: str) -> str:
    """a product, an order, an HTML page, an `Order`; plurals, masses and what has a determiner stay as they are."""
    first = noun.strip("`").split(" ")[0]
    bare = noun.split(" ")[-1].lower() in _MASS
    if first in ("a", "an", "the", "all", "every", "each", "any", "its") or bare or (is_plural(noun) and "`" not in noun):
        return noun
    silent = first.lower().startswith(("hour", "honest")) or (first.isupper() and len(first) > 1 and first[0] in "AEFHILMNORSX")
    vowel = first[:1].lower() in "aeiou" and not first.lower().startswith(("use", "uni", "uui", "uri", "url", "one", "eu"))
    return f"{'an' if silent and first not in ('URL', 'SKU', 'UUID', 'URI') or vowel else 'a'} {noun}"


def is_plural(noun: str) -> bool:
    last = noun.split(" ")[-1].lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "ms", "as")) and len(last) > 3


def singular(noun: str) -> str:
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    if noun.endswith(("ses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if is_plural(noun) else noun


def plural(noun: str) -> str:
    if is_plural(noun):
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"


def listed(items: Sequence[str], joiner: str = "and") -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"


def sentence(text: str) -> str:
    """With a capital at the start (unless it begins with code) and a full stop at the end."""
    text = " ".join(text.split())
    start = text if text[:1] == "`" else text[:1].upper() + text[1:]
    return start if start.endswith((".", "!", "?")) else f"{start}."
