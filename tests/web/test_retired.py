"""Names that the graph no longer describes: gone with a trace, or replaced."""

import re

import pytest

from tgkg.publish.prune import prune
from tgkg.publish.rollback import roll_back

BROWSER = {"Accept": "text/html"}
BASE = "https://example.org/isles/"
FAR, MORNING, EARLY = "doc/island/far", "doc/ferry/morning", "doc/ferry/early"
SUMMER = f"{BASE}timetable/summer"
OLD = "<https://example.org/isles/id/ferry/old>"


class TestGone:
    """What an earlier release described and this one does not is 410."""

    @pytest.mark.parametrize(
        ("address", "place"),
        [
            (f"/{FAR}", 2),
            (f"/{FAR}.ttl", 2),
            (f"/{FAR}.html?lang=nl", 2),
            (f"/resource?iri={SUMMER}", 0),
            (f"/resource?iri={SUMMER}&format=jsonld", 0),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_names_the_last_release_that_had_it(self, past, address, place, method):
        """With the address at which it still is, in the same form."""
        answer = past.client.open(address, method=method)
        assert (answer.status_code, answer.mimetype) == (410, "application/problem+json")
        if method == "GET":
            last = answer.get_json()["last_release"]
            assert last["id"] == past.ids[place]
            assert last["version"] == past.releases[place].manifest.version
            assert last["href"] == f"/releases/{past.ids[place]}{address}"

    def test_is_a_page_that_leads_there(self, past):
        """People get the link, in their language."""
        page = past.client.get(f"/{FAR}?lang=nl", headers=BROWSER)
        assert page.status_code == 410
        assert f'href="/releases/{past.ids[2]}/{FAR}?lang=nl' in page.text
        assert "Dit is hier niet meer" in page.text

    def test_its_other_names_lead_there(self, past):
        """The thing's own address and its path lead to the page that says so."""
        assert past.client.get("/id/island/far").headers["Location"] == f"/{FAR}"
        there = past.client.get("/timetable/summer")
        assert (there.status_code, there.headers["Location"]) == (303, f"/resource?iri={SUMMER}")

    @pytest.mark.parametrize(
        "address",
        [
            "/doc/island/none",
            "/doc/island/none.ttl",
            f"/resource?iri={BASE}none",
            "/timetable/none",
        ],
    )
    def test_what_never_was_is_not_found(self, past, address):
        """A name that no release had is 404."""
        assert past.client.get(address).status_code == 404

    def test_is_told_without_the_release(self, own_past):
        """Where the last release that had it is no longer kept, it is named without a link."""
        prune(own_past.state, 0)
        last = own_past.client.get(f"/resource?iri={SUMMER}").get_json()["last_release"]
        assert (last["id"], last["href"]) == (own_past.ids[0], None)
        assert own_past.client.get(f"/resource?iri={SUMMER}", headers=BROWSER).status_code == 410

    def test_is_what_a_rollback_takes_away(self, own_past, project):
        """A thing that came with a release that was taken back is gone; what it removed is back."""
        assert own_past.client.get(f"/{FAR}").status_code == 410
        assert own_past.client.get(f"/{EARLY}").status_code == 200
        roll_back([project], own_past.state, own_past.ids[1])
        assert own_past.client.get(f"/{FAR}").status_code == 200
        gone = own_past.client.get(f"/{EARLY}")
        assert (gone.status_code, gone.get_json()["last_release"]["id"]) == (410, own_past.ids[3])

    def test_holds_for_what_was_only_mentioned(self, own_past, project, publish):
        """A name that others linked to had a page too."""
        register = project / "data/register/islands.ttl"
        text = register.read_text()
        register.write_text(
            f"{text}<{BASE}id/island/near> rdfs:seeAlso <https://example.net/x> .\n"
        )
        linking = publish(project, own_past.state)
        assert own_past.client.get("/resource?iri=https://example.net/x").status_code == 200
        register.write_text(text)
        publish(project, own_past.state)
        gone = own_past.client.get("/resource?iri=https://example.net/x")
        assert (gone.status_code, gone.get_json()["last_release"]["id"]) == (410, linking.id)


class TestReplaced:
    """A sign that says what replaced a thing leads there."""

    @pytest.mark.parametrize(
        ("address", "leads"),
        [
            (f"/{MORNING}", f"/{EARLY}"),
            (f"/{MORNING}.ttl", f"/{EARLY}.ttl"),
            (f"/{MORNING}?lang=nl", f"/{EARLY}?lang=nl"),
            (f"/resource?iri={BASE}id/ferry/morning", f"/{EARLY}"),
            (f"/resource?iri={BASE}id/ferry/morning&format=nt", f"/{EARLY}?format=nt"),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_leads_to_the_same_form_of_it(self, past, address, leads, method):
        """Page to page, file to file, the language kept."""
        answer = past.client.open(address, method=method)
        assert (answer.status_code, answer.headers["Location"]) == (301, leads)
        if "format=" not in leads:
            assert past.client.get(leads).status_code == 200

    @pytest.fixture
    def told(self, own_past, project, publish):
        """Gives a function that adds statements, publishes them and asks a page."""

        def ask(turtle, address="/doc/ferry/old"):
            register = project / "data/register/islands.ttl"
            register.write_text(f"{register.read_text()}\n{turtle}\n")
            publish(project, own_past.state)
            return own_past.client.get(address)

        return ask

    def test_one_of_which_more_is_said_keeps_its_page(self, told):
        """A law that another replaced is still a law."""
        sign = f"{OLD} rdfs:label 'Old' ; dcterms:isReplacedBy <{BASE}id/ferry/early> ; "
        assert told(f"{sign} dcterms:created '1900' .").status_code == 200

    def test_several_replacements_keep_the_page(self, told):
        """Which of them is meant, only a reader knows."""
        sign = f"{OLD} dcterms:isReplacedBy <{BASE}id/ferry/early>, <{BASE}id/island/near> ."
        assert told(sign).status_code == 200

    def test_a_replacement_that_was_replaced_leads_on(self, told):
        """The reader gets to the last at once."""
        answer = told(f"{OLD} dcterms:isReplacedBy <{BASE}id/ferry/morning> .")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/{EARLY}")

    def test_a_circle_leads_nowhere(self, told):
        """Things that replaced each other keep their pages."""
        other = f"<{BASE}id/ferry/other>"
        circle = f"{OLD} dcterms:isReplacedBy {other} . {other} dcterms:isReplacedBy {OLD} ."
        assert told(circle).status_code == 200
        assert told(f"{OLD} dcterms:isReplacedBy {OLD} .").status_code == 200

    def test_a_replacement_elsewhere_is_followed(self, told):
        """To an address of the web; to nothing else."""
        answer = told(f"{OLD} dcterms:isReplacedBy <https://example.net/new> .")
        # What is mentioned here has a page here.
        assert answer.headers["Location"] == "/resource?iri=https://example.net/new"

    def test_a_sign_that_is_gone_leads_on_still(self, own_past, project, publish):
        """What the last release that had it said of its replacement still holds."""
        register = project / "data/register/islands.ttl"
        sign = re.compile(r"<[^>]*ferry/morning> rdfs:label.*?\.\n", re.DOTALL)
        text, count = sign.subn("", register.read_text())
        assert count == 1
        register.write_text(text)
        publish(project, own_past.state)
        answer = own_past.client.get(f"/{MORNING}.ttl")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/{EARLY}.ttl")
