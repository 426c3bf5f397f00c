"""What a push says while it goes."""

from tgkg.push.pace import Pace


def test_the_rate_and_the_time_that_remains_are_told():
    """After a second there is a rate; what was there already counts as done, not as sent."""
    now = [0.0]
    pace = Pace(1_000_000, clock=lambda: now[0])
    assert pace.line("g") == "Sending g: 0 of 1,000,000 triples are there"
    pace.there, pace.sent, now[0] = 400_000, 100_000, 10.0
    assert pace.line("g") == (
        "Sending g: 500,000 of 1,000,000 triples are there, 10,000 a second, 50 s to go"
    )
    now[0] = 40.0
    assert pace.line("g").endswith("2,500 a second, 3 min 20 s to go")
