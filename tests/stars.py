"""A small project that has nothing to do with ours: pages of its own, a query each, a question."""

from tgkg.publish.build import build
from tgkg.release import State
from tgkg.web.app import create_app

BROWSER = {"Accept": "text/html"}

CONFIG = """name = "stars"
base = "https://stars.example/"
title = { en = "Stars", nl = "Sterren" }
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
publisher = { name = "The observatory", url = "https://observatory.example/" }
"""
DATA = """@prefix e: <https://stars.example/def#> .
@prefix star: <https://stars.example/id/star/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
star:vega a e:Star ; rdfs:label "Vega"@en , "Wega"@nl ; e:near star:lyra ; e:counted 12 ;
  e:of star:few ; e:unit star:planet ; e:found "1850-07-17" .
star:deneb a e:Star ; rdfs:label "Deneb"@en ; e:near star:cygnus , star:lyra ; e:moreThan 7 ;
  e:of star:many ; e:unit star:planet ; e:found "1900" .
star:altair a e:Star ; rdfs:label "<b>Altair</b> {{ 7 * 7 }}"@en ; e:counted 3 ; e:of star:few ;
  e:unit star:planet ; e:found "1910" .
star:lyra rdfs:label "Lyra"@en , "Lier"@nl . star:cygnus rdfs:label "Cygnus"@en .
star:few rdfs:label "few stars"@en . star:many rdfs:label "many stars"@en .
star:planet rdfs:label "planets"@en , "planeten"@nl .
"""
QUERY = """PREFIX e: <https://stars.example/def#>
SELECT ?star ?thing ?step ?figure ?label ?value ?moreThan ?unit ?population ?near ?date WHERE {
  ?star a e:Star ; e:unit ?unit ; e:of ?population ; e:found ?date .
  OPTIONAL { ?star e:near ?near } OPTIONAL { ?star e:counted ?value }
  OPTIONAL { ?star e:moreThan ?moreThan }
  BIND (?star AS ?thing) BIND (?star AS ?step) BIND (?star AS ?figure) BIND (?star AS ?label)
} ORDER BY ?date
"""
SPOKEN = """# title@en: Which stars?
SELECT ?word WHERE { VALUES ?language { "en" } BIND (CONCAT("in ", ?language) AS ?word) }
"""
PAGE = """title = { en = "Bright stars", nl = "Heldere sterren" }
name = { en = "Bright", nl = "Helder" }
lede = { en = "Those <i>seen</i> first." }
menu = 1

[[section]]
kind = "text"
title = { en = "Words" }
text.en = '''
See [home](/), [Vega](https://stars.example/id/star/vega) and [them](https://e.org/).
[no](javascript:alert(1)) <script>alert(1)</script>
'''

[[section]]
kind = "figures"
query = "stars.rq"
id = "numbers"

[[section]]
kind = "chart"
title = "Planets"
query = "stars.rq"
id = "planets"

[[section]]
kind = "table"
query = "stars.rq"
id = "list"
columns = { star = { en = "Star", nl = "Ster" }, near = "Near" }

[[section]]
kind = "comparison"
query = "stars.rq"
id = "compared"
columns = { star = "Star", near = "Near", date = "Found" }

[[section]]
kind = "cards"
query = "stars.rq"
id = "cards"
columns.near = "Near"

[[section]]
kind = "route"
query = "stars.rq"
id = "route"

[[section]]
kind = "table"
query = "spoken.rq"
columns = { word = "Word" }

[[section]]
kind = "questions"
questions = ["spoken"]
"""
FILES = {
    "tgkg.toml": CONFIG,
    "data/stars.ttl": DATA,
    "queries/spoken.rq": SPOKEN,
    "pages/stars.rq": QUERY,
    "pages/bright.toml": PAGE,
    "pages/dim.toml": 'title = "Dim stars"\n',
}


def written(folder, files):
    """Writes a project."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def site(folder, files, state):
    """Publishes a project and gives the site over it."""
    outcome = build([written(folder, files)], State(state), lambda _: None)
    assert not outcome.exit_code, outcome.report
    return create_app(State(state))


def page_of(client, path="/bright", **options):
    """Gives the text of a page."""
    response = client.get(path, headers=BROWSER, **options)
    assert response.status_code == 200, response.text
    return response.text
