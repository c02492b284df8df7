"""Columns taken out of tables as arrays."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from landuse.tables.cells import among

WORDS = st.lists(st.one_of(st.none(), st.text("甲乙AB ", max_size=3)), max_size=12)


@given(WORDS, WORDS)
def test_among_says_what_isin_says_of_known_texts_and_never_of_missing_ones(texts, words):
    sought = pd.Series(words, dtype="str")
    column = pd.Series(texts, dtype="str")
    expected = [text is not None and text in {word for word in words if word is not None} for text in texts]
    assert among(column, sought).tolist() == expected
    assert among(column, {word for word in words if word is not None}).tolist() == expected
    assert among(column, pd.Index(sought)).tolist() == expected
