"""An independent answer to the meters: who used how much in the twelve months before the day, in plain Python."""

from __future__ import annotations

from collections import defaultdict

from generator.meters import MONTHS
from generator.oracle import Answer
from generator.oracle_read import Inputs


def electricity_rows(inputs: Inputs, answer: Answer) -> list[dict[str, object]]:
    """Give one row for each enterprise with a meter."""
    use = monthly_use(inputs, answer)
    return [
        {
            "uscc": uscc,
            "months_known": len(months),
            "kwh": f"{sum(months.values()):.3f}",
            "silent": str(all(value == 0 for value in months.values())).lower() if len(months) == len(MONTHS) else "",
        }
        for uscc, months in sorted(use.items())
    ]


def monthly_use(inputs: Inputs, answer: Answer) -> dict[str, dict[str, float]]:
    """Give kWh by enterprise and month: its own meters, its shares, and meters of plots by land."""
    use: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in inputs.meters:
        kwh = row["electricity_kwh"] * (1 if row["share"] is None else row["share"])
        if row["uscc"]:
            use[row["uscc"]][row["month"]] += kwh
            continue
        land = {uscc: m2 for (parcel, uscc), m2 in answer.land.items() if parcel == row["parcel_id"]}
        for uscc, m2 in land.items():
            use[uscc][row["month"]] += kwh * m2 / sum(land.values())
    return use
