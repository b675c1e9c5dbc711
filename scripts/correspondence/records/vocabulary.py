"""What the words of the fixed vocabularies mean, for editors, the guide and the pages."""

MEANINGS: dict[str, dict[str, str]] = {
    "`form`": {
        "letter": "Addressed to its recipients, even if it was made public later.",
        "open letter": "Addressed to somebody, and meant for the public from the start.",
        "e-mail": "Sent as an e-mail.",
        "statement": "A declaration to the public; the only form that needs no recipient.",
        "UN communication": "Sent by UN experts under their mandate to a state, company or body.",
    },
    "`attestation`": {
        "text seen": "We saw the whole text.",
        "opening seen": "We saw the beginning of the text.",
        "cited": "Another letter, or a correspondent's own page, names or quotes it.",
        "reported": "An organisation or the press tells of it.",
        "catalogued": "An edition or catalogue lists it; the record may do without a summary.",
    },
    "`kind` of a statement": {
        "request": "Asks for something.",
        "commitment": "Promises something.",
        "refusal": "Says that something will not be done or given.",
        "claim": "Says that something is so.",
    },
    "`how` a statement is taken up": {
        "answered": "Deals with all of it.",
        "partly answered": "Deals with a part of it.",
        "declined": "Refuses it.",
        "repeated": "Asks or says it again.",
        "disputed": "Contradicts it.",
    },
    "`carries` of a source": {
        "letter": "The letter itself, or the opening that can be read there.",
        "part": "Passages of the letter.",
        "citation": "A mention by another letter or by a correspondent.",
        "report": "An account of the letter by somebody else.",
    },
    "`format` of a source": {
        "html": "A web page.",
        "pdf": "A PDF document.",
        "txt": "Plain text.",
        "image": "A picture or scan.",
        "audio": "A recording of sound.",
        "video": "A film.",
    },
    "`certainty`": {
        "stated": "A source says so; taken for granted where nothing is written.",
        "inferred": "Our conclusion; no source says so.",
    },
}
"""Each vocabulary of :mod:`.model`, by the key that takes it, in the order of the guide."""
