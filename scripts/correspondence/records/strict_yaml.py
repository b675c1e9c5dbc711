"""Strict YAML: one document of text, lists and mappings, with the place of every key and value.

Every scalar is read as the text that stands there: what ``no``, ``2019-02`` or ``1.10`` mean is the
model's business. Anchors, aliases, tags, duplicate keys and flow mappings are refused, since they
let a file mean something else than it seems to.

Nearly every file is without fault, and then only its data are read, by :func:`_plain_data`. Where
something is wrong, and where somebody asks for places, :class:`_Builder` reads it with care.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .problems import EMPTY_VALUE, KeyPath, Problem, Rule, rule

MAX_BYTES = 1_000_000
MAX_REGISTER_BYTES = 50_000_000
"""Of a register, which grows with the archive; those of a million letters have some three."""

MAX_DEPTH = 12
_PREFERRED_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

UNREADABLE = rule("unreadable", "The file can be opened and read.")
NOT_A_FILE = rule("not-a-file", "A name that ends in .yml is a plain file, not a folder or link.")
TOO_LARGE = rule("too-large", "A file holds one megabyte at most.")
EMPTY_FILE = rule("empty-file", "A file holds a record.")
NOT_TEXT = rule("not-text", "A file is plain text; it holds no zero bytes.")
NOT_UTF8 = rule("not-utf-8", "A file is saved as UTF-8.")
BYTE_ORDER_MARK = rule("byte-order-mark", "A file is UTF-8 without a byte order mark.")
CARRIAGE_RETURN = rule("carriage-return", "Lines end with a line feed, not in Windows' way.")
HIDDEN_CHARACTER = rule(
    "hidden-character",
    "Text holds no invisible characters, and none that reverse the direction of reading.",
)
YAML_SYNTAX = rule("yaml-syntax", "A file is well-formed YAML.")
MANY_DOCUMENTS = rule("many-documents", "A file holds one YAML document, so one record.")
YAML_FEATURE = rule("yaml-feature", "No anchors, aliases, tags, directives or complex keys.")
FLOW_STYLE = rule("flow-style", "Mappings stand in lines of their own, not in braces.")
DUPLICATE_KEY = rule("duplicate-key", "A key stands once.")
TOO_DEEP = rule("too-deep", f"Lists and mappings are nested {MAX_DEPTH} deep at most.")

# Control characters but tab and line feed, line and paragraph separators, what is no character, and
# those that override the direction of reading (Unicode Standard Annex 9), which can disguise text.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    # Those that have no width and join or part nothing: soft hyphen, zero-width space, word joiner.
    "\u00ad\u180e\u200b\u2060-\u2064]"
    # Joiners and marks of direction, but in emoji and in the scripts that need them.
    "|(?<![\u0590-\u08ff\u0900-\u1cff\u2190-\u2bff\ufb1d-\ufeff\U0001f000-\U0001faff])"
    "[\u200c-\u200f]"
    "(?![\u0590-\u08ff\u0900-\u1cff\u2190-\u2bff\ufb1d-\ufefe\U0001f000-\U0001faff])"
)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


Place = tuple[int, int]
"""Line and column, both counted from 1."""


@dataclass(slots=True)
class Places:
    """Where the values of a document stand, and the keys of its mappings, by their paths."""

    values: dict[KeyPath, Place] = field(default_factory=dict)
    keys: dict[KeyPath, Place] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """A file's content: plain ``str``, ``list`` and ``dict``, and where each part of it stands."""

    file: str
    text: str = ""
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    _places: Places | None = None

    @property
    def places(self) -> Places:
        """Where everything stands; looked for when it is first asked for."""
        if self._places is None:
            self._places = Places()
            if self.data is not None:
                _Builder(Document(self.file), self._places).build(_events(self.text))
        return self._places

    @property
    def values(self) -> dict[KeyPath, Place]:
        """Where each value stands."""
        return self.places.values

    @property
    def keys(self) -> dict[KeyPath, Place]:
        """Where the key of each value of a mapping stands."""
        return self.places.keys

    def place(self, path: KeyPath, *, at_key: bool = False) -> Place:
        """Line and column of a value (of its key, if asked), or of the nearest part around it."""
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def add(self, what: Rule, place: Place, message: str) -> None:
        """Note a problem of this file."""
        self.problems.append(Problem.of(what, self.file, place, message))


def read_document(path: Path, name: str) -> Document:
    """Read a file strictly; whatever is wrong with it stands in the document's ``problems``.

    ``name`` is what messages call the file.
    """
    document = Document(name)
    raw = _bytes_of(path, document)
    if raw is not None:
        text = _decoded(raw, document)
        if text is not None:
            load(text, document)
    return document


def load(text: str, document: Document) -> None:
    """Parse YAML text into ``document``: its data, places and problems."""
    document.text = text
    if HIDDEN.search(text):
        for number, line in enumerate(text.split("\n"), start=1):
            for match in HIDDEN.finditer(line):
                place = (number, match.start() + 1)
                document.add(HIDDEN_CHARACTER, place, _hidden_message(match[0]))
    if document.problems:
        return
    try:
        document.data = _plain_data(text)
    except (_NotPlain, yaml.YAMLError):
        _load_carefully(text, document)


def _load_carefully(text: str, document: Document) -> None:
    document._places = Places()
    try:
        _Builder(document, document._places).build(_events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.add(YAML_SYNTAX, place, _syntax_message(error, text, place[0]))
    except yaml.YAMLError as error:
        document.add(YAML_SYNTAX, (1, 1), f"this is not YAML: {error}".replace("\n", " "))


def _events(text: str) -> Iterator[Any]:
    """The parser's events."""
    return iter(_PREFERRED_LOADER(text).get_event, None)


class _NotPlain(Exception):
    """A text has something that deserves a closer look."""


def _plain_data(text: str) -> Any:
    """The data of a YAML text in which nothing is out of the ordinary.

    Raises:
        _NotPlain: there is something in it that the careful reading refuses, or may refuse.
        YAMLError: it is not well-formed.
    """
    roots: list[Any] = []
    container: Any = roots
    key: str | None = None
    outer: list[Any] = []
    for event in _events(text):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value: Any = event.value
        elif kind in _STARTS:
            value = _STARTS[kind]()
        elif kind in _ENDS:
            container, key = outer.pop(), None
            continue
        elif kind in _SILENT and not _has_directives(event):
            continue
        else:
            raise _NotPlain
        if _is_odd(event, kind) or len(outer) >= MAX_DEPTH:
            raise _NotPlain
        if container.__class__ is list:
            container.append(value)
        elif key is not None:
            container[key], key = value, None
        elif value.__class__ is str and value not in container:
            key = value
        else:
            raise _NotPlain
        if value.__class__ is not str:
            outer.append(container)
            container = value
    if len(roots) != 1:
        raise _NotPlain
    return roots[0]


_STARTS: dict[type, type] = {yaml.MappingStartEvent: dict, yaml.SequenceStartEvent: list}
_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})
_SILENT = frozenset(
    {yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent, yaml.StreamEndEvent}
)


def _has_directives(event: Any) -> bool:
    return bool(getattr(event, "version", None) or getattr(event, "tags", None))


def _is_odd(event: Any, kind: type) -> bool:
    """Whether a part of a text may be refused for itself."""
    if event.anchor or event.tag:
        return True
    if kind is not yaml.ScalarEvent:
        return kind is yaml.MappingStartEvent and bool(event.flow_style)
    if event.style == '"':  # which may hold what only an escape can say
        return bool(HIDDEN.search(event.value))
    return not event.style and event.value in _NULLS


def _bytes_of(path: Path, document: Document) -> bytes | None:
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            kind = "folder" if stat.S_ISDIR(mode) else "link" if stat.S_ISLNK(mode) else "device"
            document.add(
                NOT_A_FILE, (1, 1), f"this is a {kind}; put the file itself here or rename it"
            )
            return None
        is_register = document.file.startswith("register/")
        most = MAX_REGISTER_BYTES if is_register else MAX_BYTES
        if (size := path.stat().st_size) > most:
            what = "register" if is_register else "record"
            message = f"{size:,} bytes, and a {what} has {most:,} at most; is this a {what}?"
            document.add(TOO_LARGE, (1, 1), message)
            return None
        return path.read_bytes()
    except OSError as error:
        document.add(UNREADABLE, (1, 1), f"cannot be read: {error.strerror}")
        return None


def _decoded(raw: bytes, document: Document) -> str | None:
    if not raw.strip():
        document.add(EMPTY_FILE, (1, 1), "the file is empty; fill in the record or remove the file")
        return None
    if b"\x00" in raw:
        document.add(NOT_TEXT, (1, 1), "this is no text file; save the record as plain text")
        return None
    if raw.startswith(b"\xef\xbb\xbf"):
        cure = "save it as UTF-8 without BOM"
        document.add(BYTE_ORDER_MARK, (1, 1), f"the file begins with a byte order mark; {cure}")
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        document.add(NOT_UTF8, _place_in(before, len(before)), message)
        return None
    if "\r" in text:
        message = "lines end in Windows' way; save with line ends LF"
        document.add(CARRIAGE_RETURN, _place_in(text, text.index("\r")), message)
        return None
    return text


def _place_in(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _hidden_message(character: str) -> str:
    name = unicodedata.name(character, "control character").lower()
    return f"hidden character U+{ord(character):04X} ({name}); delete it"


def single_quoted(text: str) -> str:
    """Text as YAML writes it in single quotes.

    >>> single_quoted("the Trust's")
    "'the Trust''s'"
    """
    return "'" + text.replace("'", "''") + "'"


_VALUE = re.compile(r"(\s*(?:- )*(?:[\w-]+: +|- +))(\S.*)")
_OPENING = tuple("*&!|>%@`[{'\"")
_CONFLICT = re.compile(r"(?m)^(?:<{7}|={7}|>{7})(?: |$)")


def _in_quotes(line: str) -> str:
    """How a line is to be written whose value begins with a sign of YAML's, or nothing."""
    value = _VALUE.fullmatch(line.rstrip())
    if value is None or not (value[2].startswith(_OPENING) or ": " in value[2]):
        return ""
    return f"{value[1].strip()} {single_quoted(value[2])}"


def _syntax_message(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    problem = error.problem or "cannot be read"
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    indentation = written[: len(written) - len(written.lstrip())]
    if conflict := _CONFLICT.search(text):
        number = text.count("\n", 0, conflict.start()) + 1
        return (
            f"a conflict of git was left in line {number}; keep one of the versions, and remove "
            "the lines that begin with <<<<<<<, ======= and >>>>>>>"
        )
    if "\t" in indentation:
        return "a tab indents this line; use spaces"
    if indentation.strip(" "):
        return "this line is indented by a space that is none to YAML; use plain spaces"
    before = lines[line - 2] if line > 1 else ""
    for candidate in (written, before):
        if candidate.lstrip().startswith(("–", "—", "•", "·")):
            sign = candidate.lstrip()[0]
            return f"a list's entry begins with a hyphen and a space, not with {sign!r}"
    for candidate in (written, before):
        if quoted := _in_quotes(candidate):
            if re.search(r"(?:: +|- +)[\[{][^\]}]*$", candidate):
                return f"close the bracket; if this is text, put it in single quotes: {quoted}"
            return f"put the text in single quotes: {quoted}"
    if "could not find expected ':'" in problem:
        return "a key without its colon, or text that is not indented under its key"
    return f"{problem}; check indentation and quotes here"


class _Builder:
    """Plain data from parser events, without recursion, so that no file can exhaust the stack."""

    def __init__(self, document: Document, places: Places) -> None:
        self.document = document
        self.places = places
        # One entry for each open list or mapping: the container and, of a mapping, its waiting key.
        self.open: list[tuple[Any, KeyPath]] = []
        self.key: list[str | None] = []
        self.documents = 0

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if event.version or event.tags:
                    self._refuse(place, "a % directive")
                if self.documents > 1:
                    message = "a second document begins here; one file holds one record"
                    self.document.add(MANY_DOCUMENTS, place, message)
                    return
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(place, f"an alias (*{event.anchor})")
                self._put("", place)
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event, place)
            elif isinstance(event, yaml.CollectionStartEvent):
                if not self._start(event, place):
                    return
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
                self.key.pop()
        if self.documents == 0 or self.document.data is None:
            cure = "fill in the record or remove the file"
            self.document.add(EMPTY_FILE, (1, 1), f"the file holds no record; {cure}")

    def _scalar(self, event: Any, place: Place) -> None:
        self._features(event, place, event.tag)
        for match in HIDDEN.finditer(event.value):
            self.document.add(HIDDEN_CHARACTER, place, _hidden_message(match[0]))
        is_key = bool(self.open) and isinstance(self.open[-1][0], dict) and self.key[-1] is None
        if not is_key and not event.style and event.value in _NULLS:
            name = self.key[-1] if self.open and self.key[-1] else "this"
            message = f"{name!r} has no value; fill it in or remove the line"
            self.document.add(EMPTY_VALUE, place, message)
        self._put(event.value, place)

    def _start(self, event: Any, place: Place) -> bool:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._features(event, place, event.tag)
        if is_mapping and event.flow_style:
            message = "a mapping in braces; write its keys in lines of their own"
            self.document.add(FLOW_STYLE, place, message)
        if len(self.open) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels; no record is so deep"
            self.document.add(TOO_DEEP, place, message)
            return False
        container: Any = {} if is_mapping else []
        path = self._put(container, place)
        self.open.append((container, path))
        self.key.append(None)
        return True

    def _put(self, value: Any, place: Place) -> KeyPath:
        """Put a value, or a mapping's key, where the open container expects it; return its path."""
        if not self.open:
            self.document.data = value
            self.places.values[()] = place
            return ()
        container, path = self.open[-1]
        if isinstance(container, list):
            path = (*path, len(container))
            container.append(value)
        elif self.key[-1] is None:
            return self._put_key(container, path, value, place)
        else:
            path = (*path, self.key[-1])
            if self.key[-1] not in container:
                container[self.key[-1]] = value
            self.key[-1] = None
        self.places.values.setdefault(path, place)
        return path

    def _put_key(
        self, container: dict[str, Any], path: KeyPath, value: Any, place: Place
    ) -> KeyPath:
        if not isinstance(value, str):
            self._refuse(place, "a key that is no plain word")
            value = f"(key in line {place[0]})"
        if value in container:
            message = f"{value!r} stands here a second time; keep one of the two"
            self.document.add(DUPLICATE_KEY, place, message)
        self.key[-1] = value
        path = (*path, value)
        self.places.keys.setdefault(path, place)
        return path

    def _features(self, event: Any, place: Place, tag: str | None) -> None:
        if event.anchor:
            self._refuse(place, f"an anchor (&{event.anchor})")
        if tag:
            self._refuse(place, f"a tag ({tag})")

    def _refuse(self, place: Place, what: str) -> None:
        lines = self.document.text.split("\n")
        quoted = _in_quotes(lines[place[0] - 1]) if place[0] <= len(lines) else ""
        cure = f"if it is text, write {quoted}" if quoted else "write the value out, in quotes"
        self.document.add(YAML_FEATURE, place, f"{what} is not used in this archive; {cure}")
