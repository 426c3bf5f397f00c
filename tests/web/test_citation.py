"""How pages, answers and releases are cited, and that each answer names its release."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgkg.web.citation import Citation

BROWSER = {"Accept": "text/html"}
WHOLE = Citation(
    "isles", "The isles", None, "The register", "1.2", "ab" * 32, date(2026, 3, 9),
    "https://example.org/licence", "https://example.org/releases/ab",
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def fields(bibtex):
    """Reads an entry of BibTeX as it does: values in balanced braces, escaped ones counted too."""
    kind, rest = re.fullmatch(r"@(\w+)\{(.*)\}\n", bibtex, re.DOTALL).groups()
    key, _, rest = rest.partition(",")
    found = {}
    while opening := re.match(r"\s*(\w+) = \{", rest):
        depth, at = 1, opening.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[at], 0)
            at += 1
        found[opening[1]] = rest[opening.end() : at - 1]
        assert rest[at] == ","
        rest = rest[at + 1 :]
    assert not rest.strip()
    return kind, key, found


class TestForms:
    """The same citation as text, BibTeX and CSL-JSON."""

    def test_text_is_a_line(self):
        """Who, when, what, which version, under which terms, and where."""
        assert WHOLE.text() == (
            "The register. (2026, March 9). The isles (Version 1.2) [Data set]. "
            "Licence: https://example.org/licence. https://example.org/releases/ab\n"
        )

    def test_bibtex_has_the_same(self):
        """In fields that old styles and biblatex know."""
        kind, key, found = fields(WHOLE.bibtex())
        assert (kind, key) == ("misc", "isles-abababababab")
        assert found["author"] == "{The register}"
        assert found["title"] == "{The isles}"
        assert (found["year"], found["month"], found["date"]) == ("2026", "3", "2026-03-09")
        assert (found["version"], found["url"]) == ("1.2", WHOLE.url)
        assert WHOLE.release in found["note"]

    def test_csl_has_the_same(self):
        """As reference managers read it."""
        (found,) = json.loads(WHOLE.csl())
        assert found["type"] == "dataset"
        assert found["author"] == [{"literal": "The register"}]
        assert found["issued"] == {"date-parts": [[2026, 3, 9]]}
        assert (found["title"], found["URL"]) == ("The isles", WHOLE.url)

    def test_what_is_not_known_is_left_out(self):
        """Without publisher and licence a citation is one all the same."""
        bare = Citation(
            "g", "G", None, None, "1", "ab" * 32, date(2026, 3, 9), None, "https://e.org/"
        )
        assert bare.text() == "G (Version 1) [Data set] (2026, March 9). https://e.org/\n"
        assert not {"author", "publisher"} & fields(bare.bibtex())[2].keys()
        assert not {"author", "publisher"} & json.loads(bare.csl())[0].keys()
        assert "Licence" not in bare.bibtex() + bare.csl()

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("A & B", r"A \& B"),
            ("100% #1 $x_1", r"100\% \#1 \$x\_1"),
            ("{x", r"\textbraceleft{}x"),
            ("a\\b", r"a\textbackslash{}b"),
            ("~^", r"\textasciitilde{}\textasciicircum{}"),
            ("één\n twee", "één twee"),
        ],
    )
    def test_latex_is_escaped(self, text, written):
        """What LaTeX would obey is written so that it prints; other letters stay."""
        _, _, found = fields(replace(WHOLE, title=text).bibtex())
        assert found["title"] == f"{{{written}}}"

    @given(title=TEXTS, page=st.none() | TEXTS, publisher=st.none() | TEXTS, version=TEXTS)
    def test_any_text_keeps_the_form(self, title, page, publisher, version):
        """Whatever the settings and the data hold, braces balance and JSON is JSON."""
        it = Citation("g", title, page, publisher, version, "ab" * 32, date(2026, 3, 9), None, "u")
        _, key, found = fields(it.bibtex())
        assert re.fullmatch(r"g-[0-9a-f]{12}(-[0-9a-f]{6})?", key)
        assert found["url"] == "u"
        assert len(json.loads(it.csl())) == 1
        assert it.text().count("\n") == 1


class TestPage:
    """`/cite` tells how to cite any page of the release."""

    @pytest.mark.parametrize(
        ("path", "title"),
        [
            ("/doc/island/near", "<b>Nearby</b> & so"),
            ("/resource?iri=https://example.org/isles/id/ferry/early", "Early ferry"),
            ('/sparql?query=SELECT * {?s ?p "é>"}', "Answer to a query"),
            ("/graphs", "/graphs"),
        ],
    )
    def test_names_the_page_and_its_address_for_good(self, past, path, title):
        """The link is the same path in the release."""
        answer = past.client.get("/cite", query_string={"path": path, "format": "csl"})
        (found,) = answer.get_json(force=True)
        assert found["title"] == f"{title}. In: The isles"
        start = f"http://localhost/releases/{past.ids[-1]}"
        assert found["URL"].startswith(start + path.split("?")[0])
        assert not re.search(r'[ "<>{}]', found["URL"])
        page = past.client.get("/cite", query_string={"path": path}, headers=BROWSER)
        assert page.status_code == 200
        assert "<b>Nearby" not in page.text

    def test_names_the_whole(self, past):
        """Without a path it is the release that is cited."""
        for fmt, mimetype in (
            ("bibtex", "application/x-bibtex"),
            ("csl", "application/vnd.citationstyles.csl+json"),
            ("text", "text/plain"),
        ):
            answer = past.client.get(f"/cite?format={fmt}")
            assert answer.mimetype == mimetype
            assert f"http://localhost/releases/{past.ids[-1]}" in answer.text
            assert past.client.get("/cite", headers={"Accept": mimetype}).data == answer.data

    @pytest.mark.parametrize("path", ["//example.net", "https://example.net", "x"])
    def test_refuses_what_is_no_page_here(self, past, path):
        """Only paths of this site are cited."""
        assert past.client.get("/cite", query_string={"path": path}).status_code == 400

    def test_every_page_leads_to_it(self, past):
        """The footer names the release and leads to how the page is cited."""
        for path, cited in (
            ("/doc/island/near", "?path=/doc/island/near"), ("/", '"'), ("/releases/", '"'),
            ("/graphs?lang=nl", "?path=/graphs&amp;lang=nl"), ("/nowhere", '"'),
        ):  # fmt: skip
            page = past.client.get(path, headers=BROWSER).text
            assert f'href="/cite{cited}' in page
            assert f'href="/releases/{past.ids[-1]}' in page


class TestHeaders:
    """Every answer names its release in a header."""

    @pytest.mark.parametrize(
        ("path", "accept"),
        [
            ("/", "text/html"),
            ("/doc/island/near.ttl", "*/*"),
            ("/resource?iri=https://example.org/isles/id/ferry/early", "text/turtle"),
            ("/graphs?default", "text/turtle"),
            ("/dumps/isles.nq", "*/*"),
            ("/.well-known/void", "text/turtle"),
        ],
    )
    def test_lead_to_the_release_and_to_the_same_in_it(self, past, path, accept):
        """By `via` and by `bookmark`."""
        links = past.client.get(path, headers={"Accept": accept}).headers.getlist("Link")
        home = f"/releases/{past.ids[-1]}"
        assert f'<{home}>; rel="via"' in links
        assert f'<{home}{path}>; rel="bookmark"' in links

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_of_queries_name_the_release(self, past, method):
        """An answer of the endpoint does too, and stays short."""
        key = "query_string" if method == "GET" else "data"
        answer = past.client.open("/sparql", method=method, **{key: {"query": "ASK {}"}})
        links = answer.headers.getlist("Link")
        assert f'</releases/{past.ids[-1]}>; rel="via"' in links
        assert "bookmark" not in str(links)

    def test_repeat_no_long_address(self, past):
        """A header of many kilobytes would break proxies."""
        links = str(past.client.get(f"/graphs?x={'y' * 3000}").headers.getlist("Link"))
        assert "via" in links
        assert "bookmark" not in links

    @pytest.mark.parametrize("path", ["/nowhere", "/healthz", "/static/site.css", "/releases/"])
    def test_are_left_out_where_no_release_answers(self, past, path):
        """Errors, files of the site and what is about all releases are of none."""
        assert "via" not in str(past.client.get(path).headers.getlist("Link"))

    def test_follow_the_public_address(self, site_with):
        """Where it is configured they are absolute, else they are paths below the prefix."""
        client = site_with(prefix="/a", public_url="https://isles.example/a")
        links = client.get("/a/graphs").headers.getlist("Link")
        assert any(link.startswith("<https://isles.example/a/releases/") for link in links)
        quick = client.get("/a/sparql?query=ASK{}").headers.getlist("Link")
        assert any(link.startswith("<https://isles.example/a/releases/") for link in quick)
