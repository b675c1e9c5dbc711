"""The facets of letters: what each counts, what it is called, and in which order its values come.

This is the one place that knows the facets. A filter (``?_topic=``), a field of the search
(``topic:``), the lists of counts, the tables ``letter_facets`` and ``facet_values``, and what a
page calls them follow from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..records.vocabulary import AnswerState, Attestation, Form, Word

_ORGANISATIONS = "select id, label, 0 from organisations"
_ORGANISATION_NAMES = """
select id, name from organisations
union all select id, short_name from organisations where short_name is not null
union all select organisation, alias from organisation_aliases
"""
_PERSON_NAMES = "select id, name from people union all select person, alias from person_aliases"
_SIDES = "select organisation, letter from correspondents where side in"


@dataclass(frozen=True)
class Facet:
    """A property of letters by which they are filtered and counted."""

    name: str
    """Its argument in addresses, without the underscore, and its field of the search."""
    label: str
    """Its heading."""
    phrase: str
    """How a page says that letters were filtered by it; ``{}`` is the value."""
    pairs: str
    """SQL for pairs of (value, letter id); a NULL value is no value."""
    labels: str = "select null, null, null where false"
    """SQL for (value, label, position): what the values are called, and their fixed order, or 0;
    other values are their own label."""
    names: str = "select null, null where false"
    """SQL for (value, name): names by which the search finds a value, beside its label."""
    words: type[Word] | None = None
    """The vocabulary of its values, if it has one, whose order they keep."""


FACETS: Mapping[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet(
            "group",
            "Sender’s group",
            "from the group {}",
            "select lane, id from letters",
            "select id, name, position from lanes",
        ),
        Facet("from", "From", "from {}", f"{_SIDES} ('from')", _ORGANISATIONS, _ORGANISATION_NAMES),
        Facet("to", "To", "to {}", f"{_SIDES} ('to')", _ORGANISATIONS, _ORGANISATION_NAMES),
        Facet(
            "with",
            "Correspondent",
            "from or to {}",
            f"{_SIDES} ('from', 'to')",
            _ORGANISATIONS,
            _ORGANISATION_NAMES,
        ),
        Facet(
            "person",
            "Person",
            "involving {}",
            "select person, letter from correspondents",
            "select id, name, 0 from people",
            _PERSON_NAMES,
        ),
        Facet(
            "for",
            "On behalf of",
            "on behalf of {}",
            "select on_behalf_of, letter from correspondents",
            _ORGANISATIONS,
            _ORGANISATION_NAMES,
        ),
        Facet(
            "topic",
            "Topic",
            "on {}",
            "select topic, letter from letter_topics",
            "select id, name, 0 from topics",
        ),
        Facet("year", "Year", "of {}", "select value, letter from letter_years"),
        Facet("form", "Form", "form: {}", "select form, id from letters", words=Form),
        Facet(
            "answered",
            "Answered",
            "answered: {}",
            "select answered, id from letters",
            words=AnswerState,
        ),
        Facet(
            "attestation",
            "How we know",
            "how we know: {}",
            "select attestation, id from letters",
            words=Attestation,
        ),
        Facet(
            "scope",
            "Scope",
            "scope: {}",
            "select scope, id from letters",
            "select id, name, position from scopes",
        ),
        Facet(
            "language",
            "Language",
            "in {}",
            "select language, id from letters",
            "select code, name, 0 from language_names",
        ),
    )
}
"""The facets by name, in the order of the page."""
