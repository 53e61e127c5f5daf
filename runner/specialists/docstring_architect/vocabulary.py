"""The vocabulary of the doc comments. Data; every set contains lower-case words."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Written in capitals.
ACRONYMS = _words(
    """
    api ascii cors cpu css csv d1 dns dom gpu html http https ip json jwt kv md5 mime sha sku sql ssl svg tls
    ttl uri url utf uuid vat xml yaml
    """
)
# Nouns that take no article.
MASS_NOUNS = _words(
    """
    access auth content data feedback html info input json metadata missing money output progress sql staff
    state stock text time traffic usage work xml yaml
    """
)
# First words of a name that are more often a noun, when another noun follows or a value comes back.
NOUNS_FIRST = _words(
    """
    address base batch cache count cursor date file group hash host index key label length line link list map
    name number object order page path plan position price product project query quote record refund report
    request result route row sample score size sort stock sum test text time timestamp total type url user value
    """
)
# First words of a name that say what it does.
VERBS = _words(
    """
    abort accept acquire add adjust advance aggregate allocate allow analyze append apply archive assert assign
    attach authenticate authorize await award batch begin bind book boot build cache calculate call cancel
    capitalize capture cast change charge check choose clamp clean clear clone close collapse collect combine
    commit compare compile complete compose compress compute concat configure confirm connect consume convert
    copy count create debounce decode decrement decrypt dedupe deduplicate define delay delegate delete deliver
    deny deploy describe deserialize destroy detach detect determine diff disable discard disconnect dispatch
    dispose divide download drain draw drop dump emit enable encode encrypt end enqueue ensure enter escape
    estimate evaluate exclude execute exit expand expect explain export extend extract fail fetch fill filter
    find finish fire flatten flush fold follow format forward freeze fulfil generate get give grant greet group
    guard handle hash hide highlight hydrate identify ignore import improve include increment index infer inform
    init initialize inject insert inspect install instantiate interpolate intersect invalidate invert invoke
    issue iterate join keep label launch leave limit link list listen load locate lock log look lookup make map
    mark match measure memoize merge migrate mock modify monitor mount move multiply mutate narrow negate
    normalize notify observe omit open order override pack pad paginate parse partition pass patch pause peek
    perform persist pick ping pipe place plan poll pop populate prefix prepare prepend print process produce
    project promote propagate prove provide prune publish pull purge push put query queue quote raise read
    rebuild receive reconcile record redeem redirect reduce refine refresh refund register reject release reload
    remove rename render reopen replace reply report request require reserve reset resize resolve respond
    restore restrict resume retrieve retry return reverse revert revoke rewrite rollback rotate round route run
    sample sanitize save scale scan schedule scroll search seed select send serialize serve set setup shift show
    shuffle shut sign simplify simulate skip sleep slice slugify sort split start stop store stringify strip
    submit subscribe substitute subtract suggest sum summarize swap switch sync tag take tap test throttle throw
    tick toggle trace track transfer transform translate traverse trigger trim truncate try unbind undo unescape
    unlock unmount unregister unsubscribe unwrap update upgrade upload upsert use validate verify visit wait
    walk warn watch weigh wrap write zip
    """
)
# First words of a name that asks a question.
MODALS = _words(
    """
    allows can could may must needs should supports will would
    """
)
# Verbs whose object is new: "creates a", not "creates the".
MAKERS = _words(
    """
    add build create define generate issue make open start
    """
)
# Verbs whose object is the result.
FINDERS = _words(
    """
    calculate compute derive extract fetch find get load parse pick read resolve select
    """
)
# Verbs that put something into what a class holds.
INTO = _words(
    """
    add append enqueue insert prepend push put register
    """
)
# Parameters that say with what or where; the call is not about them.
TOOLS = _words(
    """
    c client config ctx db endpoint env locale logger now options opts raw signal store url
    """
)
# TypeScript's words that cannot name a variable.
RESERVED = _words(
    """
    arguments await break case catch class const continue debugger default delete do else enum eval export
    extends false finally for function if implements import in instanceof interface let new null package private
    protected public return static super switch this throw true try typeof undefined var void while with yield
    """
)
