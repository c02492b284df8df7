"""Drawing pages in several processes, stopping, and going on."""

from __future__ import annotations

import hashlib

import pytest

from landuse.write.press import ENDING, pressed, work_folder


class Clerk:
    """Writes pages of text; fails at one of them while it is told to."""

    def __init__(self, texts, *, fails_at=None):
        self.texts, self.fails_at, self.drawn = list(texts), fails_at, []

    @property
    def size(self):
        return len(self.texts)

    def key(self, place):
        return hashlib.sha256(self.texts[place].encode()).hexdigest()

    def draw(self, place):
        if place == self.fails_at:
            raise RuntimeError("planted")
        self.drawn.append(place)
        body = self.texts[place].encode()
        return hashlib.sha256(body).digest() + body

    def is_whole(self, content):
        return hashlib.sha256(content[32:]).digest() == content[:32]


TEXTS = [f"page {number}" for number in range(7)]


def test_every_page_comes_out_in_its_place(tmp_path):
    pages = pressed(Clerk(TEXTS), tmp_path / "work", workers=1)
    assert [page[32:].decode() for page in pages] == TEXTS


def test_an_interrupted_run_goes_on_where_it_stopped_with_the_same_bytes(tmp_path):
    with pytest.raises(RuntimeError, match="planted"), work_folder(tmp_path / "work", kept=False) as folder:
        pressed(Clerk(TEXTS, fails_at=4), folder, workers=1)
    assert len(list((tmp_path / "work").glob(f"*{ENDING}"))) == 4
    again = Clerk(TEXTS)
    with work_folder(tmp_path / "work", kept=False) as folder:
        pages = pressed(again, folder, workers=1)
    assert again.drawn == [4, 5, 6]
    assert pages == pressed(Clerk(TEXTS), tmp_path / "other", workers=1)
    assert not (tmp_path / "work").exists()


def test_a_changed_page_alone_is_drawn_again_and_the_old_one_is_gone(tmp_path):
    pressed(Clerk(TEXTS), tmp_path, workers=1)
    changed = Clerk([*TEXTS[:2], "changed", *TEXTS[3:]])
    pressed(changed, tmp_path, workers=1)
    assert changed.drawn == [2]
    assert len(list(tmp_path.iterdir())) == len(TEXTS)


@pytest.mark.parametrize("damage", [lambda old: old[:-1], lambda _: b"", lambda old: old[:40] + b"?" + old[41:]])
def test_a_damaged_page_is_drawn_again(tmp_path, damage):
    whole = pressed(Clerk(TEXTS), tmp_path, workers=1)
    victim = tmp_path / (Clerk(TEXTS).key(3) + ENDING)
    victim.write_bytes(damage(victim.read_bytes()))
    again = Clerk(TEXTS)
    assert pressed(again, tmp_path, workers=1) == whole
    assert again.drawn == [3]


def test_what_a_killed_process_left_half_written_is_swept_away(tmp_path):
    (tmp_path / f"{Clerk(TEXTS).key(0)}{ENDING}.4711").write_bytes(b"half")
    pressed(Clerk(TEXTS), tmp_path, workers=1)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [ENDING] * len(TEXTS)


def test_it_is_told_how_far_the_work_has_come(tmp_path):
    said = []
    pressed(Clerk(TEXTS), tmp_path, workers=1, told=lambda done, of: said.append((done, of)))
    assert said == [(done, 7) for done in range(8)]


def test_pages_that_other_processes_cannot_draw_are_drawn_here(tmp_path):
    """A class of the tests is unknown to a fresh process: it fails at once, and nothing is lost."""
    here = Clerk(TEXTS)
    assert len(pressed(here, tmp_path, workers=2)) == 7
    assert here.drawn == list(range(7))


def test_a_kept_work_folder_stays(tmp_path):
    with work_folder(tmp_path / "work", kept=True) as folder:
        pressed(Clerk(TEXTS), folder, workers=1)
    assert len(list((tmp_path / "work").iterdir())) == 7
