"""Choose the encoding that a survey speaks for, or say between which candidates a person has to choose."""

from __future__ import annotations

from landuse.errors import Fault, InputError
from landuse.read.encoding.names import BIG5, CANDIDATES, CHINESE, UTF8, WESTERN, shown
from landuse.read.encoding.survey import Blocks, Survey, sort_lines, survey
from landuse.read.encoding.weighing import Weight, best, decoded, weigh
from landuse.read.judgement import Candidate, Evidence, Judgement

SHOWN = 60
"""Characters of a row that a preview shows."""
AGAIN = "请提供方按一种编码(建议 UTF-8)重新导出 / have the sender export it again in one encoding, best UTF-8"


def choose(found: Survey) -> str | None:
    """Return the codec of an undeclared text; None where the bytes do not tell or rows disagree."""
    if found.is_ascii:
        return UTF8
    codec = best(found.alive())
    return None if codec in (CHINESE, BIG5) and found.strays(codec) else codec


def judged(found: Survey) -> Judgement:
    """Return what a survey says, as `landuse init` prints it."""
    codec = choose(found)
    if found.is_ascii:
        return Judgement(UTF8, Evidence("全部是 ASCII 字符", "ASCII characters only"))
    if codec is not None:
        return Judgement(shown(codec), _evidence(found, codec))
    candidates = tuple(
        Candidate(shown(weight.codec), Evidence(preview(found, weight.codec), preview(found, weight.codec)))
        for weight in possible(found)
    )
    return Judgement(None, Evidence("各候选都说得通,或都说不通", "several candidates will do, or none"), candidates)


def _evidence(found: Survey, codec: str) -> Evidence:
    """Say why this codec: how much of the text is usual under it, and what becomes of it under the others."""
    weight = found.weights[codec]
    usual = weight.common + weight.signs + weight.latin
    zh = [f"{weight.total} 个非 ASCII 字符中 {usual} 个是常用字符"]
    en = [f"{usual} of {weight.total} characters beyond ASCII are usual"]
    for other in found.weights.values():
        if other.codec != codec and not other.decodes:
            zh.append(f"按 {shown(other.codec)} 第 {found.broken[other.codec]} 行解不出")
            en.append(f"line {found.broken[other.codec]} does not decode as {shown(other.codec)}")
        elif other.codec != codec:
            odd = other.doubtful + other.impossible
            zh.append(f"按 {shown(other.codec)} 有 {odd} 个生僻或非法字符")
            en.append(f"{odd} characters are rare or impossible as {shown(other.codec)}")
    return Evidence(",".join(zh), ", ".join(en))


def possible(found: Survey) -> list[Weight]:
    """Return the candidates a person may choose from, likeliest first: all that decode, else Western text."""
    alive = sorted(found.alive(), key=lambda weight: (not weight.is_good, weight.impossible, -weight.quality))
    if any(weight.is_good for weight in alive):
        return [weight for weight in alive if weight.is_good]
    western = weigh(b"\n".join(found.samples), "cp1252")
    return [*alive, western] if western.decodes else alive


def preview(found: Survey, codec: str) -> str:
    """Return the first rows as they read under a codec."""
    rows = (decoded(line, codec, cut=True) or line.decode(codec, errors="replace") for line in found.samples)
    return " ⏎ ".join(printable(row) for row in rows)


def printable(text: str) -> str:
    """Return a text that fits in a line of a message: short, without controls and the signs that part its clauses."""
    words = " ".join(text.replace("\r", " · ").split())
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)
    plain = plain.replace("; ", ";").replace(" / ", "/")
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "…"


def _previews(found: Survey, weights: list[Weight]) -> str:
    rows = " ‖ ".join(f"{shown(weight.codec)}: {preview(found, weight.codec)}" for weight in weights)
    return f"按各候选编码读出的前几行 / the first rows under each candidate: {rows}" if rows else ""


# ------------------------------------------------------------------------------------------------ refusals


def undecided(found: Survey, where: str) -> InputError:
    """Return the refusal of a text without a declaration."""
    own = best(found.alive())
    for codec in [own] if own else [weight.codec for weight in found.alive()]:
        if strays := found.strays(codec):
            return _mixed(where, {codec: [], **strays})
    if not found.alive():
        return _none_fits(sort_lines(found.blocks, cut=found.cut), found, where)
    return InputError([_open_question(possible(found), found, where)])


def _none_fits(lines: dict[str, list[int]], found: Survey, where: str) -> InputError:
    """Return the refusal of a text that decodes under no candidate: mixed, cut off, damaged, or Western."""
    told = {codec: places for codec, places in lines.items() if codec}
    if len(told) > 1:
        return _mixed(where, told)
    broken = lines.get("", [])
    if told and broken:
        codec = next(iter(told))
        return InputError([_damaged(where, codec, broken, last=found.lines)])
    return InputError([_open_question(possible(found), found, where)])


def _open_question(weights: list[Weight], found: Survey, where: str) -> Fault:
    """Return the fault that shows the first rows under each candidate and asks which of them reads right."""
    tried = ", ".join(dict.fromkeys(shown(codec) for codec in (*(w.codec for w in weights), *CANDIDATES)))
    ask = "写明读得通的那一种 encoding = …,或另存为 UTF-8 / declare the encoding that reads right, or save as UTF-8"
    return Fault(
        where,
        f"ENCODING: 无法判定编码 / encoding undecidable: tried {tried}",
        do=f"{ask}; {_previews(found, weights)}",
    )


def _damaged(where: str, codec: str, broken: list[int], *, last: int) -> Fault:
    places = ", ".join(map(str, broken))
    if broken == [last + 1]:
        found = f"ENCODING: 文件在第 {places} 行中断开 / the file ends in the middle of a character, line: {places}"
        return Fault(where, found, shown(codec), "请提供方重新发送 / have the sender send it again")
    found = f"ENCODING: 下列行的字节不是 {shown(codec)} 文字 / these lines are no text in {shown(codec)}: {places}"
    return Fault(where, found, "", AGAIN)


def _mixed(where: str, told: dict[str, list[int]]) -> InputError:
    parts = [
        f"{shown(codec)} ({', '.join(map(str, places))}{' …' if len(places) > 1 else ''})" if places else shown(codec)
        for codec, places in told.items()
    ]
    found = f"ENCODING: 同一文件中各行的编码不一致 / the rows are in several encodings (lines): {', '.join(parts)}"
    return InputError([Fault(where, found, "", AGAIN)])


def contradicted(found: Survey, where: str, said_by: str) -> InputError:
    """Return the refusal of a declaration of UTF-16 over bytes that are none."""
    fits = choose(found) or UTF8
    fault = Fault(
        where,
        f"ENCODING: 声明的编码与内容不符 / the stated encoding does not fit the bytes: {said_by}",
        f"内容符合 / the bytes fit: {shown(fits)}",
        f'核对后写明 encoding = "{shown(fits)}" / check the rows, then declare it',
    )
    return InputError([fault])


def _rivals(own: Weight, others: list[Weight]) -> list[Weight]:
    """Return the candidates that fit where a declaration does not, likeliest first.

    A declaration that decodes into characters of the common tables has none, but for a Western one over valid UTF-8.
    One that decodes into impossible characters, or a Western one over no Western words, gives way to any other.
    """
    is_western = own.codec in WESTERN
    if own.decodes and own.is_good:
        return [weight for weight in others if is_western and weight.codec == UTF8]
    rivals = [weight for weight in others if weight.is_good]
    if not rivals and (own.impossible or is_western):
        rivals = [weight for weight in others if not weight.impossible]
    told = best(rivals)
    return sorted(rivals, key=lambda weight: (weight.codec != told, -weight.quality))


def kept(declared: str, blocks: Blocks, where: str, said_by: str, *, cut: bool = False) -> str:
    """Return the codec of a declaration that the bytes of a text do not contradict.

    The other candidates are only weighed where the declared one leaves a doubt.

    Raises
    ------
    InputError
        It is contradicted, or rows speak for another encoding.
    """
    if declared not in WESTERN:
        own = survey(blocks, (declared,), cut=cut)
        if own.is_ascii or (own.weights[declared].is_good and not own.strays(declared)):
            return declared
    return hold(declared, survey(blocks, (declared, *CANDIDATES), cut=cut), where, said_by)


def hold(declared: str, found: Survey, where: str, said_by: str) -> str:
    """Return the codec of a declaration that the bytes do not contradict.

    It is contradicted when the bytes do not decode under it, or decode into characters outside the common tables while
    another candidate fits; a Western declaration also where the bytes are UTF-8.

    Raises
    ------
    InputError
        It is contradicted, or rows speak for another encoding.
    """
    own = found.weights[declared]
    others = [weight for weight in found.alive() if weight.codec != declared and weight.codec in CANDIDATES]
    rivals = _rivals(own, others)
    if found.is_ascii or (own.decodes and not rivals):
        if strays := found.strays(declared):
            raise _mixed(where, {declared: [], **strays})
        return declared
    if not own.decodes and not others:
        raise _none_fits(sort_lines(found.blocks, cut=found.cut), found, where)
    fits = [weight.codec for weight in rivals or others]
    line = f" (line {found.broken[declared]})" if declared in found.broken else ""
    weights = [*([own] if own.decodes else []), *(found.weights[codec] for codec in fits)]
    fault = Fault(
        where,
        f"ENCODING: 声明的编码与内容不符 / the stated encoding does not fit the bytes: {said_by}{line}",
        f"内容符合 / the bytes fit: {', '.join(map(shown, fits))}" if fits else "",
        f'核对后写明 encoding = "{shown(fits[0])}" / check the rows, then declare it; {_previews(found, weights)}'
        if fits
        else AGAIN,
    )
    raise InputError([fault])
