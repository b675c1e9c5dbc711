"""JSON-LD in the terms of schema.org, with what it lacks from CiTO and Dublin Core.

The context stands inside, since a remote one cannot be read where there is no network.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..records.model import Letter
from .publication import Agent, Publication

CONTEXT = {
    "@vocab": "https://schema.org/",
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "repliesTo": {"@id": "cito:repliesTo", "@type": "@id"},
    "dcDate": {"@id": "dcterms:date"},
    **{
        name: {"@type": "@id"}
        for name in (
            *("url", "sameAs", "license", "citation", "isBasedOn", "isPartOf", "archivedAt"),
            "mainEntityOfPage",
        )
    },
}
"""What the keys mean; ``dcDate`` is the date as EDTF, which schema.org's dates cannot be."""


def jsonld_of(letter: Letter, publication: Publication) -> dict[str, Any]:
    """A letter as a node of JSON-LD, without its context."""
    info = publication.frame.info
    exact = letter.date.parts and not letter.date.qualifier
    node: dict[str, Any] = {
        "@id": publication.permalink(letter.id),
        "@type": ["Message", "ArchiveComponent"],
        "identifier": [letter.id, *filter(None, [letter.reference])],
        "url": publication.permalink(letter.id),
        "name": publication.title(letter),
        "genre": letter.form.label,
        "sender": [_agent(agent, publication) for agent in publication.senders(letter)],
        "recipient": [_agent(agent, publication) for agent in publication.recipients(letter)],
        "ccRecipient": [_agent(agent, publication) for agent in publication.copies(letter)],
        "dateSent": letter.date.text if exact else None,
        "dcDate": letter.date.text,
        "temporalCoverage": letter.date.words,
        "datePublished": _exact(letter.published),
        "inLanguage": letter.language,
        "about": publication.topics(letter),
        "abstract": letter.summary,
        "description": " ".join(publication.remarks(letter)),
        "repliesTo": [publication.permalink(reply.letter) for reply in letter.in_reply_to],
        "citation": [publication.permalink(other) for other in letter.refers_to],
        "isBasedOn": [source.url for source in letter.sources],
        "archivedAt": [source.archived for source in letter.sources if source.archived],
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": correction.text,
                "dateCreated": correction.date.isoformat(),
            }
            for correction in letter.corrections
        ],
        "isPartOf": f"{publication.address}/",
        "holdingArchive": {
            "@type": "ArchiveOrganization",
            "@id": f"{publication.address}/about#archive",
            "name": info.title,
        },
        "license": info.licence.url,
        "version": info.version,
    }
    return {name: value for name, value in node.items() if value}


def dataset_of(publication: Publication, downloads: dict[str, str]) -> dict[str, Any]:
    """The archive as a ``Dataset`` of schema.org, with its context.

    Args:
        publication: the archive.
        downloads: media types by the address of each download.
    """
    info = publication.frame.info
    return {
        "@context": CONTEXT,
        "@id": f"{publication.address}/",
        "@type": "Dataset",
        "name": info.title,
        "alternateName": info.tagline,
        "description": info.description,
        "url": f"{publication.address}/",
        "license": info.licence.url,
        "version": info.version,
        "dateModified": info.as_of.isoformat(),
        "temporalCoverage": info.span.text,
        "creator": {"@type": "Organization", "name": f"The editors of {info.title}"},
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media_type}
            for address, media_type in downloads.items()
        ],
    }


def write_jsonld(letters: Iterable[Letter], publication: Publication) -> Iterator[bytes]:
    """A graph of letters with its context."""
    context = json.dumps(CONTEXT, ensure_ascii=False)
    yield f'{{"@context": {context},\n"@graph": ['.encode()
    for number, letter in enumerate(letters):
        node = json.dumps(jsonld_of(letter, publication), ensure_ascii=False)
        yield f"{',' if number else ''}\n{node}".encode()
    yield b"\n]}\n"


def _agent(agent: Agent, publication: Publication) -> dict[str, Any]:
    """Somebody as a node; one who is inferred has no id, since the brackets are not their name."""
    if agent.kind == "public":
        return {"@type": "Audience", "audienceType": agent.name}
    kind = "Organization" if agent.kind == "organisation" else "Person"
    if agent.inferred:
        page = publication.page_of(agent)
        return {"@type": kind, "name": agent.cited_name, "mainEntityOfPage": page}
    node: dict[str, Any] = {
        "@type": kind,
        "@id": publication.page_of(agent),
        "name": agent.cited_name,
        "givenName": agent.given_name,
        "familyName": agent.family_name,
        "sameAs": agent.wikidata and f"https://www.wikidata.org/entity/{agent.wikidata}",
    }
    return {name: value for name, value in node.items() if value}


def _exact(date: Any) -> str | None:
    return date.text if date and date.parts and not date.qualifier else None
