"""Every rule by an example: what is changed in a sound archive, and what ``letters check`` says."""

from dataclasses import dataclass, field

import correspondence.records.reading  # noqa: F401 - the rules are defined where they are checked
import pytest
from correspondence.records.dates import ACCEPTED_FORMS
from correspondence.records.problems import CATALOGUE

LETTER = "2019/2019-02-18-watch-to-acme.yml"
ANSWER = "2019/2019-03-01-acme-to-watch.yml"
ARCHIVE = "archive.yml"
ORGANISATIONS = "register/organisations.yml"
PEOPLE = "register/people.yml"
TOPICS = "register/topics.yml"
EVENTS = "register/events.yml"


@dataclass(frozen=True)
class Case:
    """In ``file``, ``old`` becomes ``new`` (the whole text, if ``old`` is not given)."""

    file: str
    old: str
    new: str | bytes
    says: tuple[str, ...]
    """The problems, as ``letters check`` shows them after the name of ``file``."""
    about: str = field(kw_only=True)

    def __str__(self) -> str:
        return f"{self.about}: {self.says[0].split(': ')[1]}"


def case(about: str, file: str, old: str, new: str | bytes, *says: str) -> Case:
    return Case(file, old, new, says, about=about)


def whole(about: str, new: str | bytes, *says: str, file: str = LETTER) -> Case:
    return Case(file, "", new, says, about=about)


FILES = [
    whole(
        "an empty file",
        "",
        "1:1: empty-file: the file is empty; fill in the record or remove the file",
    ),
    whole(
        "nothing but a comment",
        "# later\n",
        "1:1: empty-file: the file holds no record; fill in the record or remove the file",
    ),
    whole(
        "a picture",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00",
        "1:1: not-text: this is no text file; save the record as plain text",
    ),
    whole(
        "UTF-16",
        "title: A".encode("utf-16"),
        "1:1: not-text: this is no text file; save the record as plain text",
    ),
    whole(
        "Latin-1",
        "title: A\nform: é\n".encode("latin-1"),
        "2:7: not-utf-8: byte 0xe9 is not UTF-8; save the file as UTF-8",
    ),
    whole(
        "a byte order mark",
        "\ufefftitle: A\n",
        "1:1: byte-order-mark: the file begins with a byte order mark; "
        "save it as UTF-8 without BOM",
    ),
    whole(
        "line ends of Windows",
        "title: A\r\nform: letter\r\n",
        "1:9: carriage-return: lines end in Windows' way; save with line ends LF",
    ),
    case(
        "an override of the direction of reading",
        LETTER,
        "On prices",
        "On \u202eprices",
        "1:11: hidden-character: hidden character U+202E (right-to-left override); delete it",
    ),
    case(
        "an override that is written as an escape",
        LETTER,
        "On prices",
        '"On \\u2066prices"',
        "1:8: hidden-character: hidden character U+2066 (left-to-right isolate); delete it",
    ),
    case(
        "control characters",
        LETTER,
        "On prices",
        "\x07On\x7f prices",
        "1:8: hidden-character: hidden character U+0007 (control character); delete it",
        "1:11: hidden-character: hidden character U+007F (control character); delete it",
    ),
    case(
        "what is no character",
        LETTER,
        "On prices",
        "On prices\uffff",
        "1:17: hidden-character: hidden character U+FFFF (control character); delete it",
    ),
    whole(
        "tabs",
        "from:\n\t- organisation: watch\n",
        "2:1: yaml-syntax: a tab indents this line; use spaces",
    ),
    case(
        "a colon in plain text",
        LETTER,
        "On prices",
        "Prices: a question",
        "1:14: yaml-syntax: put the text in single quotes: title: 'Prices: a question'",
    ),
    case(
        "text that is not indented",
        LETTER,
        "summary: Watch asked",
        "summary: >-\nWatch asked",
        "14:1: yaml-syntax: a key without its colon, or text that is not indented under its key",
    ),
    case(
        "a character that cannot begin a text",
        LETTER,
        "On prices",
        "@prices",
        "1:8: yaml-syntax: put the text in single quotes: title: '@prices'",
    ),
    case(
        "text behind a closing quote",
        LETTER,
        "On prices",
        "'Actions speak' louder",
        "1:24: yaml-syntax: put the text in single quotes: title: '''Actions speak'' louder'",
    ),
    case(
        "text that begins with a star",
        LETTER,
        "On prices",
        "*Open* letter",
        "1:13: yaml-syntax: put the text in single quotes: title: '*Open* letter'",
    ),
    case(
        "text that begins with a bracket",
        LETTER,
        "On prices",
        "[Open letter] on prices",
        "1:22: yaml-syntax: put the text in single quotes: title: '[Open letter] on prices'",
    ),
    case(
        "a conflict of git",
        LETTER,
        "topics:",
        "<<<<<<< HEAD\ntopics:",
        "10:1: yaml-syntax: a conflict of git was left in line 9; keep one of the versions, and "
        "remove the lines that begin with <<<<<<<, ======= and >>>>>>>",
    ),
    case(
        "a list with dashes",
        LETTER,
        "  - organisation: watch",
        "  – organisation: watch",
        "6:11: yaml-syntax: a list's entry begins with a hyphen and a space, not with '–'",
    ),
    case(
        "text that a comment cuts",
        LETTER,
        "On prices",
        "On case #12 and prices",
        "1:8: cut-text: the text ends before '#12 and prices', which YAML takes for a comment; "
        "write title: 'On case #12 and prices' or put the comment on a line of its own",
    ),
    case(
        "a key that a block of text swallows",
        LETTER,
        "summary: Watch asked about prices.",
        "summary: >-\n  Watch asked about prices.\n  language: en",
        "14:3: swallowed-line: 'language: en' is part of the text above it, since it is indented "
        "so; indent it as the key above, or put the text in quotes on one line",
    ),
    case(
        "a comment that a block of text swallows",
        LETTER,
        "summary: Watch asked about prices.",
        "summary: >-\n  Watch asked about prices.\n  # Ask Jane first.",
        "14:3: swallowed-line: '# Ask Jane first.' is part of the text above it, since it is "
        "indented so; indent it as the key above, or put the text in quotes on one line",
    ),
    case(
        "an invisible character",
        LETTER,
        "On prices",
        "On pri\u200bces",
        "1:14: hidden-character: hidden character U+200B (zero width space); delete it",
    ),
    case(
        "a day that is still to come",
        LETTER,
        "date: 2019-02-18",
        "date: 2919-02-18",
        "3:7: date-in-future: 18 February 2919 is still to come; correct the year, month or day",
        "3:7: warning: id-date: the id says 2019-02-18, the date 18 February 2919; the id stays as "
        "it is",
    ),
    whole(
        "a bracket that is not closed",
        "topics: [prices\n",
        "2:1: yaml-syntax: close the bracket; if this is text, put it in single quotes: "
        "topics: '[prices'",
    ),
    whole(
        "two documents",
        "title: A\n---\ntitle: B\n",
        "2:1: many-documents: a second document begins here; one file holds one record",
    ),
    whole(
        "an anchor and its alias",
        "title: &t A\nform: *t\n",
        "1:8: yaml-feature: an anchor (&t) is not used in this archive; "
        "if it is text, write title: '&t A'",
        "2:7: yaml-feature: an alias (*t) is not used in this archive; "
        "if it is text, write form: '*t'",
    ),
    whole(
        "a tag",
        "title: !!python/name:os.system x\n",
        "1:8: yaml-feature: a tag (tag:yaml.org,2002:python/name:os.system) is not used in this "
        "archive; if it is text, write title: '!!python/name:os.system x'",
    ),
    whole(
        "a directive",
        "%YAML 1.1\n---\ntitle: A\n",
        "1:1: yaml-feature: a % directive is not used in this archive; "
        "write the value out, in quotes",
    ),
    whole(
        "a list as a key",
        "? [a, b]\n: c\n",
        "1:3: yaml-feature: a key that is no plain word is not used in this archive; "
        "write the value out, in quotes",
    ),
    case(
        "a mapping in braces",
        LETTER,
        "- organisation: acme-corporation",
        "- {organisation: acme-corporation}",
        "8:5: flow-style: a mapping in braces; write its keys in lines of their own",
    ),
    case(
        "a key that stands twice",
        LETTER,
        "form: letter",
        "form: letter\ntitle: On prices again",
        "3:1: duplicate-key: 'title' stands here a second time; keep one of the two",
    ),
    whole(
        "lists in lists in lists",
        "[" * 5_000,
        "1:13: too-deep: nested deeper than 12 levels; no record is so deep",
    ),
    whole(
        "mappings in mappings",
        "".join(f"{' ' * depth}a:\n" for depth in range(13)),
        "13:13: too-deep: nested deeper than 12 levels; no record is so deep",
    ),
    case(
        "a key without a value",
        LETTER,
        "On prices",
        "",
        "1:7: empty-value: 'title' has no value; fill it in or remove the line",
    ),
    case(
        "a letter in the folder of another year",
        "2020/2019-05-06-watch-to-acme.yml",
        "",
        "title: A\n",
        "1:1: misplaced-file: the id begins with 2019; move the file to the folder 2019",
        "1:1: missing-key: 'attestation' is missing: How the archive knows the letter.",
        "1:1: missing-key: 'date' is missing: "
        "When it was sent (EDTF), such as 2019-02-18 or 2019-02.",
        "1:1: missing-key: 'form' is missing: Kind of letter.",
        "1:1: missing-key: 'from' is missing: Who sent it; `unknown: yes` where nobody is known.",
        "1:1: missing-key: 'sources' is missing: Where it is found.",
    ),
    whole(
        "a letter outside the folders of years",
        "title: A\n",
        "1:1: misplaced-file: this is read neither as a letter nor as a register; "
        "move it to the folder of its year",
        file="2019-05-06-watch-to-acme.yml",
    ),
    whole(
        "another ending",
        "title: A\n",
        "1:1: misplaced-file: this is read neither as a letter nor as a register; "
        "let its name end in .yml",
        file="2019/2019-05-06-watch-to-acme.yaml",
    ),
    whole(
        "an id in capitals",
        "withdrawn:\n  date: 2020-01-01\n  reason: ''\n",
        "1:1: bad-id: '2019-02-18-Watch-to-ACME' is no id of a letter; "
        "name the file like 2019-02-18-sender-to-recipient.yml",
        "3:11: empty-value: there is no text here; fill it in or remove it",
        file="2019/2019-02-18-Watch-to-ACME.yml",
    ),
]

VALUES = [
    case(
        "a day that the calendar has not",
        LETTER,
        "date: 2019-02-18",
        "date: 2019-02-30",
        "3:7: bad-date: '2019-02-30' is no date: February 2019 has 28 days, not 30",
    ),
    case(
        "an interval that ends before it begins",
        LETTER,
        "date: 2019-02-18",
        "date: 2019-02-18/2019-02-01",
        "3:7: bad-date: '2019-02-18/2019-02-01' ends before it begins; "
        "write the earlier date first",
    ),
    case(
        "a date that reads as a number",
        LETTER,
        "date: 2019-02-18",
        "date: 20190218",
        f"3:7: bad-date: '20190218' is not a date that the archive reads; write {ACCEPTED_FORMS}",
    ),
    case(
        "a list for a date",
        LETTER,
        "date: 2019-02-18",
        "date: [2019-02-18]",
        "3:7: wrong-type: a date is one line of text, such as 2019-02-18",
    ),
    case(
        "a day that is only a month",
        ARCHIVE,
        "as_of: 2021-01-31",
        "as_of: 2021-01",
        "5:8: bad-date: '2021-01' is not a day; write it as 2026-11-23",
    ),
    case(
        "a script for an address",
        LETTER,
        "https://example.org/letter",
        "javascript:alert(1)",
        "18:10: bad-url: 'javascript:alert(1)' is no web address; "
        "it must begin with https:// or http://",
    ),
    case(
        "an address with a password",
        LETTER,
        "https://example.org/letter",
        "https://jane:secret@example.org/letter",
        "18:10: bad-url: 'https://jane:secret@example.org/letter' holds a user name or password; "
        "remove everything before the @",
    ),
    case(
        "an address without a host",
        LETTER,
        "https://example.org/letter",
        "https:///letter",
        "18:10: bad-url: 'https:///letter' is no complete web address",
    ),
    case(
        "an address with a space",
        LETTER,
        "https://example.org/letter",
        "https://example.org/a letter",
        "18:10: bad-url: 'https://example.org/a letter' is no complete web address",
    ),
    case(
        "an address with an impossible port",
        LETTER,
        "https://example.org/letter",
        "https://example.org:99999/letter",
        "18:10: bad-url: 'https://example.org:99999/letter' is no web address",
    ),
    case(
        "an id with spaces and capitals",
        LETTER,
        "id: ask",
        "id: The Question",
        "14:9: bad-id: 'The Question' is no id; write 'the-question'",
    ),
    case(
        "a language by its name",
        LETTER,
        "form: letter",
        "form: letter\nlanguage: French",
        "3:11: bad-language: 'French' is not an ISO 639-1 code such as 'en'; write 'fr'",
    ),
    case(
        "a yes-or-no key that says something else",
        LETTER,
        "form: letter",
        "form: letter\ntitle_supplied: perhaps",
        "3:17: bad-yes-no: 'perhaps' is neither yes nor no",
    ),
    case(
        "a count in words",
        LETTER,
        "form: letter",
        "form: letter\nother_signatories:\n  people: twelve",
        "4:11: bad-number: 'twelve' is not a whole number above zero",
    ),
    case(
        "a count of nothing",
        LETTER,
        "form: letter",
        "form: letter\nother_signatories:\n  people: 0",
        "4:11: bad-number: '0' is not a whole number above zero",
    ),
    case(
        "a checksum that is too short",
        LETTER,
        "carries: letter",
        "carries: letter\n    sha256: abc123",
        "21:13: bad-checksum: 'abc123' is no sha256 of 64 hexadecimal digits",
    ),
    case(
        "a family name that is not in the name",
        PEOPLE,
        "  name: Jane Doe\n",
        "  name: Jane Doe\n  family_name: Roe\n",
        "1:3: family-name: the name 'Jane Doe' does not hold the family name 'Roe'",
    ),
    case(
        "a Wikidata id without its Q",
        PEOPLE,
        "name: Jane Doe",
        "name: Jane Doe\n  wikidata: '42970'",
        "3:13: bad-wikidata: '42970' is no Wikidata id such as Q42970",
    ),
    case(
        "a word that is not in the vocabulary",
        LETTER,
        "attestation: text seen",
        "attestation: Cited",
        "10:14: unknown-value: 'Cited' is not one of 'text seen', 'opening seen', 'cited', "
        "'reported' or 'catalogued'; did you mean 'cited'?",
    ),
    case(
        "a word for a list",
        LETTER,
        "topics: [prices]",
        "topics: prices",
        "9:9: wrong-type: 'topics' takes a list; begin each line below the key with a hyphen",
    ),
    case(
        "an id for a correspondent",
        LETTER,
        "  - organisation: acme-corporation",
        "  - acme-corporation",
        "8:5: wrong-type: 'to' takes a mapping; write `key: value` in lines below it",
    ),
    case(
        "a list for a text",
        LETTER,
        "summary: Watch asked about prices.",
        "summary: [one, two]",
        "12:10: wrong-type: 'summary' takes text, not a list or mapping",
    ),
    whole(
        "a text for a record",
        "Dear Acme,\n",
        "1:1: wrong-type: a record is a mapping; write `key: value` in lines of their own",
    ),
    case(
        "a country by its name",
        ORGANISATIONS,
        "kind: NGO",
        "kind: NGO\n  country: Kenya",
        "10:12: wrong-type: 'Kenya' is not an ISO 3166-1 code such as 'GB'; write 'KE'",
    ),
    whole(
        "a mapping for a register",
        "id: prices\n",
        "1:1: wrong-type: a register is a list; begin each entry with a hyphen",
        file=TOPICS,
    ),
    case(
        "quotes around nothing",
        LETTER,
        "On prices",
        "''",
        "1:8: empty-value: there is no text here; fill it in or remove it",
    ),
    case(
        "a list of nothing",
        LETTER,
        "from:\n  - organisation: watch\n    person: jane-doe\n",
        "from: []\n",
        "4:7: empty-value: 'from' holds nothing; it needs an entry",
    ),
]

KEYS = [
    case(
        "a misspelt key",
        LETTER,
        "topics:",
        "topic:",
        "9:1: unknown-key: 'topic' is no key of this record; did you mean 'topics'?",
    ),
    case(
        "an unknown key deep within",
        LETTER,
        "    person: jane-doe\n",
        "    person: jane-doe\n    telefax: none\n",
        "7:5: unknown-key: 'telefax' is no key of this record; its keys are organisation, person, "
        "role, on_behalf_of, certainty, organisation_certainty, unknown",
    ),
    case(
        "a key as the program calls it",
        LETTER,
        "from:",
        "from_:",
        "1:1: missing-key: 'from' is missing: Who sent it; `unknown: yes` where nobody is known.",
        "4:1: unknown-key: 'from_' is no key of this record; did you mean 'from'?",
    ),
    case(
        "the id within the file, beside another fault",
        LETTER,
        "form: letter",
        "id: 2019-02-18-watch-to-acme\nform: leter",
        "2:1: unknown-key: the id of a letter is the name of its file; remove this line",
        "3:7: unknown-value: 'leter' is not one of 'letter', 'open letter', 'e-mail', 'statement' "
        "or 'UN communication'; did you mean 'letter'?",
    ),
    case(
        "a key that is missing within",
        LETTER,
        "    kind: request\n",
        "",
        "14:5: missing-key: 'kind' is missing: What the statement does.",
    ),
    case(
        "no recipient and no summary, beside another fault",
        ANSWER,
        "date: 2019-03-01\nfrom:\n  - organisation: acme-corporation\nto:\n"
        "  - organisation: watch\nin_reply_to: [2019-02-18-watch-to-acme]\ntopics: [prices]\n"
        "attestation: cited\nsummary: Acme sent a list.\n",
        "date: soon\nfrom:\n  - organisation: acme-corporation\nattestation: cited\n",
        "1:1: missing-key: 'summary' is missing; say in our own words what it says",
        "1:1: missing-key: 'to' is missing; only a statement to the public has no recipient",
        f"3:7: bad-date: 'soon' is not a date that the archive reads; write {ACCEPTED_FORMS}",
    ),
    case(
        "a correspondent who is nobody",
        ANSWER,
        "  - organisation: watch",
        "  - role: Director",
        "7:5: nobody: names nobody; give an organisation, a person or both, or `unknown: yes`",
    ),
    case(
        "a correspondent who is somebody and unknown",
        ANSWER,
        "  - organisation: watch",
        "  - organisation: watch\n    unknown: yes",
        "7:5: nobody: is named and `unknown` at once; keep one of the two",
    ),
    case(
        "the certainty of an organisation that stands alone",
        ANSWER,
        "  - organisation: watch",
        "  - organisation: watch\n    organisation_certainty: inferred",
        "7:5: idle-certainty: `certainty` speaks of the organisation where no person is named; "
        "use it",
    ),
    whole(
        "keys beside a withdrawal",
        "withdrawn:\n  date: 2020-01-01\n  reason: It was a forgery.\n  by: jane-doe\ntitle: A\n",
        "4:3: unknown-key: 'by' is no key of this record; its keys are date, reason",
        "5:1: unknown-key: 'title' cannot stand beside 'withdrawn'; remove it",
        file="2019/2019-05-06-watch-to-acme.yml",
    ),
]

REFERENCES = [
    case(
        "an organisation by a part of its id",
        LETTER,
        "organisation: acme-corporation",
        "organisation: acme",
        "8:19: unknown-organisation: 'acme' is not in the register; "
        "did you mean 'acme-corporation'?",
    ),
    case(
        "an organisation on whose behalf nobody can write",
        LETTER,
        "    person: jane-doe\n",
        "    person: jane-doe\n    on_behalf_of: quangos\n",
        "7:19: unknown-organisation: 'quangos' is not in the register; add it there",
    ),
    case(
        "a person who is not in the register, beside another fault",
        LETTER,
        "person: jane-doe\nto",
        "person: jane-do\n    role: ''\nto",
        "6:13: unknown-person: 'jane-do' is not in the register; did you mean 'jane-doe'?",
        "7:11: empty-value: there is no text here; fill it in or remove it",
    ),
    case(
        "a statement by nobody known",
        LETTER,
        "kind: request",
        "kind: request\n    by: [wotch]",
        "16:10: unknown-party: 'wotch' is not in the register; did you mean 'watch'?",
    ),
    case(
        "a topic that is not in the register",
        LETTER,
        "topics: [prices]",
        "topics: [prices, price]",
        "9:18: unknown-topic: 'price' is not in the register; did you mean 'prices'?",
    ),
    case(
        "a letter that is not in the archive",
        ANSWER,
        "in_reply_to: [2019-02-18-watch-to-acme]",
        "in_reply_to: [2019-02-28-watch-to-acme]",
        "8:15: unknown-letter: '2019-02-28-watch-to-acme' is not in the archive; "
        "did you mean '2019-02-18-watch-to-acme'?",
    ),
    case(
        "a statement that is not in its letter",
        ANSWER,
        "watch-to-acme#ask",
        "watch-to-acme#asks",
        "13:16: unknown-statement: 'asks' is no statement of 2019-02-18-watch-to-acme; "
        "did you mean 'ask'?",
    ),
    case(
        "a letter without its statement",
        ANSWER,
        "watch-to-acme#ask",
        "watch-to-acme",
        "13:16: unknown-statement: '' is no statement of 2019-02-18-watch-to-acme; "
        "write letter-id#statement-id",
    ),
    case(
        "links of a letter that has other faults",
        ANSWER,
        "form: letter\ndate: 2019-03-01",
        "form: leter\ndate: 2019-03-01\nscope: centre\npossibly_same_as: [x, [y]]\nrefers_to: z",
        "2:7: unknown-value: 'leter' is not one of 'letter', 'open letter', 'e-mail', 'statement' "
        "or 'UN communication'; did you mean 'letter'?",
        "4:8: unknown-scope: 'centre' is not in archive.yml; add it there",
        "5:20: unknown-letter: 'x' is not in the archive; correct the id or remove it",
        "5:23: wrong-type: 'possibly_same_as' takes text, not a list or mapping",
        "6:12: wrong-type: 'refers_to' takes a list; begin each line below the key with a hyphen",
    ),
    case(
        "a scope that nobody has described",
        LETTER,
        "scope: core",
        "scope: around",
        "11:8: unknown-scope: 'around' is not in archive.yml; add it there",
    ),
    case(
        "a lane that the archive has not",
        ORGANISATIONS,
        "group: sellers",
        "group: seller",
        "5:10: unknown-lane: 'seller' is not in archive.yml; did you mean 'sellers'?",
    ),
    case(
        "a kind that the archive has not",
        ORGANISATIONS,
        "kind: NGO",
        "kind: association",
        "9:9: unknown-kind: 'association' is not in archive.yml; add it there",
    ),
    whole(
        "a kind of event that the archive has not",
        "- id: sale\n  date: 2019\n  title: The sale\n  kind: rumour\n  summary: It was sold.\n"
        "  sources:\n    - url: https://example.org/sale\n      publisher: Watch\n",
        "4:9: unknown-kind: 'rumour' is not in archive.yml; add it there",
        file=EVENTS,
    ),
]

RELATIONS = [
    case(
        "a topic that stands twice in the register",
        TOPICS,
        "  description: What things cost.\n",
        "  description: What things cost.\n- id: prices\n  name: Fees\n  description: Fees.\n",
        "4:7: duplicate-id: the id 'prices' is used above; choose another",
    ),
    case(
        "a person with the id of an organisation",
        PEOPLE,
        "  name: Jane Doe\n",
        "  name: Jane Doe\n- id: watch\n  name: Walter Watch\n",
        "3:7: duplicate-id: 'watch' is an organisation too; give one of them another id",
    ),
    case(
        "the same former id in two letters",
        ANSWER,
        "attestation: cited",
        "attestation: cited\nformer_ids: [2019-02-18-watch-to-acme]",
        "11:14: duplicate-id: the id '2019-02-18-watch-to-acme' is that of "
        "2019/2019-02-18-watch-to-acme.yml; choose another",
    ),
    case(
        "a topic that stands twice in a letter",
        LETTER,
        "topics: [prices]",
        "topics: [prices, prices]",
        "9:18: duplicate-entry: this stands in 'topics' already; remove one of the two",
    ),
    case(
        "two statements of the same id",
        LETTER,
        "statements:\n",
        "statements:\n  - id: ask\n    kind: claim\n    text: Watch called them high.\n",
        "17:5: duplicate-entry: this stands in 'statements' already; remove one of the two",
    ),
    case(
        "two lanes of the same id",
        ARCHIVE,
        "- id: others",
        "- id: sellers",
        "14:5: duplicate-entry: this stands in 'lanes' already; remove one of the two",
    ),
    case(
        "a kind that stands twice",
        ARCHIVE,
        "[company, NGO]",
        "[company, NGO, company]",
        "23:36: duplicate-entry: this stands in 'organisation_kinds' already; "
        "remove one of the two",
    ),
    case(
        "an entry that nothing refers to",
        ORGANISATIONS,
        "  unused: yes\n",
        "",
        "11:7: unused-entry: nothing refers to 'city-bank'; remove it or add `unused: yes`",
    ),
    case(
        "an answer to itself",
        ANSWER,
        "in_reply_to: [2019-02-18-watch-to-acme]",
        "in_reply_to: [2019-03-01-acme-to-watch]",
        "8:15: reply-to-itself: a letter does not answer, mention or take up itself; remove this",
    ),
    case(
        "a letter that takes up what it says itself",
        LETTER,
        "sources:\n",
        "takes_up:\n  - statement: 2019-02-18-watch-to-acme#ask\n    how: repeated\nsources:\n",
        "18:16: reply-to-itself: a letter does not answer, mention or take up itself; remove this",
    ),
    case(
        "an answer that is older than its letter",
        ANSWER,
        "date: 2019-03-01",
        "date: 2019-02-17",
        "8:15: reply-too-early: this letter (17 February 2019) is earlier than "
        "2019-02-18-watch-to-acme (18 February 2019); correct a date or remove the link",
        "13:5: taken-up-too-early: this letter (17 February 2019) is earlier than "
        "2019-02-18-watch-to-acme (18 February 2019); correct a date or remove the link",
        "3:7: warning: id-date: the id says 2019-03-01, the date 17 February 2019; "
        "the id stays as it is",
    ),
    case(
        "an e-mail address",
        LETTER,
        "Watch asked about prices.",
        "Watch (jane.doe@example.org) asked about prices.",
        "12:10: private-contact: 'jane.doe@example.org' looks like an e-mail address; "
        "private contacts stay out",
    ),
    case(
        "a telephone number",
        LETTER,
        "Watch asked about prices.",
        "Watch asked on +44 20 7946 0958 about prices.",
        "12:10: private-contact: '+44 20 7946 0958' looks like a telephone number; "
        "private contacts stay out",
    ),
    case(
        "an e-mail address in a comment",
        LETTER,
        "title: On prices",
        "title: 'On prices'  # ask jane.doe@example.org",
        "1:21: private-contact: 'jane.doe@example.org' looks like an e-mail address; "
        "private contacts stay out",
    ),
    case(
        "a telephone number in a comment of a register",
        TOPICS,
        "- id: prices",
        "# +44 20 7946 0958\n- id: prices",
        "1:1: private-contact: '+44 20 7946 0958' looks like a telephone number; "
        "private contacts stay out",
    ),
    case(
        "a password in prose",
        LETTER,
        "Watch asked about prices.",
        "Watch asked (https://jane:secret@example.org/prices).",
        "12:10: bad-url: 'https://jane:secret@example.org' holds a user name or password; "
        "remove everything before the @",
    ),
    case(
        "a letter that is public before it is written",
        LETTER,
        "date: 2019-02-18",
        "date: 2019-02-18\npublished: 2019-02-17",
        "4:12: published-too-early: public (17 February 2019) before it was written "
        "(18 February 2019); correct one of the two",
    ),
    case(
        "an office that ends before it begins",
        PEOPLE,
        "  name: Jane Doe\n",
        "  name: Jane Doe\n  roles:\n    - role: Director\n      from: 2019-03\n      to: 2019-02\n"
        "      source: https://example.org/\n",
        "6:11: role-ends-too-early: the office ends (February 2019) before it begins (March 2019); "
        "correct one of the two",
    ),
    case(
        "a span without end",
        ARCHIVE,
        "span: 2019/2020",
        "span: XXXX",
        "4:7: bad-date: 'XXXX' is open; write the first and the last year, as 2019/2021",
    ),
]

WARNINGS = [
    case(
        "a long summary",
        LETTER,
        "Watch asked about prices.",
        "Watch asked. " * 70,
        "12:10: warning: long-summary: 909 characters; say it in 800 at most",
    ),
    case(
        "an organisation that Wikidata may know",
        ORGANISATIONS,
        "  wikidata: Q2\n",
        "",
        "7:3: warning: no-wikidata-id: 'watch' has no Wikidata id; if there is one, "
        "add it as `wikidata`",
    ),
    case(
        "a date that no longer fits the id",
        LETTER,
        "date: 2019-02-18",
        "date: 2019-02-17",
        "3:7: warning: id-date: the id says 2019-02-18, the date 17 February 2019; "
        "the id stays as it is",
    ),
    case(
        "a source without an archived copy",
        LETTER,
        "    archived: https://archive.example/letter\n",
        "",
        "18:5: warning: no-archived-copy: this source has no archived copy; "
        "add its address as `archived`",
    ),
    case(
        "a text that was seen nowhere",
        LETTER,
        "    carries: letter\n",
        "    carries: report\n",
        "10:14: warning: other-attestation: the text was seen, but no source carries the letter; "
        "add the one that does, or correct the attestation",
    ),
    case(
        "a report of a letter that can be read",
        LETTER,
        "attestation: text seen",
        "attestation: reported",
        "10:14: warning: other-attestation: reported, though a source carries the letter; "
        "correct the one that is wrong",
    ),
    case(
        "an address that is no copy",
        LETTER,
        "archived: https://archive.example/letter",
        "archived: https://web.archive.org/web/*/https://example.org/letter",
        "21:15: no-copy: this is no copy but a list or a form; open the copy, and write its "
        "address",
    ),
    case(
        "a copy that is older than the letter",
        LETTER,
        "archived: https://archive.example/letter",
        "archived: https://web.archive.org/web/20180101000000/https://example.org/letter",
        "21:15: no-copy: this copy is of 2018-01-01, before the letter was sent (18 February 2019)",
    ),
    case(
        "a country that is none",
        ORGANISATIONS,
        "  group: sellers",
        "  group: sellers\n  country: UK",
        "6:12: wrong-type: 'UK' is not an ISO 3166-1 code such as 'GB'; write 'GB'",
    ),
    case(
        "somebody who writes to themselves",
        LETTER,
        "  - organisation: acme-corporation",
        "  - organisation: acme-corporation\n  - organisation: watch\n    person: jane-doe",
        "9:5: warning: same-party: this correspondent is also a sender; is one of the two another?",
    ),
    whole(
        "a letter of the same day and parties",
        "title: On prices again\nform: letter\ndate: 2019-02-18\nfrom:\n  - organisation: watch\n"
        "to:\n  - organisation: acme-corporation\nattestation: catalogued\nsources:\n"
        "  - url: https://example.org/x\n    publisher: Watch\n    carries: report\n"
        "    archived: https://archive.example/x\n",
        "3:7: warning: probable-duplicate: same date and parties as 2019-02-18-watch-to-acme; "
        "if it may be the same letter, say so",
        file="2019/2019-02-18-watch-to-acme-2.yml",
    ),
    whole(
        "a letter of the same month and parties",
        "title: On prices again\nform: letter\ndate: 2019-02\nfrom:\n  - organisation: watch\n"
        "to:\n  - organisation: acme-corporation\nattestation: catalogued\nsources:\n"
        "  - url: https://example.org/x\n    publisher: Watch\n    carries: report\n"
        "    archived: https://archive.example/x\n",
        "3:7: warning: probable-duplicate: perhaps the same date and parties as "
        "2019-02-18-watch-to-acme; if it may be the same letter, say so",
        file="2019/2019-02-watch-to-acme.yml",
    ),
]

CASES = [*FILES, *VALUES, *KEYS, *REFERENCES, *RELATIONS, *WARNINGS]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_named_with_its_place_and_its_cure(archive, run, case):
    if case.old:
        archive.replace(case.file, case.old, case.new)
    else:
        archive.write(case.file, case.new)
    lines = run("check", "--warnings", f"letters/{case.file}").output.splitlines()
    assert sorted(lines[:-2]) == sorted(f"letters/{case.file}:{said}" for said in case.says)


def test_every_rule_has_a_case():
    shown = {said.replace("warning: ", "").split(": ")[1] for case in CASES for said in case.says}
    # What cannot be written down here is in test_reading.py or test_permanence.py, or below.
    elsewhere = {"not-a-file", "too-large", "unreadable", "reply-cycle", "lonely-topic", "vanished"}
    assert shown == set(CATALOGUE) - elsewhere


def test_every_rule_is_told_in_a_sentence():
    assert [rule.name for rule in CATALOGUE.values() if not rule.meaning.endswith(".")] == []


def test_the_case_archive_is_without_fault(archive, run):
    assert run("check", "--warnings").output == "no problems (2 letters read)\n"


def test_replies_do_not_run_in_a_circle(archive, run):
    archive.letter("2019-05-a", "date: 2019\nin_reply_to: [2019-05-c]")
    archive.letter("2019-05-b", "date: 2019\nin_reply_to: [2019-05-a, 2019-03-01-acme-to-watch]")
    archive.letter("2019-05-c", "date: 2019\nin_reply_to: [2019-05-b]")
    assert run("check").output.splitlines()[0] == (
        "letters/2019/2019-05-b.yml:15:14: reply-cycle: replies run in a circle: "
        "2019-05-a answers 2019-05-c answers 2019-05-b answers 2019-05-a"
    )


def test_a_topic_is_that_of_two_letters(archive, run):
    archive.replace(ANSWER, "topics: [prices]\n", "")
    assert run("check", "--warnings").output.splitlines()[0] == (
        f"letters/{TOPICS}:1:7: warning: lonely-topic: 'prices' is the topic of one letter only; "
        "is there a wider one?"
    )


@pytest.mark.parametrize("date", ["2019-02-18", "2019-02", "2019", "'[..2019-02-18]'", "XXXX"])
def test_a_reply_may_be_as_old_as_what_it_answers_as_far_as_is_known(archive, run, date):
    archive.replace(ANSWER, "date: 2019-03-01", f"date: {date}")
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    "number",
    ["+442079460958", "+44 (0)20 7946-0958", "(020) 7946 0958", "202-555-0147", "020 7946 0958"],
)
def test_prose_holds_no_telephone_number(archive, run, number):
    archive.replace(LETTER, "Watch asked about prices.", f"Watch called {number} about prices.")
    assert run("check").output.splitlines()[0] == (
        f"letters/{LETTER}:12:10: private-contact: {number!r} looks like a telephone number; "
        "private contacts stay out"
    )


@pytest.mark.parametrize(
    "prose",
    [
        "between 2019-02-18 and 2019-03-01, 24 of 1,400 cases",
        "A/HRC/41/35, OL OTH 52/2019 and +1 more",
        "see https://example.org/+442079460958/jane@example.org for it",
        "for 250,000,000 euros, at 10 000 000 a year",
    ],
)
def test_other_numbers_and_addresses_may_stand_in_prose(archive, run, prose):
    archive.replace(LETTER, "Watch asked about prices.", f"Watch asked {prose}.")
    assert run("check").exit_code == 0


def test_numbers_and_addresses_may_stand_where_they_belong(archive, run):
    archive.replace(LETTER, "form: letter", "form: letter\nreference: +44 20 7946 0958")
    archive.replace(LETTER, "org/letter", "org/jane@example.org/+442079460958")
    archive.replace(LETTER, "carries: letter", f"carries: letter\n    sha256: '{'01' * 32}'")
    assert run("check").exit_code == 0


def test_a_comment_may_say_what_prose_may(archive, run):
    archive.replace(LETTER, "title: On", "# Seen 2019-02-18: https://example.org/@j\ntitle: On")
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    ("date", "told"),
    [("2019-02", True), ("2019-02-18/2019-03-02", True), ("2019-03", False), ("2019", False)],
)
def test_letters_of_the_same_parties_within_a_month_may_be_one(archive, run, date, told):
    keys = f"date: {date}\nfrom:\n  - organisation: watch\nto:\n  - organisation: acme-corporation"
    archive.letter("2019-02-a", keys)
    assert ("probable-duplicate" in run("check", "--warnings").output) is told
    archive.letter("2019-02-a", f"{keys}\npossibly_same_as: [2019-02-18-watch-to-acme]")
    assert "probable-duplicate" not in run("check", "--warnings").output


def test_what_an_unsound_letter_refers_to_is_not_unused(archive, run):
    archive.replace(LETTER, "form: letter", "form: leter")
    assert "1 problem in 1 file" in run("check").output


def test_what_an_unsound_entry_refers_to_is_not_unused(archive, run):
    archive.replace(ORGANISATIONS, "  unused: yes\n", "")
    role = "  roles:\n    - organisation: city-bank\n      role: Clerk\n      source: its page\n"
    archive.replace(PEOPLE, "  name: Jane Doe\n", f"  name: Jane Doe\n{role}")
    assert "1 problem in 1 file" in run("check").output


def test_entries_without_an_id_are_no_duplicates_of_each_other(archive, run):
    archive.write(PEOPLE, "- name: Jane Doe\n- name: John Doe\n")
    missing = "missing-key: 'id' is missing: Name in lower case, with hyphens; never changes."
    assert run("check", f"letters/{PEOPLE}").output.splitlines()[:2] == [
        f"letters/{PEOPLE}:1:3: {missing}",
        f"letters/{PEOPLE}:2:3: {missing}",
    ]
