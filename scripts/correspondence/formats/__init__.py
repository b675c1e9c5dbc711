"""Letters in the terms of other standards: every format by the suffix of its addresses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from ..records.model import Letter
from .publication import Publication

Write = Callable[[Iterable[Letter], Publication], Iterator[bytes]]


@dataclass(frozen=True)
class Format:
    """A format: its suffix, its name and use for readers, its media type, and its function.

    The function's module is imported when it is first used: some bring large libraries.
    """

    suffix: str
    name: str
    use: str
    media_type: str
    function: str

    @property
    def content_type(self) -> str:
        """The media type, with the encoding of what is text."""
        return self.media_type if self.suffix == "xlsx" else f"{self.media_type}; charset=utf-8"

    @property
    def disposition(self) -> str:
        """Whether a browser keeps the file or shows it: feeds are followed, not kept."""
        return "inline" if self.suffix in _FEEDS else "attachment"

    @property
    def file_suffix(self) -> str:
        """The suffix under which other programs know such a file."""
        return _FILE_SUFFIXES.get(self.suffix, self.suffix)

    def write(self, letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
        """The file, in pieces."""
        module, _, name = self.function.partition(".")
        write: Write = getattr(import_module(f".{module}", __package__), name)
        return write(letters, publication)


_FEEDS = frozenset({"atom", "jsonfeed"})
_FILE_SUFFIXES = {"csljson": "json", "cmif": "xml", "jsonfeed": "json"}

_ALL = (
    Format(
        "ris",
        "RIS",
        "Zotero, EndNote, Mendeley",
        "application/x-research-info-systems",
        "ris.write_ris",
    ),
    Format(
        "bib",
        "BibTeX",
        "LaTeX",
        "application/x-bibtex",
        "bibtex.write_bibtex",
    ),
    Format(
        "csljson",
        "CSL-JSON",
        "citation processors",
        "application/vnd.citationstyles.csl+json",
        "csl.write_csl",
    ),
    Format(
        "cmif",
        "TEI (CMIF)",
        "correspSearch, editions of letters",
        "application/tei+xml",
        "cmif.write_cmif",
    ),
    Format(
        "xlsx",
        "Excel",
        "spreadsheets",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "spreadsheet.write_spreadsheet",
    ),
    Format(
        "atom",
        "Atom",
        "feed readers",
        "application/atom+xml",
        "feeds.write_atom",
    ),
    Format(
        "jsonfeed",
        "JSON Feed",
        "feed readers",
        "application/feed+json",
        "feeds.write_json_feed",
    ),
    Format(
        "jsonld",
        "JSON-LD",
        "linked data",
        "application/ld+json",
        "jsonld.write_jsonld",
    ),
    Format(
        "graphml",
        "GraphML",
        "Gephi: who wrote to whom",
        "application/graphml+xml",
        "graph.write_graphml",
    ),
    Format(
        "jsonl",
        "JSON Lines",
        "programs: whole records",
        "application/jsonl",
        "lines.write_json_lines",
    ),
    Format(
        "yml",
        "YAML",
        "editors: the records as they are kept",
        "application/yaml",
        "lines.write_yaml",
    ),
)

FORMATS: Mapping[str, Format] = {each.suffix: each for each in _ALL}
