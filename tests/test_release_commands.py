"""The commands among releases: what is typed, what is printed, with which code they end."""

import json

import pytest

from tgkg.cli import main
from tgkg.history import releases
from tgkg.release import State

PREFIXES = "@prefix e: <https://example.org/> .\n"
TEXTS = (
    f'{PREFIXES} e:a e:name "A" ; e:size 1 .',
    f'{PREFIXES} e:a e:name "Á" ; e:size 1 . e:b e:name "\\u001B[2J\\u009B2J" .',
)


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Gives a function that runs one command: exit code, stdout, stderr."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


@pytest.fixture
def state(tmp_path):
    """Gives the state folder that commands are told to use."""
    return State(tmp_path / "state")


@pytest.fixture
def on(run, tmp_path, state):
    """Gives a function that runs a command on two releases of one file."""
    for text in TEXTS:
        (tmp_path / "g.ttl").write_text(text)
        assert run("build", "g.ttl", "--state", state.folder, "-q") == (0, "", "")
    return lambda *arguments: run(*arguments, "g.ttl", "--state", state.folder)


@pytest.fixture
def ids(on):
    """Gives the ids of the two releases, the older first."""
    listed = json.loads(on("releases", "--format", "json")[1])
    return [each["id"] for each in sorted(listed, key=lambda each: each["triples"])]


class TestReleases:
    def test_says_that_there_are_none(self, run, state):
        """Where nothing was built, a sentence says so and what to do; as JSON, an empty list."""
        code, out, err = run("releases", "--state", state.folder)
        assert (code, out) == (0, "")
        assert "There are no releases" in err
        assert "tgkg build" in err
        assert run("releases", "--state", state.folder, "--format", "json")[1] == "[]\n"

    def test_lists_them(self, on, ids):
        """Each is a line with id, time, triples, size, and what it is."""
        code, out, _ = on("releases")
        lines = {line.split()[0]: line for line in out.splitlines()}
        assert (code, set(lines)) == (0, {each[:12] for each in ids})
        assert "2 triples" in lines[ids[0][:12]]
        assert lines[ids[0][:12]].endswith("previous")
        assert "3 triples" in lines[ids[1][:12]]
        assert lines[ids[1][:12]].endswith("current")

    def test_says_why_one_does_not_open(self, on, ids, state):
        """A release that does not open has its reason below it."""
        (state.releases / ids[0] / "manifest.json").write_text('{"layout": 0}')
        assert "has another layout" in on("releases")[1]

    def test_gives_json(self, on, ids):
        """`--format json` has the same for programs."""
        listed = json.loads(on("releases", "--format", "json")[1])
        assert {each["id"]: each["is_current"] for each in listed} == dict(
            zip(ids, (False, True), strict=True)
        )
        assert all(each["size"] > 1000 and each["problem"] is None for each in listed)


class TestDiff:
    def test_tells_people_by_source_and_by_resource(self, on, ids):
        """Counts by graph first, then what came and went of each resource, with prefixes."""
        code, out, _ = on("diff", "previous", "current")
        assert code == 0
        first, counts, *rest = out.splitlines()
        assert first.startswith(f"From release {ids[0][:12]} (")
        assert first.endswith("2 statements added, 1 removed.")
        graph = "<https://unnamed.invalid/g.ttl>"
        assert counts.split() == ["+2", "-1", graph]
        assert rest[:5] == ["", "e:a", f"  in {graph}", '  - e:name "A"', '  + e:name "Á"']

    def test_sends_no_control_characters_to_the_terminal(self, on):
        """A literal cannot move the cursor, nor clear the screen."""
        _, out, _ = on("diff", "previous", "current")
        assert "\\u001B[2J\\u009B2J" in out

    def test_gives_a_patch(self, on, ids):
        """`--format patch` is lines of N-Quads after D or A, in their order."""
        code, out, _ = on("diff", ids[0][:6], ids[1][:6], "--format", "patch")
        assert code == 0
        name = "<https://example.org/a> <https://example.org/name>"
        assert out.splitlines()[:2] == [
            f'D {name} "A" <https://unnamed.invalid/g.ttl> .',
            f'A {name} "Á" <https://unnamed.invalid/g.ttl> .',
        ]

    def test_gives_json(self, on, ids):
        """`--format json` has counts by graph and lines by resource."""
        found = json.loads(on("diff", "current", "previous", "--format", "json")[1])
        assert (found["before"], found["after"]) == (ids[1], ids[0])
        assert found["graphs"] == [
            {"graph": "<https://unnamed.invalid/g.ttl>", "added": 1, "removed": 2}
        ]
        one, other = found["resources"]
        assert one["resource"] == "<https://example.org/a>"
        assert (len(one["added"]), len(one["removed"])) == (1, 1)
        assert (other["added"], len(other["removed"])) == ([], 1)

    def test_of_a_release_and_itself_is_empty(self, on, ids):
        """Nothing changed: that is said, and each format says it in its own way."""
        assert "no statement came or went" in on("diff", ids[0], ids[0])[1]
        assert on("diff", ids[0], ids[0], "--format", "patch")[1] == ""
        assert json.loads(on("diff", ids[0], ids[0], "--format", "json")[1])["resources"] == []

    @pytest.mark.parametrize(
        ("name", "said"), [("0123456789ab", "begins with"), ("zz", "begins with"), ("", "begins")]
    )
    def test_says_that_there_is_no_such_release(self, on, name, said):
        """A name that fits nothing ends with 2 and a sentence."""
        code, out, err = on("diff", name, "current")
        assert (code, out) == (2, "")
        assert said in err


class TestVerify:
    def test_says_that_all_is_well(self, on, ids):
        """A whole release ends with 0; without an id it is the current one."""
        assert on("verify") == (0, "", f"Release {ids[1][:12]}: every file is as it was written.\n")
        assert on("verify", "previous", "--quiet") == (0, "", "")

    def test_names_what_is_not(self, on, ids, state):
        """A damaged file is named on stdout, and the code is 1."""
        (state.releases / ids[0] / "report.json").write_text("")
        code, out, err = on("verify", ids[0][:8])
        assert code == 1
        assert out.startswith("report.json: has the SHA-256 e3b0c442")
        assert "1 file is not as written" in err
        assert on("verify")[0] == 0

    def test_reads_what_does_not_open(self, on, state):
        """A manifest that is no manifest is named like any other file."""
        (state.current().folder / "manifest.json").write_text("{")
        code, out, _ = on("verify", "current")
        assert (code, len(out.splitlines())) == (1, 1)
        assert out.startswith("manifest.json: ")

    def test_takes_what_is_no_id_for_a_path(self, run, tmp_path):
        """A path needs no id before it; what is neither is refused with a sentence."""
        (tmp_path / "cafe").mkdir()
        code, _, err = run("verify", "./cafe")
        assert (code, "Nothing has been built" in err) == (2, True)
        code, _, err = run("verify", "cafe")
        assert (code, "begins with 'cafe'" in err) == (2, True)
        code, _, err = run("verify", "nowhere.ttl")
        assert (code, "neither a release's id nor a file" in err) == (2, True)


class TestRollback:
    def test_says_what_it_did_and_how_to_come_back(self, on, ids, state, run):
        """The command that it names leads back."""
        code, out, err = on("rollback")
        assert (code, out, state.current_id()) == (0, "", ids[0])
        assert f"Release {ids[0][:12]}" in err
        back = err.splitlines()[-1].partition("tgkg ")[2].split()
        assert run(*back)[0] == 0
        assert state.current_id() == ids[1]

    def test_is_kept_by_serve_and_query(self, on, ids, state, tmp_path, run):
        """Commands that build where the sources changed go on with the earlier release."""
        on("rollback")
        (tmp_path / "q.rq").write_text("ASK { ?s <https://example.org/name> 'A' }")
        assert run("query", "q.rq", "g.ttl", "--state", state.folder)[1] == "yes\n"
        assert state.current_id() == ids[0]
        assert on("build")[0] == 0
        assert state.current_id() == ids[1]

    def test_of_the_current_release_says_so(self, on):
        """There is nothing to come back from."""
        code, _, err = on("rollback", "current")
        assert (code, "is the current one already" in err, "come back" in err) == (0, True, False)


class TestPrune:
    @pytest.fixture
    def four(self, on, run, tmp_path, state):
        """Gives the function that runs a command, on four releases."""
        for number in range(2):
            (tmp_path / "g.ttl").write_text(f"<x:a> <x:b> {number} .")
            run("build", "g.ttl", "--state", state.folder)
        return on

    def test_says_what_goes_and_how_much_that_is(self, four, state):
        """Each release that goes is named, with the bytes of all of them."""
        code, out, err = four("prune", "--keep", 0, "--dry-run")
        assert (code, len(out.splitlines()), len(releases(state))) == (0, 2, 4)
        assert "2 releases would go: " in err
        size = sum(each.size for each in releases(state))
        code, again, err = four("prune", "--keep", 0)
        assert (code, again) == (0, out)
        freed = size - sum(each.size for each in releases(state))
        assert err == f"2 releases went: {freed:,} bytes.\n"

    def test_says_that_there_is_nothing_to_remove(self, four, state):
        """By default five stay."""
        assert four("prune") == (0, "", "There is nothing to remove.\n")
        assert len(releases(state)) == 4

    def test_makes_no_state_folder(self, run, state):
        """Where nothing was built, nothing is made either."""
        assert run("prune", "--state", state.folder)[0] == 0
        assert not state.folder.exists()
