"""The questions of a project: a list of them, and each as a page and as data."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request, url_for

from tgkg.errors import NotFoundError, TgkgError
from tgkg.formats import CSV, HTML, JSON, Format
from tgkg.web.cache_key import is_changing
from tgkg.web.current import FOR_ONE_KEY, public_address, published
from tgkg.web.problems import ProblemDetails, describe
from tgkg.web.query_page import iris_in
from tgkg.web.question_answers import Answered, Asking, answered, asking, refuse_unknown
from tgkg.web.question_data import csv_of, json_of
from tgkg.web.question_form import choices_for, typed
from tgkg.web.question_list import listed, suggested
from tgkg.web.question_page import gathered, iris_on
from tgkg.web.question_snippets import snippets
from tgkg.web.questions import OUR_NAMES, Question, questions_of
from tgkg.web.responses import representation, wanted
from tgkg.web.showing import Shown
from tgkg.web.site import VARY, page, reader, shower_for

blueprint: Final = Blueprint("questions", __name__)

_OFFERED: Final = (HTML, CSV, JSON)


@blueprint.app_context_processor
def _context() -> dict[str, Any]:
    """Let any page point to the questions."""
    return {"suggested_questions": _suggested}


def _suggested() -> tuple[tuple[Shown, str], ...]:
    """Return the questions as the reader reads them, each with what its address ends with."""
    found, show = suggested(questions_of(published().release)), shower_for(())
    titled = ((show.text(each.titles), each.slug) for each in found)
    return tuple((title, slug) for title, slug in titled if title)


@blueprint.get("/questions/")
def questions() -> Response:
    """Show the questions by their topics, or those with the words that the reader looks for."""
    offered = (HTML, JSON)
    fmt = wanted(offered)
    asked = request.args.get("q", "").strip()[:200]
    found = listed(questions_of(published().release), asked, shower_for(()))
    alternates = {each: url_for(".questions", format=each.extension) for each in offered}
    if fmt is HTML:
        return page("questions.html", alternates, page=found)
    rows = [
        {"question": each.title.text, "page": public_address(url_for(".question", slug=each.slug))}
        for group in found.groups
        for each in group.questions
    ]
    body = json.dumps({"questions": rows}, ensure_ascii=False, indent=2)
    return representation(body, JSON, alternates=alternates, language=reader().language, vary=VARY)


@blueprint.get("/questions/<path:slug>")
def question(slug: str) -> Response:
    """Show a question with its answer, or give the answer as CSV or JSON."""
    found, fmt = _found(slug)
    given = {name: value for name, value in request.args.items() if name not in OUR_NAMES}
    asked = asking(found, given, reader().language)
    if is_changing(found.query):
        request.environ[FOR_ONE_KEY] = True
    if fmt is HTML:
        return _page(asked)
    refuse_unknown(found, given)
    return _data(asked, fmt)


def _found(slug: str) -> tuple[Question, Format]:
    """Return the question at an address and the format wanted: an extension says it first.

    Raises:
        NotFoundError: there is no such question.
    """
    known = {each.slug: each for each in questions_of(published().release)}
    if slug in known:
        return known[slug], wanted(_OFFERED)
    stem, _, extension = slug.rpartition(".")
    fmt = next((each for each in _OFFERED if each.extension == extension), None)
    if stem in known and fmt:
        return known[stem], fmt
    raise NotFoundError("There is no such question: /questions/ lists them.")


def _data(asked: Asking, fmt: Format) -> Response:
    table = _answer(asked.query)
    show = shower_for(iris_in(table.rows))
    if fmt is CSV:
        body = csv_of(table, show)
    else:
        title = show.text(asked.question.titles)
        body = json_of(table, show, _about(asked, title.text if title else ""))
    language = reader().language
    response = representation(
        body, fmt, alternates=_alternates(asked), language=language, vary=VARY
    )
    name = quote(f"{asked.question.slug.rpartition('/')[2]}.{fmt.extension}")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    return response


def _about(asked: Asking, title: str) -> dict[str, Any]:
    here = published().release
    return {
        "question": title,
        "page": public_address(_address(asked)),
        "parameters": dict(asked.values),
        "release": here.id,
        "licence": here.config.licence,
    }


def _page(asked: Asking) -> Response:
    """Show the question, whatever becomes of its answer."""
    engine, client = published().engines.public, request.remote_addr or ""
    table, query, problem = None, asked.question.query, None
    try:
        query = asked.query
        table = _answer(query)
    except TgkgError as error:
        problem = describe(error, query)
    # An engine that has no time for the answer is not asked for more.
    is_spared = problem is not None and problem.status != HTTPStatus.BAD_REQUEST
    choices = typed(asked) if is_spared else choices_for(asked, engine, client)
    show = shower_for(iris_on(asked, table, choices))
    stable = public_address(_address(asked, CSV))
    response = page(
        "question.html",
        _alternates(asked),
        page=gathered(asked, query, table, choices, show),
        problem=problem,
        snippets=snippets(stable, asked.question.slug),
        data={fmt: _address(asked, fmt) for fmt in (CSV, JSON)},
        here=url_for(".question", slug=asked.question.slug),
    )
    return response if problem is None else _failed(response, problem)


def _failed(response: Response, problem: ProblemDetails) -> Response:
    """Say in the headers too that the answer is missing."""
    response.status_code = problem.status
    response.headers.update(dict(problem.headers))
    for name in ("ETag", "Link"):
        response.headers.pop(name, None)
    return response


def _answer(query: str) -> Answered:
    here = published()
    client, base = request.remote_addr or "", here.release.config.base
    return answered(here.engines.public, query, client, base)


def _alternates(asked: Asking) -> Mapping[Format, str]:
    return {fmt: _address(asked, fmt) for fmt in _OFFERED}


def _address(asked: Asking, fmt: Format = HTML) -> str:
    """Return where this answer stays: every value and the language are in the address."""
    extension = "" if fmt is HTML else f".{fmt.extension}"
    path = url_for(".question", slug=asked.question.slug + extension)
    shown = {name: value for name, value in asked.values.items() if name != "language"}
    language = {"lang": reader().language}
    spoken = asked.values.get("language", reader().language)
    if spoken != reader().language:
        language["language"] = spoken
    return f"{path}?{urlencode({**shown, **language})}"
