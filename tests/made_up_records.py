"""Made-up records: every key, and text that YAML might take for something else."""

from typing import get_args

from correspondence.records import model
from correspondence.records.archive import Frame, Registers
from correspondence.records.dates import parse_date
from correspondence.records.field_types import LANGUAGES
from correspondence.records.model import Letter, Withdrawn
from correspondence.records.personal_data import private_contacts
from hypothesis import strategies as st

# Words that YAML might take for something else, among words that it cannot.
WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), max_size=8
)
TRICKY_WORDS = st.sampled_from(
    "no yes on y null ~ NaN 2019 2019-02-18 1.10 1_000 0x1F 0o17 1e5 12:30 +1 - -- --- ... # #x : "
    "a: key: ? ?x * *a &b !c %d | > |- >- @e ` ' '' \" \\n [x] {y} , [ ] { } = << é e\u0301 ﬁ "
    "(a) _b https://example.org/a#b:".split(" ")
)
PARAGRAPHS = st.builds(
    lambda words, times: " ".join(words * times),
    st.lists(TRICKY_WORDS | WORDS, min_size=1, max_size=6),
    st.sampled_from([1, 1, 1, 9]),  # now and then more than a line
)


def is_prose(text: str) -> bool:
    hidden = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\ufeff"}
    return bool(text) and not hidden & {*text} and not [*private_contacts(text, "")]


ANY_LINES = PARAGRAPHS.map(lambda text: " ".join(text.split())).filter(is_prose)
ANY_TEXTS = st.lists(ANY_LINES, min_size=1, max_size=3).map("\n".join).filter(is_prose)


def few(entries, name):
    """What recurs in one archive, since to make up every text anew takes long."""
    return st.shared(st.lists(entries, min_size=2, max_size=4), key=name).flatmap(st.sampled_from)


def some(entries, at_least=0, by=hash):
    """Up to three entries, each but once."""
    return st.lists(entries, min_size=at_least, max_size=3, unique_by=by).map(tuple)


def maybe(values):
    return st.none() | values


def one_of(words):
    """One word of a vocabulary of the model."""
    return st.sampled_from(list(words) if isinstance(words, type) else get_args(words))


# Ids that YAML might take for something else, too.
ORGANISATION_IDS = ("acme-corporation", "no", "2019-02-18")
PERSON_IDS = ("jane-doe", "null")
TOPIC_IDS = ("prices", "1e5")
LANE_IDS = ("sellers", "y")
SCOPE_IDS = ("core", "0x1f")
STATEMENT_IDS = ("ask", "off")
LETTER_IDS = ("2019-02-18-acme-to-no", "2019-1e5", "2020-01-x", "undated-null")

LINES = few(ANY_LINES, "lines")
TEXTS = few(ANY_TEXTS, "texts")
ORGANISATIONS = st.sampled_from(ORGANISATION_IDS)
PEOPLE = st.sampled_from(PERSON_IDS)
PARTIES = ORGANISATIONS | PEOPLE
INFERRED = st.sampled_from([None, "inferred"])
COUNTS = st.none() | st.integers(1, 999_999_999)
DAYS = st.dates()
DATES = st.sampled_from(
    "2019-02-18 2019-02 2019 2019-06-14~ 2021? 2020% [2019-06..2020-06-22] [..2021-03-05] [2020..] "
    "2019-02-01/2019-02-03 ../2021-03-05 2018/.. XXXX 0001 2024-12-31".split(" ")
).map(parse_date)
COPIES = st.sampled_from(["https://archive.example/1", "https://archive.example/2"])
URLS = st.sampled_from(
    [
        "https://example.org/",
        "http://example.org:8080/a?b=c&d='e'#f",
        "https://example.org/a:",
        "https://пример.example/é,[x];*",
        "HTTPS://EXAMPLE.ORG/@jane/+442079460958/-/yes",
    ]
)


def in_order(keys, first, then):
    """The keys, without the later date where it would be the earlier one."""
    earliest = keys[first] and keys[first].earliest
    latest = keys[then] and keys[then].latest
    return keys | ({then: None} if earliest and latest and latest < earliest else {})


LINKS = st.sampled_from(LETTER_IDS)
KINDS = ("company", "1.10", "bank: private")
EVENT_KINDS = ("no", "#1")

CORRESPONDENTS = st.one_of(
    *(
        st.builds(
            model.Correspondent,
            **who,
            role=maybe(LINES),
            on_behalf_of=maybe(ORGANISATIONS),
            certainty=INFERRED,
        )
        for who in (
            {"organisation": ORGANISATIONS},
            {"person": PEOPLE},
            {"unknown": st.just(True)},
            {
                "organisation": ORGANISATIONS,
                "person": PEOPLE,
                "organisation_certainty": INFERRED,
            },
        )
    )
)
SIGNATORIES = st.builds(
    model.OtherSignatories, organisations=COUNTS, people=COUNTS, experts=COUNTS
).filter(lambda counts: counts != model.OtherSignatories())
STATEMENTS = st.builds(
    model.Statement,
    id=st.sampled_from(STATEMENT_IDS),
    kind=one_of(model.StatementKind),
    by=st.lists(PARTIES, max_size=2),
    to=st.lists(PARTIES, max_size=2),
    topic=maybe(st.sampled_from(TOPIC_IDS)),
    text=TEXTS,
    due=maybe(DATES),
    evidence=maybe(TEXTS),
)
TAKEN_UP = st.builds(
    model.TakenUp,
    statement=st.builds("{}#{}".format, LINKS, st.sampled_from(STATEMENT_IDS)),
    how=one_of(model.How),
    evidence=maybe(TEXTS),
)
SOURCES = st.builds(
    model.Source,
    url=URLS,
    publisher=LINES,
    carries=one_of(model.Carries),
    format=maybe(one_of(model.Format)),
    language=maybe(st.sampled_from([*LANGUAGES])),
    archived=maybe(COPIES),
    accessed=maybe(DAYS),
    sha256=maybe(st.just("0123456789abcdef" * 4)),
)
WHOM = st.fixed_dictionaries(
    {
        "form": one_of(model.Form).filter(lambda form: form != "statement"),
        "to": some(CORRESPONDENTS, at_least=1),
    }
) | st.fixed_dictionaries({"form": st.just("statement"), "to": some(CORRESPONDENTS)})
WHAT = st.fixed_dictionaries(
    {"attestation": one_of(model.Attestation), "summary": TEXTS}
) | st.fixed_dictionaries({"attestation": st.just("catalogued"), "summary": st.none()})
OTHER_KEYS = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "title_supplied": st.booleans(),
        "date": DATES,
        "date_note": maybe(TEXTS),
        "published": maybe(DATES),
        "from_": some(CORRESPONDENTS, at_least=1),
        "cc": some(CORRESPONDENTS),
        "other_signatories": maybe(SIGNATORIES),
        "in_reply_to": some(
            st.builds(model.Answered, letter=LINKS, certainty=one_of(model.Certainty)),
            by=lambda answered: answered.letter,
        ),
        "expects_answer": maybe(st.booleans()),
        "possibly_same_as": some(LINKS),
        "refers_to": some(LINKS),
        "other_references": st.lists(TEXTS, max_size=2),
        "language": maybe(st.sampled_from(["en", "no"])),
        "reference": maybe(LINES),
        "topics": some(st.sampled_from(TOPIC_IDS)),
        "scope": maybe(st.sampled_from(SCOPE_IDS)),
        "statements": some(STATEMENTS, by=lambda statement: statement.id),
        "takes_up": some(TAKEN_UP, by=lambda taken: (taken.statement, taken.how)),
        "sources": st.lists(SOURCES, min_size=1, max_size=2, unique_by=lambda source: source.url),
        "evidence": maybe(TEXTS),
        "note": maybe(TEXTS),
        "conflicts": st.lists(TEXTS, max_size=2),
        "unknown": st.lists(TEXTS, max_size=2),
        "corrections": st.lists(st.builds(model.Correction, date=DAYS, text=TEXTS), max_size=2),
    }
)
FORMER_IDS = st.sampled_from([(), ("null", "2019"), ("former-1", "former-0")])
LETTERS = st.builds(
    lambda former, *parts: Letter(
        id=LETTER_IDS[0],
        former_ids=former,
        **in_order({k: v for part in parts for k, v in part.items()}, "date", "published"),
    ),
    FORMER_IDS,
    WHOM,
    WHAT,
    OTHER_KEYS,
)
WITHDRAWN = st.builds(
    Withdrawn,
    id=st.just(LETTER_IDS[0]),
    withdrawn=st.builds(model.Withdrawal, date=DAYS, reason=TEXTS),
    former_ids=FORMER_IDS,
)


def entries(cls, ids, **strategies):
    """A register's entries of these ids, by id."""
    one = (st.builds(cls, id=st.just(entry), **strategies) for entry in ids)
    return st.tuples(*one).map(lambda made: {entry.id: entry for entry in made})


INFO = st.builds(
    model.ArchiveInfo,
    title=LINES,
    tagline=LINES,
    description=TEXTS,
    address=maybe(URLS),
    repository=maybe(URLS),
    span=st.sampled_from(["2019", "2019/2021"]).map(parse_date),
    as_of=DAYS,
    version=LINES,
    licence=st.builds(model.Licence, name=LINES, url=URLS),
    corrections=TEXTS,
    lanes=entries(model.Lane, LANE_IDS, name=LINES).map(dict.values),
    scopes=entries(model.Scope, SCOPE_IDS, name=LINES, description=TEXTS).map(dict.values),
    organisation_kinds=st.just(KINDS),
    event_kinds=st.just(EVENT_KINDS),
)
NOTES = {"notice": maybe(TEXTS), "note": maybe(TEXTS), "unused": st.just(True)}
REGISTER_ENTRIES = st.builds(
    Registers,
    organisations=entries(
        model.Organisation,
        ORGANISATION_IDS,
        name=LINES,
        short_name=maybe(LINES),
        aliases=st.lists(LINES, max_size=3),
        kind=st.sampled_from(KINDS),
        group=maybe(st.sampled_from(LANE_IDS)),
        country=maybe(st.sampled_from(["NO", "GB"])),
        url=maybe(URLS),
        wikidata=maybe(st.just("Q42970")),
        **NOTES,
    ),
    people=entries(
        model.Person,
        PERSON_IDS,
        name=LINES,
        aliases=st.lists(LINES, max_size=3),
        roles=st.lists(
            st.builds(
                lambda **keys: model.Role(**in_order(keys, "from_", "to")),
                organisation=maybe(ORGANISATIONS),
                role=LINES,
                from_=maybe(DATES),
                to=maybe(DATES),
                source=URLS,
            ),
            max_size=2,
        ),
        wikidata=maybe(st.just("Q1")),
        **NOTES,
    ),
    topics=entries(model.Topic, TOPIC_IDS, name=LINES, description=TEXTS, unused=st.just(True)),
    events=entries(
        model.Event,
        ("2018-sale", "off"),
        date=DATES,
        title=LINES,
        label=maybe(LINES),
        kind=st.sampled_from(EVENT_KINDS),
        organisations=st.lists(ORGANISATIONS, max_size=3),
        summary=TEXTS,
        sources=st.lists(
            st.builds(model.Reference, url=URLS, publisher=LINES), min_size=1, max_size=2
        ),
    ),
    leads=entries(model.Lead, ("first", "2nd"), about=TEXTS, why=TEXTS, where_to_look=TEXTS),
)


def joined(made: list[Letter | Withdrawn]) -> list[Letter | Withdrawn]:
    """Letters with ids of their own, and of their links those that a sound archive may hold."""
    letters: dict[str, Letter] = {}
    all_former: set[str] = set()
    result: list[Letter | Withdrawn] = []
    for letter_id, one in zip(LETTER_IDS, made, strict=False):
        former = tuple(old for old in one.former_ids if old not in all_former)
        all_former.update(former)
        changes = {"id": letter_id, "former_ids": former}
        if isinstance(one, Letter):
            may_follow = {
                other.id: {statement.id for statement in other.statements}
                for other in letters.values()
                if not (
                    one.date.latest
                    and other.date.earliest
                    and one.date.latest < other.date.earliest
                )
            }
            changes |= {
                "in_reply_to": tuple(a for a in one.in_reply_to if a.letter in may_follow),
                "refers_to": tuple(other for other in one.refers_to if other in letters),
                "possibly_same_as": tuple(o for o in one.possibly_same_as if o in letters),
                "takes_up": tuple(
                    taken
                    for taken in one.takes_up
                    for other, _, statement in [taken.statement.partition("#")]
                    if statement in may_follow.get(other, ())
                ),
            }
        result.append(one.model_copy(update=changes))
        if isinstance(result[-1], Letter):
            letters[letter_id] = result[-1]
    return result


FRAMES = st.builds(Frame, INFO, REGISTER_ENTRIES)
MADE = st.lists(LETTERS | LETTERS | WITHDRAWN, min_size=1, max_size=len(LETTER_IDS)).map(joined)
