"""An independent answer to the idle-land rule: CONTRACT.md [L] and DOMAIN.md's literal reading [D], in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from generator.oracle_read import AS_OF, Record


@dataclass(frozen=True)
class Idle:
    """Class, full years, cause, consequence and fee of one parcel."""

    idle_class: str
    years: int = 0
    cause: str = ""
    consequence: str = "none"
    fee_wan: float | None = None
    due: date | None = None


def judge(row: Record, *, reading: str = "L", start_due: date | None = None) -> Idle:
    """Judge a parcel; reading L = a year is full on the day after, D = on the day; start_due = another agreed date."""
    if row["ownership"] == "集体" or row["parcel_id"][12] == "J":
        return Idle("NOT_APPLICABLE")
    if row["contract_no"] is None:
        return Idle("NOT_APPLICABLE")
    if _started(row):
        return _begun(row, reading)
    if not _not_started(row):
        return Idle("UNDETERMINED", 0, _cause(row), "verify")
    return _not_begun(row, reading, start_due)


def _started(row: Record) -> bool:
    """Say whether anything shows a start."""
    begun = row["start_date"] is not None and row["start_date"] <= AS_OF
    finished = row["finish_date"] is not None
    return bool(begun or finished or (row["area_started_m2"] or 0) > 0 or row["start_state"] in {"已开工", "已竣工"})


def _not_started(row: Record) -> bool:
    """Say whether the papers state that nothing was started."""
    stated_zero = row["area_started_m2"] == 0 or row["invest_actual_wan"] == 0
    return bool(row["start_state"] == "未开工" or (row["start_date"] is None and stated_zero))


def _due(row: Record, start_due: date | None) -> date | None:
    """Give T: the agreed start, else a year after hand-over, else a year after approval; plus government delay."""
    agreed = start_due or row["start_due"]
    base = row["handover_date"] or row["approval_date"]
    due = agreed or (anniversary(base, 1) if base else None)
    return due + timedelta(days=int(row["gov_delay_days"] or 0)) if due else None


def anniversary(day: date, years: int) -> date:
    """Give the same day so many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def full_years(since: date, reading: str) -> int:
    """Give the number of full years since a day."""
    years = 0
    while (mark := anniversary(since, years + 1)) < AS_OF or (reading == "D" and mark == AS_OF):
        years += 1
    return years


def _cause(row: Record) -> str:
    """Give the cause as the papers name it."""
    text = row["delay_cause"] or ""
    if row["seizure_no"] and "司法" in text:
        return "seizure"
    return "government" if text.startswith("政府原因") else "enterprise" if text.startswith("企业原因") else "unknown"


def _not_begun(row: Record, reading: str, start_due: date | None) -> Idle:
    """Judge a parcel on which nothing was started."""
    due = _due(row, start_due)
    if due is None:
        return Idle("UNDETERMINED", 0, _cause(row), "verify")
    if due > AS_OF or (reading == "L" and due == AS_OF):
        return Idle("NOT_DUE", due=due)
    years, cause = full_years(due, reading), _cause(row)
    if years == 0:
        return Idle("OVERDUE_START", 0, cause, "warn", due=due)
    if cause == "enterprise":
        fee = round(row["land_price_wan"] * 0.2, 2) if years == 1 else None
        return Idle("IDLE_T1", years, cause, "fee" if years == 1 else "reclaim", fee, due)
    return Idle("IDLE_T1", years, cause, "article_12" if cause == "government" else "verify", None, due)


def _begun(row: Record, reading: str) -> Idle:
    """Judge a parcel on which building began."""
    stopped = row["suspended_from"]
    if stopped is not None and row["resumed_on"] is None and (years := full_years(stopped, reading)):
        area_low = row["area_started_m2"] * 3 < row["area_due_m2"]
        invest_low = row["invest_actual_wan"] * 4 < row["invest_due_wan"]
        if area_low or invest_low:
            return Idle("IDLE_T2", years, _cause(row), "urge")
    if row["finish_date"] is None and row["finish_due"] is not None and row["finish_due"] < AS_OF:
        return Idle("OVERDUE_FINISH", 0, "", "warn")
    return Idle("NORMAL")
