"""Draw a receipt as one printable page of HTML that carries everything and fetches nothing (A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Final

from landuse.catalogue import load, read_text, term
from landuse.reports.receipt.desk import BOOK, filled
from landuse.reports.receipt.model import Figure, Formula, Operand, Receipt, RuleText, Section, Source, Value
from landuse.reports.sources import sheet_in_brackets, unit_after
from landuse.reports.summary import phrase

STYLE: Final = "reports/receipt/page.css"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page may load: nothing but its own style."""
SPOKEN: Final = ("source", "users", "verdict", "said", "issues")
"""Steps whose sentences are printed beside or instead of their figures."""
UNTABLED: Final = ("source", "verdict")
"""Steps whose figures the sentences tell in full."""
DECIMALS: Final = {
    "mu": 4, "m2": 2, "wan_yuan": 2, "tce": 2, "yuan_per_m2": 2, "wan_yuan_per_mu": 4, "wan_yuan_per_tce": 4,
    "point": 4, "kwh": 0,
}  # fmt: skip
"""Unit -> decimals printed; a figure without unit (K, ratios) has six."""
BARE: Final = 6
RATIOS: Final = {"far": 2}
"""Figure without unit that is printed shorter -> decimals."""
WIDTHS: Final = (10, 44, 30, 72, 27)
"""Widths of the columns, in parts of the whole."""
PLAIN: Final = ("same", "whole", "revenue", "not_above", "measured", "ellipsoid_area", "plane_area", "overlap_area")
"""Formulas that numbers would say nothing more about."""


REPEATED: Final = ("part", "weight", "value")
"""Roles of operands that may be many."""
FEW: Final = 3
"""Operands of these roles that are written with their titles; of more only the numbers stand in a formula."""
QUIET: Final = ("same", "quotient", "scaled_quotient", "product", "sum", "days_between", "from_top")
"""Formulas whose symbols need no words."""
MEMBERS: Final = {"group": "members", "reference": "members_land"}
"""Table of members -> what is said of it beside a formula."""


def as_page(told: Receipt) -> str:
    """Return a receipt as HTML: the same receipt gives the same text; whatever a table holds is shown as text."""
    shown = [section for section in told.sections[1:] if section.key not in UNTABLED]
    numbers = {figure.id: place for place, figure in enumerate(_once(shown), start=1)}
    page = _Page(told, numbers)
    body = [page.edge(), page.head(), *(page.step(section) for section in told.sections[1:]), page.foot()]
    heading = escape(f"{title(told)} {told.name}")
    footer = page.word("footer", digest=told.frame.digest[:12], version=told.frame.version)
    lang = "zh-CN" if told.lang == "zh" else "en"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{lang}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{heading}</title>",
            f"<style>:root {{ --foot: {_css_text(footer)}; }}\n{read_text(STYLE)}</style></head><body>",
            *body,
            "</body></html>\n",
        ]
    )


def title(told: Receipt) -> str:
    """Return what the page is called, without its object."""
    return title_of(told.kind, told.lang)


def title_of(kind: str, lang: str) -> str:
    """Return what the page of a kind of object is called."""
    words = load(BOOK)["page"]
    return str(words["title"][lang]).format(unit=words[kind][lang])


def file_name(told: Receipt) -> str:
    """Return what the file of a page is called where nobody names it."""
    return str(load(BOOK)["page"]["file_name"][told.lang]).format(key=told.key)


def _once(sections: list[Section]) -> list[Figure]:
    return list({figure.id: figure for section in sections for figure in section.figures}.values())


def _css_text(text: str) -> str:
    """Return a text as a CSS string that cannot end the style element."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{plain}"'.replace("<", "\\3c ")


class _Page:
    """The pieces of one page."""

    def __init__(self, told: Receipt, numbers: Mapping[str, int]) -> None:
        self.told, self.numbers, self.lang = told, numbers, told.lang
        self.figures = told.figures
        self.printed: set[str] = set()

    def word(self, name: str, /, **fill: Any) -> str:
        """Return a word of the page."""
        return str(load(BOOK)["page"][name][self.lang]).format(**fill)

    # -------------------------------------------------------------------------------------------- head, foot

    def edge(self) -> str:
        """Return the line above the title, and the mark of a draft."""
        frame = self.told.frame
        stage = self.word("draft") if frame.draft else term("stage", frame.stage, self.lang)
        right = "  ".join(part for part in (frame.notice, stage) if part)
        line = f'<div class="edge"><span>{escape(self.word(frame.audience))}</span><span>{escape(right)}</span></div>'
        mark = f'<div class="draft" aria-hidden="true"><span>{escape(self.word("draft"))}</span></div>'
        return line + (mark if frame.draft else "")

    def head(self) -> str:
        """Return title, object and the sentences of the head."""
        first = self.told.sections[0]
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in first.sentences)
        heading = escape(title(self.told))
        where = escape(f"{self.told.frame.project}  {first.heading}")
        return f'<h1>{heading}</h1><p class="who">{where}</p><div class="head">{said}</div>'

    def foot(self) -> str:
        """Return the annexes, the place for the party's statement and the signatures."""
        rules = [(r.title, self._setting(r), r.explain, r.basis) for r in self.told.rules]
        heads = tuple(self.word(name) for name in ("rule", "rule_value", "rule_explain", "rule_basis"))
        kept = any(table.key in MEMBERS for table in self.told.members)
        notes = " ".join([self.word("rounded"), *([self.word("members_note")] if kept else [])])
        parts = [f'<p class="small">{escape(notes)}</p>']
        if rules:
            parts.append(f"<h2>{escape(self.word('rules'))}</h2>{_table(heads, rules, (34, 30, 94, 25))}")
        if self.told.files:
            files = [(name, digest) for name, digest in self.told.files.items()]
            table = _table((self.word("file"), "sha256"), files, (60, 123), last="sha")
            parts.append(f"<h2>{escape(self.word('files'))}</h2>{table}")
        parts.append(f'<div class="heard">{escape(self.word("heard"))}</div>')
        parts.append(f'<div class="sign">{escape(self.word("sign"))}</div>')
        return "".join(parts)

    def _setting(self, rule: RuleText) -> str:
        """Return the value of a rule, switches as the catalogue words them."""
        return term(rule.name, rule.value, self.lang)

    # ------------------------------------------------------------------------------------------------ steps

    def step(self, section: Section) -> str:
        """Return one step: its heading, its sentences where they are printed, its figures not printed before."""
        figures = [] if section.key in UNTABLED else [f for f in section.figures if f.id not in self.printed]
        self.printed |= {figure.id for figure in figures}
        spoken = section.sentences if section.key in SPOKEN or not figures else ()
        said = "".join(f'<p class="said">{escape(sentence)}</p>' for sentence in spoken)
        return f"<section><h2>{escape(section.heading)}</h2>{said}{self._figures(figures)}</section>"

    def _figures(self, figures: list[Figure]) -> str:
        if not figures:
            return ""
        heads = "".join(f"<th>{escape(self.word(name))}</th>" for name in ("number", "figure", "value", "how", "basis"))
        rows = "".join(self._row(figure) for figure in figures)
        return f"<table>{_columns(WIDTHS)}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _row(self, figure: Figure) -> str:
        number = self.numbers[figure.id]
        text = not figure.shown and isinstance(figure.value, int | float) and not isinstance(figure.value, bool)
        unit = unit_after(figure.unit, self.lang) if figure.unit != "share" and not figure.shown else ""
        tail = f'<span class="unit">{escape(unit)}</span>' if unit else ""
        kind = "v" if text else "v t"
        return (
            f'<tr id="f{number}"><td class="n">{number}</td><td>{escape(figure.title)}</td>'
            f'<td class="{kind}">{escape(self._value(figure))}{tail}</td>'
            f"<td>{self._how(figure)}</td><td>{self._basis(figure)}</td></tr>"
        )

    def _value(self, figure: Figure) -> str:
        if figure.id in RATIOS and isinstance(figure.value, float):
            return f"{figure.value:.{RATIOS[figure.id]}f}"
        return figure.shown or self._text(figure.value, figure.unit, exact=bool(figure.sources and not figure.formula))

    def _text(self, value: Value, unit: str, *, exact: bool = False) -> str:
        """Return a value as printed; what stands in a cell is not rounded."""
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, float):
            return "—" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
        if unit == "share":
            return f"{value:.2%}"
        return f"{value:,.10g}" if exact else f"{value:,.{DECIMALS.get(unit, BARE)}f}"

    # --------------------------------------------------------------------------------------------- how, basis

    def _how(self, figure: Figure) -> str:
        cells = [] if figure.formula else [f'<span class="sym">{escape(self._cell(s))}</span>' for s in figure.sources]
        return "".join(cells) + (self._formula(figure.formula) if figure.formula else "")

    def _cell(self, source: Source) -> str:
        factor = source.factor
        change = (
            ""
            if factor == 1
            else phrase("line", "conversion", self.lang, found=source.unit_found, factor=f"{factor:g}")
        )
        name = "source" if source.header else "fixed"
        sheet = sheet_in_brackets(source.sheet, self.lang)
        facts = {"file": source.file, "sheet": sheet, "row": source.row, "header": source.header, "conversion": change}
        return self.word(name, **facts) + self._corrected(source)

    def _corrected(self, source: Source) -> str:
        """Return what a form changed in a cell; blank where none did."""
        change = source.correction
        if change is None:
            return ""
        facts = {name: getattr(change, name) or "—" for name in ("old", "new", "who", "day", "why", "form", "row")}
        return phrase("line", "corrected", self.lang, **facts)

    def _formula(self, made: Formula) -> str:
        template = str(load(BOOK)["formula"][made.key]["symbols"][self.lang])
        many = sum(part.role in REPEATED for part in made.operands) > FEW
        symbols = filled(escape(template), made.operands, lambda part: self._reference(part, short=many))
        lines = [f'<span class="sym">= {symbols}</span>']
        if made.operands and made.key not in PLAIN:
            numbers = filled(template, made.operands, self._number)
            lines.append(f'<span class="num">= {escape(numbers)}</span>')
        words = ("" if made.key in QUIET else made.words) + self._members(made)
        lines += [f'<span class="note">{escape(words)}</span>'] if words else []
        return "".join(lines)

    def _members(self, made: Formula) -> str:
        table = next((table for table in self.told.members if table.key == made.members), None)
        return self.word(MEMBERS[table.key], n=len(table.rows)) if table and table.key in MEMBERS else ""

    def _reference(self, part: Operand, *, short: bool) -> str:
        """Return an operand by its title, with the number it has on this page; one of many by its number alone."""
        number = self.numbers.get(part.figure)
        if number and short and part.role in REPEATED:
            return f'<a href="#f{number}">[{number}]</a>'
        title = escape(part.title or self._number(part))
        return f'{title}<a href="#f{number}">[{number}]</a>' if number else title

    def _number(self, part: Operand) -> str:
        figure = self.figures.get(part.figure)
        if figure:
            return self._value(figure)
        return f"{part.value:.10g}" if isinstance(part.value, float) else self._text(part.value, "")

    def _basis(self, figure: Figure) -> str:
        titles = {rule.name: rule.title for rule in self.told.rules}
        rules = [self.word("see_rule", title=titles[name]) for name in figure.rules if name in titles]
        return "<br>".join(escape(text) for text in (*figure.articles, *rules))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...], last: str = "") -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    lines = []
    for row in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[:-1])
        lines.append(f'<tr>{cells}<td class="{last}">{escape(row[-1])}</td></tr>')
    return f"<table>{_columns(widths)}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _columns(widths: tuple[int, ...]) -> str:
    return "".join(f'<col style="width:{100 * width / sum(widths):.2f}%">' for width in widths)
