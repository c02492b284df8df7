"""Every file of the corpus is read right, or refused, or marked: never wrongly and never in silence."""

from __future__ import annotations

import pytest
from corpus_cases import GROUPS, all_cases
from corpus_kit import verdict_on

CASES = all_cases()


def test_the_corpus_is_large_and_every_case_has_its_own_name():
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)
    assert len(GROUPS) >= 6


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_file_is_read_wrongly(case, tmp_path):
    verdict = verdict_on(case, tmp_path / "case")
    assert verdict.outcome != "wrong", verdict.told
    assert verdict.fits(case), f"{verdict.outcome}, not {case.expect}: {verdict.told}"
