"""The answer key in `truth/`: totals, parcels, enterprises, idle cases and the planted doubts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from generator.district import District
from generator.model import Plot
from generator.oracle import Answer, Result, solve
from generator.oracle_idle import judge
from generator.oracle_meters import electricity_rows
from generator.oracle_read import Inputs, read_inputs
from generator.planted import issue_rows
from generator.spec import PLACES, STATE_TITLES, STATE_TOTALS
from generator.story import CASE_WORDS
from generator.write import write_csv


def write_truth(district: District, folder: Path) -> None:
    """Write the answer key from the written files, after checking every promised total."""
    inputs = read_inputs(folder)
    answer = solve(inputs)
    out = folder / "truth"
    out.mkdir(exist_ok=True)
    write_csv(out / "parcels.csv", _parcels(district, inputs, answer), "utf-8")
    write_csv(out / "enterprises.csv", _enterprises(inputs, answer), "utf-8")
    write_csv(out / "issues.csv", issue_rows(district, inputs, answer), "utf-8")
    write_csv(out / "electricity.csv", electricity_rows(inputs, answer), "utf-8")
    (out / "idle_cases.yaml").write_text(_idle_cases(district, inputs), encoding="utf-8", newline="\n")
    (out / "totals.toml").write_text(_totals(district, inputs, answer), encoding="utf-8", newline="\n")


def _parcels(district: District, inputs: Inputs, answer: Answer) -> list[dict[str, object]]:
    """Give one row for each plot."""
    users = Counter(parcel for parcel, _ in answer.land)
    rows: list[dict[str, object]] = []
    for plot in district.plots:
        row = inputs.parcels[plot.parcel_id]
        idle, literal = judge(row), judge(row, reading="D")
        price = answer.prices[plot.parcel_id]
        rows.append(
            {
                "parcel_id": plot.parcel_id,
                "place": plot.place,
                "park": row["park"] or "",
                "town": plot.town,
                "state": plot.state,
                "area_m2": f"{plot.area_m2:.2f}",
                "area_mu": f"{plot.area_m2 * 3 / 2000:.4f}",
                "price_yuan_per_m2": _num(price, 6),
                "k": _num(price / answer.reference if price is not None else 1.0, 9),
                "n_enterprises": users[plot.parcel_id],
                "idle_case": plot.idle_case,
                "register_category": plot.category,
                "idle_class": idle.idle_class,
                "idle_years": idle.years,
                "idle_cause": idle.cause,
                "consequence": idle.consequence,
                "idle_fee_wan": _num(idle.fee_wan, 2),
                "idle_class_literal": literal.idle_class,
                "idle_years_literal": literal.years,
                "marks": ";".join(sorted(plot.marks)),
            }
        )
    return rows


def _num(value: float | None, digits: int) -> str:
    """Give a number as text, blank where unknown."""
    return "" if value is None else f"{value:.{digits}f}"


def _enterprises(inputs: Inputs, answer: Answer) -> list[dict[str, object]]:
    """Give one row for each enterprise."""
    rows: list[dict[str, object]] = []
    for uscc, result in answer.results.items():
        scored = result.score is not None
        rows.append(
            {
                "uscc": uscc,
                "name": inputs.enterprises[uscc]["name"],
                "status": result.status,
                "industry_group": result.group,
                "n_in_group": result.n_in_group if scored else "",
                "area_mu": _num(result.area_m2 * 3 / 2000, 6),
                "price_coefficient": _num(result.k, 9),
                "tax_per_mu_corrected": _num(result.measures.get("tax"), 6),
                "output_per_mu_corrected": _num(result.measures.get("output"), 6),
                "output_per_energy": _num(result.measures.get("energy"), 6),
                "score": _num(result.score, 6),
                "rank": result.rank or "",
                "in_bottom_share": str(result.flagged).lower() if scored else "",
            }
        )
    return rows


def _idle_cases(district: District, inputs: Inputs) -> str:
    """Give the thirty cases in words, with the expected answer of both readings."""
    lines = [
        "# Idle cases of the demonstration district, as of 2026-06-30. L = a year is full after its anniversary",
        "# (Civil Code art. 201-203, the default); D = on the anniversary itself (DOMAIN.md's literal reading).",
    ]
    for plot in sorted((p for p in district.plots if p.idle_case), key=lambda p: p.idle_case):
        row = inputs.parcels[plot.parcel_id]
        law, literal = judge(row), judge(row, reading="D")
        lines += [
            f"- id: {plot.idle_case}",
            f"  parcel_id: '{plot.parcel_id}'",
            f"  facts: '{CASE_WORDS[plot.idle_case]}'",
            f"  register_category: {plot.category or 'null'}",
            f"  state: {plot.state}",
        ]
        for key, idle in (("L", law), ("D", literal)):
            fee = "null" if idle.fee_wan is None else f"{idle.fee_wan:.2f}"
            lines.append(
                f"  {key}: {{class: {idle.idle_class}, years: {idle.years}, cause: {idle.cause or 'null'}, "
                f"consequence: {idle.consequence}, fee_wan: {fee}}}"
            )
        if row["start_due"] != row["start_due_original"]:
            idle = judge(row, start_due=row["start_due_original"])
            lines.append(
                f"  without_amendment: {{class: {idle.idle_class}, years: {idle.years}, cause: {idle.cause}, "
                f"consequence: {idle.consequence}, fee_wan: null}}"
            )
    return "\n".join(lines) + "\n"


def _totals(district: District, inputs: Inputs, answer: Answer) -> str:
    """Give every total as TOML, asserting the promised land of each state."""
    ranked = [r for r in answer.results.values() if r.status == "RANKED"]
    accounts = [inputs.accounts[r.uscc, 2025] for r in ranked]
    lines = [
        "# Totals of the demonstration district, computed from the written files.",
        "[totals]",
        f"parcels = {len(inputs.parcels)}",
        f'area_mu = "{_mu(district.plots)}"',
        f"enterprises = {len(inputs.enterprises)}",
        f'ranked_area_mu = "{sum(r.area_m2 for r in ranked) * 3 / 2000:.2f}"',
        f"ranked_tax_wan = {sum(a['tax_wan'] for a in accounts):.2f}",
        f"ranked_output_wan = {sum(a['output_wan' if 'output_wan' in a else 'revenue_wan'] for a in accounts):.2f}",
        f"ranked_energy_tce = {sum(a['energy_tce'] for a in accounts if 'energy_tce' in a):.2f}",
        f"groups = {len(answer.bases)}",
        f"flagged = {sum(1 if r.flagged else 0 for r in ranked)}",
        f"reference_price = {answer.reference:.6f}",
        "",
        "[status]",
        *(f"{k} = {v}" for k, v in sorted(Counter(r.status for r in answer.results.values()).items())),
    ]
    return "\n".join([*lines, *_land_totals(district), *_group_totals(ranked, answer), "", *_idle_classes(inputs), ""])


def _land_totals(district: District) -> list[str]:
    """Give plots and land of each place and each state."""
    lines: list[str] = []
    for place in PLACES:
        mine = [p for p in district.plots if p.place == place.key]
        lines += [
            "",
            f"[place.{place.key}]",
            f'park = "{place.park}"',
            f"parcels = {len(mine)}",
            f'area_mu = "{_mu(mine)}"',
        ]
    for state, (_, promised) in STATE_TOTALS.items():
        mine = [p for p in district.plots if p.state == state]
        if _mu(mine) != promised:
            raise ValueError(f"{state}: {_mu(mine)} mu instead of {promised}")
        lines += ["", f"[state.{state}]", f'title = "{STATE_TITLES[state]}"']
        lines += [f"parcels = {len(mine)}", f'area_mu = "{_mu(mine)}"']
    return lines


def _group_totals(ranked: list[Result], answer: Answer) -> list[str]:
    """Give size, cut and bases of each group."""
    lines: list[str] = []
    for group, bases in answer.bases.items():
        mine = [r for r in ranked if r.group == group]
        lines += ["", f'[group."{group}"]', f"n = {len(mine)}", f"k = {answer.cuts[group]}"]
        lines += [f"flagged = {sum(1 if r.flagged else 0 for r in mine)}"]
        lines += [f"base_{key} = {base:.9f}" for key, base in bases.items()]
    return lines


def _mu(plots: list[Plot]) -> str:
    """Give the land of plots as a printed number of mu."""
    return f"{sum(plot.area for plot in plots) * 3 / 200000:.2f}"


def _idle_classes(inputs: Inputs) -> list[str]:
    """Give the number of plots of each idle class."""
    classes = Counter(judge(row).idle_class for row in inputs.parcels.values())
    return ["[idle_class]", *(f"{key} = {value}" for key, value in sorted(classes.items()))]
