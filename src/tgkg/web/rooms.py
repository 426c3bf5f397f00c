"""The rooms of the site: what is asked for where."""

from typing import Final

from tgkg.web import (
    browsing,
    catalog,
    cite,
    comparison,
    conformance,
    dumps,
    graphs,
    operators,
    pages,
    question_pages,
    releases,
    resources,
    searching,
    signposting,
    sitemap,
    sparql,
    special,
    themes,
    timemap,
    void,
)

ROOMS: Final = tuple(
    room.blueprint
    for room in (
        pages,
        resources,
        searching,
        browsing,
        question_pages,
        sparql,
        graphs,
        dumps,
        releases,
        comparison,
        cite,
        timemap,
        conformance,
        catalog,
        void,
        sitemap,
        signposting,
        operators,
        themes,
        special,
    )
)
