"""Bring names of enterprises into forms that can be compared: plain, core, head office (DOMAIN 12.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landuse.catalogue import load

RULES: Final = "assemble/names.toml"
_HANZI: Final = "^[\u3400-\u4dbf\u4e00-\u9fff]{2,}$"


@cache
def rules(part: str) -> dict[str, Any]:
    """Return one section of the rules of names."""
    return dict(load(RULES)[part])


def plain_names(names: pd.Series) -> pd.Series:
    """Return names in NFKC and lower case without spaces, brackets and quotes: equal where two writings are one name.

    A cell that names nobody (blank, 无, 个人, several holders) is missing.

    Examples
    --------
    >>> plain_names(pd.Series(["安澜（石桥） 鞋业有限公司", "无"])).tolist()
    ['安澜石桥鞋业有限公司', nan]
    """
    return _each_word(names, _plain, _are_plain)


def core_names(plain: pd.Series) -> pd.Series:
    """Return plain names without the words of their legal form (有限公司, 股份, 集团, 厂): the second pass.

    Missing where too little is left to tell who it is.

    Examples
    --------
    >>> core_names(pd.Series(["安澜宏达鞋业有限责任公司", "安澜宏达鞋业股份有限公司", "总厂"])).tolist()
    ['安澜宏达鞋业', '安澜宏达鞋业', nan]
    """
    return _each_word(plain, _core)


def head_names(plain: pd.Series) -> pd.Series:
    """Return the head office of each branch, missing for names that are no branch.

    Examples
    --------
    >>> head_names(pd.Series(["安澜宏达鞋业有限公司石桥分公司", "安澜宏达鞋业有限公司"])).tolist()
    ['安澜宏达鞋业有限公司', nan]
    """
    return _each_word(plain, _head)


def former_names(names: pd.Series) -> pd.DataFrame:
    """Return the former names in cells that may hold several: position of the cell, name."""
    at = np.flatnonzero(names.notna().to_numpy(dtype=bool))
    lists = names.iloc[at].astype("str").str.split(rules("plain")["former"], regex=True).tolist()
    sizes = np.array([len(each) for each in lists], dtype=np.int64)
    flat = pd.Series([name for each in lists for name in each], dtype="str")
    return pd.DataFrame({"at": np.repeat(at, sizes), "name": flat})


def _plain(word: str) -> str | None:
    signs = _patterns()
    text = unicodedata.normalize("NFKC", word).casefold()
    if signs["several"].search(text):
        return None
    text = signs["ignored"].sub("", text)
    is_name = len(text) >= 2 and any(map(str.isalpha, text)) and not signs["nobody"].fullmatch(text)
    return text if is_name else None


def _are_plain(words: pa.Array) -> npt.NDArray[np.bool_]:
    """Return which names are plain as they stand, as most are: hanzi alone, and none of the words for nobody."""
    odd = f"(?:{rules('plain')['several']})|(?:{rules('plain')['nobody']})"
    plain = pc.and_not(pc.match_substring_regex(words, _HANZI), pc.match_substring_regex(words, odd))
    flags: npt.NDArray[np.bool_] = plain.to_numpy(zero_copy_only=False)
    return flags


def _core(plain: str) -> str | None:
    signs = _patterns()
    text = signs["forms"].sub("", signs["kinds"].sub("", plain))
    return text if len(text) >= rules("core")["least"] else None


def _head(plain: str) -> str | None:
    found = _patterns()["head"].match(plain)
    return found[1] if found else None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    texts = {**rules("plain"), **rules("branch"), "forms": rules("core")["forms"], "kinds": rules("core")["kinds"]}
    return {name: re.compile(text) for name, text in texts.items()}


def _each_word(
    texts: pd.Series,
    read: Callable[[str], str | None],
    are_read: Callable[[pa.Array], npt.NDArray[np.bool_]] | None = None,
) -> pd.Series:
    """Read each different word once; what is missing stays missing.

    Parameters
    ----------
    are_read
        Says of all words at once which of them `read` would return as they are.
    """
    positions, words = pd.factorize(texts.astype("str"))
    known = pa.array(words, pa.large_string(), from_pandas=True)
    answers = np.array([*known.to_pylist(), None], dtype=object)
    rest = np.arange(len(words)) if are_read is None else np.flatnonzero(~are_read(known))
    answers[rest] = [read(answers[at]) for at in rest.tolist()]
    found = pd.array(answers, dtype="str").take(np.where(positions < 0, len(words), positions))
    return pd.Series(found, index=texts.index, name=texts.name)
