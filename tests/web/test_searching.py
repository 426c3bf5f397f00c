"""Everybody finds things by words: with a form, with suggestions, with a program."""

import pytest


def found(client, text, **parameters):
    """Gives what a search finds, as programs get it."""
    reply = client.get("/search", query_string={"q": text, "format": "json", **parameters})
    assert reply.status_code == 200
    assert reply.json["query"] == text
    return reply.json["results"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("morning ferry", "Morning ferry"),
        ("MORN", "Morning ferry"),
        ("ochtendveer", "Morning ferry"),
        ("morninf fery", "Morning ferry"),
        ("cafe", "Escaped café"),
        ("een", "Één"),
    ],
)
def test_things_are_found_as_people_type(text, label, client):
    """Beginnings, capitals, accents, typos find the thing, where it leads and what it is."""
    first = found(client, text)[0]
    assert first["label"] == label
    assert client.get(first["href"]).status_code == 200
    assert first["kind"]["iri"]
    assert first["guess"] == (text == "morninf fery")


def test_the_page_says_what_was_found_and_what_not(client):
    """The page groups by kind; what is not there is said, with what to try."""
    page = client.get("/search?q=morning").text
    assert "1 result" in page
    assert "Morning ferry" in page
    assert "fewer letters" in client.get("/search?q=qqqqq").text
    assert "looks most like" in client.get("/search?q=mornign").text
    assert 'value="&lt;b&gt;"' in client.get("/search?q=<b>").text


def test_labels_are_in_the_readers_language(client):
    """Dutch readers get Dutch names and words around them."""
    page = client.get("/search?q=morning&lang=nl").text
    assert "resultaat" in page
    assert "Ochtendveer" in page


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1000", ""])
def test_a_limit_that_means_nothing_is_refused(limit, client):
    """The client is told what a limit is."""
    reply = client.get(f"/search?q=a&limit={limit}&format=json")
    assert reply.status_code == 400
    assert "1 to 100" in reply.json["detail"]


def test_the_limit_holds(client):
    """A program gets no more than it asked for."""
    assert len(found(client, "a", limit=1)) == 1


def test_a_page_of_results_takes_two_queries(counting):
    """However much is found, names and kinds are looked up at once."""
    client, asked = counting
    assert client.get("/search?q=e").status_code == 200
    assert len(asked) <= 2
