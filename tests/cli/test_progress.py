"""How far a long step has come is shown while it runs, and is no step of its own."""

from landuse.cli.running import clock


def test_pages_drawn_are_told_within_their_step():
    seconds = {}
    with clock(seconds, quiet=True) as progress:
        progress("map")
        progress("atlas")
        progress("atlas:1/200")
        progress("atlas:200/200")
    assert list(seconds) == ["map", "atlas"]
