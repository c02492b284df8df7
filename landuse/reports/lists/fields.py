"""Give the rows of a list: listed parcels with every field a form or a template may name."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import industry
from landuse.cartography.page.years import year_values
from landuse.reports.content.context import Context, in_classes, numbers
from landuse.reports.content.describe import LEAD, parcel_rows
from landuse.tables import columns

MADE: Final = {
    "seq": "序号",
    "users": "用地企业名称,最多三家",
    "uscc": "用地面积最大(先取拟列入)企业的统一社会信用代码",
    "state": "上述企业的生产状态",
    "industry_name": "上述企业的行业大类名称",
    "low_kind": "低效类型及原因",
    "burdens": "抵押、查封",
    "owner_name": "土地使用权人;没有时为用地企业",
    "owner_uscc": "权利人统一社会信用代码;没有时为用地企业的代码",
    "tax_per_mu_before": "上一年度的亩均税收",
    "output_per_mu_before": "上一年度的亩均产值",
    "invest_due_per_mu": "约定投资强度(万元/亩)",
    "region_name": "区县名称([print] region_name)",
    "organisation": "编制单位([print] organisation)",
    "year": "评价年度",
    "plan_year": "计划年份 = 评价年度 + 1",
    "as_of": "闲置测算基准日",
    "project_name": "项目名称",
    "stage": "阶段",
    "n_rows": "宗数",
    "total_area_mu": "合计面积(亩)",
    "code.efficiency_class": "低效测算结果(代码)",
    "code.idle_class": "闲置测算结果(代码)",
}
"""Field that no table has -> what it is."""
OF_ALL: Final = (
    "region_name",
    "organisation",
    "year",
    "plan_year",
    "as_of",
    "project_name",
    "stage",
    "n_rows",
    "total_area_mu",
)
"""Fields that are the same in every row: a template may name them anywhere in the sheet."""
ORDER: Final = ("park", "town", "parcel_id")
EFFICIENCY: Final = ("low", "partly_low", "stopped", "vacant")
BEFORE: Final = {"tax_per_mu": "tax_per_mu_before", "output_per_mu": "output_per_mu_before"}


@cache
def known_fields() -> tuple[str, ...]:
    """Return every field that a form may name."""
    of_parcels = {**columns("input", "parcels"), **columns("output", "parcels")}
    return tuple(dict.fromkeys([*of_parcels, *LEAD, "group_name", *MADE]))


def list_rows(ctx: Context, classes: tuple[str, ...]) -> pd.DataFrame:
    """Return the parcels of some classes, one row a parcel, by park, town and code.

    Parameters
    ----------
    classes
        Efficiency classes, without suspected idle land as in the ledger, and idle classes.
    """
    efficiency = [name for name in classes if name in EFFICIENCY]
    idle = [name for name in classes if name not in EFFICIENCY]
    mask = ctx.is_class(*efficiency) | in_classes(ctx.parcels, "idle_class", idle)
    codes = ctx.parcels.loc[mask]
    codes = codes.assign(**_before(ctx, mask))
    by = [name for name in ORDER if name in codes.columns]
    codes = codes.sort_values(by, kind="stable", na_position="last", ignore_index=True)
    rows = parcel_rows(ctx, codes)
    made = {f"code.{name}": codes[name] for name in ("efficiency_class", "idle_class") if name in codes.columns}
    return rows.assign(seq=np.arange(1, len(rows) + 1), **made, **_of_land(ctx, rows), **facts(ctx, rows))


def facts(ctx: Context, rows: pd.DataFrame) -> dict[str, Any]:
    """Return the fields that are the same in every row."""
    project, printed = ctx.project.project, ctx.project.print
    area = numbers(rows, "area_mu")
    return {
        "region_name": printed.region_name or None,
        "organisation": printed.organisation or None,
        "year": project.year,
        "plan_year": project.year + 1,
        "as_of": pd.Timestamp(ctx.project.as_of),
        "project_name": project.name,
        "stage": ctx.stage,
        "n_rows": len(rows),
        "total_area_mu": float(np.nansum(area)) if np.isfinite(area).any() else np.nan,
    }


def left_out(ctx: Context, classes: tuple[str, ...]) -> dict[str, int]:
    """Return how many low or idle parcels a form does not list, by class: nothing is left out in silence."""
    found = {"partly_low": int(ctx.is_class("partly_low").sum()), "suspected_idle": int(ctx.is_idle.sum())}
    if "partly_low" in classes:
        found.pop("partly_low")
    if {"IDLE_T1", "IDLE_T2"} <= set(classes):
        found.pop("suspected_idle")
    return {name: number for name, number in found.items() if number}


def _before(ctx: Context, mask: np.ndarray) -> dict[str, pd.Series]:
    """Return the measures of the year before, as far as the accounts of the run reach."""
    year = ctx.project.project.year - 1
    if ctx.rule is None or "year" not in ctx.analysis.history.columns:
        return {}
    known = numbers(ctx.analysis.accounts, "year") if len(ctx.analysis.accounts) else np.empty(0)
    if not (known == year).any():
        return {}
    values = year_values(ctx.analysis, year)
    return {name: values[source].loc[mask] for source, name in BEFORE.items() if source in values}


def _of_land(ctx: Context, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return who answers for a parcel, its industry and its agreed investment."""
    made: dict[str, pd.Series] = {"industry_name": _industries(ctx, rows)}
    for name, own, other in (("owner_name", "holder", "users"), ("owner_uscc", "holder_uscc", "uscc")):
        found = rows[own].astype("str") if own in rows.columns else pd.Series(None, index=rows.index, dtype="str")
        made[name] = found.fillna(rows[other].astype("str")) if other in rows.columns else found
    if {"invest_due_wan", "area_mu"} <= set(rows.columns):
        made["invest_due_per_mu"] = rows["invest_due_wan"].astype("Float64") / rows["area_mu"].astype("Float64")
    return made


def _industries(ctx: Context, rows: pd.DataFrame) -> pd.Series:
    """Return the name of the division of the first user's industry; a plain text as it stands."""
    if "industry_code" not in rows.columns:
        return pd.Series(None, index=rows.index, dtype="str")
    if ctx.project.ranking.industry == industry.PLAIN:
        return rows["industry_code"].astype("str")
    codes = industry.division(rows["industry_code"])
    return codes.map({code: industry.name(code, ctx.words.lang) for code in codes.dropna().unique()}).astype("str")
