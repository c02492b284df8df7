"""Forms come back: recognised by key, refused where they contradict, never half applied."""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path

import openpyxl
import pytest
from cli.cli_builders import PARCEL_IDS
from forms_builders import Clerk, form_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landuse.apply import apply_forms
from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.explain import explain
from landuse.write import write_outputs


def written(bureau: Path, name: str = "overrides.csv") -> list[dict[str, str]]:
    path = bureau.parent / name
    if not path.exists():
        return []
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def applied(bureau: Path, *files: Path):
    return apply_forms(load_project(bureau), files)


def refused(bureau: Path, *files: Path) -> list[str]:
    before = written(bureau)
    with pytest.raises(InputError) as error:
        applied(bureau, *files)
    assert written(bureau) == before
    return ["; ".join((fault.where, fault.found, fault.allowed)) for fault in error.value.faults]


def named(bureau: Path) -> Path:
    """Name overrides.csv in the project file."""
    text = bureau.read_text(encoding="utf-8").replace("[inputs]\n", '[inputs]\noverrides = "overrides.csv"\n')
    bureau.write_text(text, encoding="utf-8")
    return bureau


def confirm(forms: Path, code: str = "E01") -> Clerk:
    return Clerk(form_of(forms, code))


def test_a_form_that_nobody_touched_writes_nothing(bureau, forms):
    done = applied(bureau, *sorted(forms.rglob("*.xlsx")))
    assert done.counts == {"corrections": 0, "decisions": 0, "objections": 0}
    assert written(bureau) == []


def test_a_correction_keeps_everything_that_is_known_of_it(bureau, forms):
    form = confirm(forms).correct("tax_wan", "88.5", why="完税证明").sign("甲某", dt.datetime(2026, 7, 15))  # noqa: DTZ001
    row = form.find(column="tax_wan")
    done = applied(bureau, form.save())
    assert done.counts["corrections"] == 1
    assert not done.is_named
    assert written(bureau) == [
        {
            "表单类型": "confirmation", "数据表": "accounts", "对象": "E01", "年度": "2025", "事项编号": "",
            "字段": "tax_wan", "原值": "100", "更正值": "88.5", "填报人": "甲某", "填报日期": "2026-07-15",
            "依据": "完税证明", "表单文件": form.path.name, "表单行号": str(row),
        }
    ]  # fmt: skip


def test_the_same_form_twice_changes_nothing(bureau, forms):
    path = confirm(forms).correct("tax_wan", 88.5).save()
    applied(bureau, path)
    before = (bureau.parent / "overrides.csv").read_bytes()
    assert applied(bureau, path, path).counts["corrections"] == 0
    assert (bureau.parent / "overrides.csv").read_bytes() == before


def test_a_run_computes_with_the_correction_and_explain_tells_it(bureau, forms):
    applied(bureau, confirm(forms).correct("tax_wan", "88.5", why="完税证明").sign().save())
    analysis = run(load_project(named(bureau)))
    assert analysis.enterprises["tax_wan"].tolist()[0] == 88.5
    told = explain(analysis, "E01")
    assert "实缴税收:88.5 万元 ← 数据/税收.csv 第 2 行「实缴税收(万元)」;已更正:原值 100 → 88.5(甲某" in told
    assert "(甲某,2026-07-15;依据:完税证明;" in told
    assert "OVERRIDE_APPLIED" in told
    read = analysis.balance[analysis.balance["step"].eq("read") & analysis.balance["quantity"].eq("tax_wan")]
    # 100 + 200 + … + 900 = 4500; the correction takes 11.5
    assert read["amount_in"].tolist() == [4_500_000_000, 0]
    assert read["amount_out"].tolist() == [4_488_500_000, 0]


def test_a_form_made_after_a_correction_corrects_the_corrected_value(bureau, forms):
    old = confirm(forms).correct("tax_wan", "88.5").save(bureau.parent / "old.xlsx")
    applied(bureau, old)
    write_outputs(run(load_project(named(bureau))), bureau.parent / "second", only=("forms",))
    form = confirm(bureau.parent / "second" / "forms")
    assert form.get(form.find(column="tax_wan"), "old") == "88.5"
    applied(bureau, form.correct("tax_wan", "90").save())
    assert [(row["原值"], row["更正值"]) for row in written(bureau)] == [("100", "88.5"), ("88.5", "90")]
    assert run(load_project(bureau)).enterprises["tax_wan"].tolist()[0] == 90
    assert applied(bureau, old).counts["corrections"] == 0
    assert "100 ≠ 90" in refused(bureau, confirm(forms).correct("tax_wan", "77").save())[0]


def test_each_kind_of_cell_is_read_in_its_own_way(bureau, forms):
    form = confirm(forms)
    form.correct("scale", "规模以上").correct("registered_on", dt.datetime(2015, 3, 2))  # noqa: DTZ001
    form.correct("output_wan", "1,234.5万元").correct("energy_tce", "—")
    form.correct("area_m2", 1000, table="occupancy").correct("registered_area_m2", 6700, table="parcels")
    applied(bureau, form.save())
    found = {row["字段"]: (row["原值"], row["更正值"]) for row in written(bureau)}
    assert found["scale"] == ("", "规上")
    assert found["registered_on"] == ("", "2015-03-02")
    assert found["output_wan"] == ("1000", "1234.5")
    assert found["energy_tce"] == ("50", "")
    assert found["area_m2"] == ("1234.5", "1000")
    analysis = run(load_project(named(bureau)))
    assert set(analysis.issues.loc[analysis.issues["code"].str.startswith("OVERRIDE"), "code"]) == {"OVERRIDE_APPLIED"}
    plot = analysis.parcels.table.set_index("parcel_id").loc[PARCEL_IDS[0]]
    assert plot["registered_area_m2"] == 6700


# -------------------------------------------------------------------------------------- by key, not place


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_sorting_and_deleting_rows_gives_the_same_overrides(bureau, forms, seed):
    (bureau.parent / "overrides.csv").unlink(missing_ok=True)
    form = confirm(forms).correct("tax_wan", "88.5").correct("registered_area_m2", "6700").sign()
    applied(bureau, form.save(bureau.parent / "plain.xlsx"))
    straight = [{k: v for k, v in row.items() if not k.startswith("表单")} for row in written(bureau)]
    (bureau.parent / "overrides.csv").unlink()
    mixed = shuffled(form, random.Random(seed))  # noqa: S311
    applied(bureau, mixed.save(bureau.parent / "mixed.xlsx"))
    assert [{k: v for k, v in row.items() if not k.startswith("表单")} for row in written(bureau)] == straight


def shuffled(form: Clerk, chance: random.Random) -> Clerk:
    """Return the form with its rows in another order, some untouched ones deleted, and rows put in above."""
    rows = form.rows()
    width = form.sheet.max_column
    lines = [[form.sheet.cell(row, place).value for place in range(1, width + 1)] for row in rows]
    touched = form.column("correction") - 1
    lines = [line for line in lines if line[touched] is not None or chance.random() < 0.6]
    chance.shuffle(lines)
    for row, line in zip(rows, [*lines, *[[None] * width] * len(rows)], strict=False):
        for place, value in enumerate(line, start=1):
            form.sheet.cell(row, place).value = value
    form.sheet.insert_rows(2, amount=chance.randint(1, 3))
    return form


def test_a_row_added_for_another_year_is_recognised_by_its_codes(bureau, forms):
    form = confirm(forms).correct("tax_wan", "77")
    row = form.find(column="tax_wan")
    form.put(row, year="2024", old=None)
    applied(bureau, form.save())
    assert written(bureau)[0]["年度"] == "2024"
    assert [row["原值"] for row in written(bureau)] == [""]


# ------------------------------------------------------------------------------------------- refusals


def test_two_forms_with_different_values_for_one_cell_are_refused(bureau, forms):
    one = confirm(forms).correct("tax_wan", "88").save(bureau.parent / "a.xlsx")
    other = confirm(forms).correct("tax_wan", "99").save(bureau.parent / "b.xlsx")
    (told,) = refused(bureau, one, other)
    assert "88 ≠ 99" in told
    assert "a.xlsx" in told
    assert "b.xlsx" in told
    assert applied(bureau, one, confirm(forms).correct("tax_wan", "88.0").save(other)).counts["corrections"] == 1


def test_an_old_value_that_the_data_no_longer_hold_is_refused(bureau, forms):
    file = bureau.parent / "数据" / "税收.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("E01,2025,100.0", "E01,2025,111.0"), encoding="utf-8")
    (told,) = refused(bureau, confirm(forms).correct("tax_wan", "88").save())
    assert "100 ≠ 111" in told


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda form, row: form.put(row, key="E77"), "E77"),
        (lambda form, row: form.put(row, column="nothing"), "accounts.nothing"),
        (lambda form, row: form.put(row, table="buildings"), "buildings.tax_wan"),
        (lambda form, row: form.put(row, key=None), "没有对象代码"),
        (lambda form, row: form.put(row, year=None), "没有年度代码"),
        (lambda form, row: form.put(row, correction="不少"), "不少"),
        (lambda form, row: form.put(row, correction=None), "没有更正值"),
        (lambda form, row: form.put(row, verdict="一致"), "选了“一致”却有更正值"),
        (lambda form, row: form.put(row, verdict="差不多"), "差不多"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_row_and_nothing_is_written(bureau, forms, spoil, told):
    form = confirm(forms).correct("tax_wan", "88").correct("output_wan", "900")
    row = form.find(column="tax_wan")
    spoil(form, row)
    found = refused(bureau, form.save())
    assert any(told in line and f"第 {row} 行" in line for line in found), found


def test_all_faults_of_all_forms_are_told_at_once(bureau, forms):
    one = confirm(forms).correct("tax_wan", "x").correct("output_wan", "y").save()
    other = confirm(forms, "E02").correct("tax_wan", "z").save()
    assert len(refused(bureau, one, other, bureau)) == 4


def test_a_name_may_not_be_made_blank_and_a_day_must_be_one(bureau, forms):
    found = refused(
        bureau, confirm(forms).correct("name", "—").correct("registered_on", "去年").sign(day="昨天").save()
    )
    assert len(found) == 3


def test_a_file_that_is_no_form_is_refused(bureau):
    (told,) = refused(bureau, bureau.parent / "数据" / "企业.csv")
    assert "不是本程序的表单" in told
    assert "文件不存在" in refused(bureau, bureau.parent / "没有.xlsx")[0]


def test_overrides_must_be_a_csv(bureau, forms):
    text = bureau.read_text(encoding="utf-8").replace("[inputs]\n", '[inputs]\noverrides = "改.xlsx"\n')
    bureau.write_text(text, encoding="utf-8")
    assert ".csv" in refused(bureau, confirm(forms).save())[0]


def test_the_named_file_is_added_to_and_keeps_what_a_user_wrote(bureau, forms):
    own = bureau.parent / "改正.csv"
    own.write_text("数据表,对象,年度,字段,原值,更正值\naccounts,E02,2025,tax_wan,200,210\n", encoding="gb18030")
    text = bureau.read_text(encoding="utf-8").replace("[inputs]\n", '[inputs]\noverrides = "改正.csv"\n')
    bureau.write_text(text, encoding="utf-8")
    applied(bureau, confirm(forms).correct("tax_wan", "88").save())
    assert [(row["对象"], row["更正值"]) for row in written(bureau, "改正.csv")] == [("E02", "210"), ("E01", "88")]
    assert run(load_project(bureau)).enterprises["tax_wan"].tolist()[:2] == [88, 210]


def test_columns_and_cells_of_the_user_stay_as_they_are(bureau, forms):
    own = bureau.parent / "overrides.csv"
    text = '备注,数据表,对象,年度,字段,原值,更正值,依据\n电话核实,accounts,E02,2025,tax_wan,200,210,"发票, 两张"\n'
    own.write_text(text, encoding="utf-8-sig")
    applied(bureau, confirm(forms).correct("tax_wan", "88", why="完税证明").save())
    lines = own.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("备注,数据表,对象,年度,字段,原值,更正值,依据,表单类型,")
    assert lines[1] == '电话核实,accounts,E02,2025,tax_wan,200,210,"发票, 两张"'
    assert lines[2].startswith(",accounts,E01,2025,tax_wan,100,88,完税证明,confirmation,")
    assert len(lines) == 3


def test_a_cell_that_cannot_be_read_stops_everything_and_stays(bureau, forms):
    own = bureau.parent / "overrides.csv"
    own.write_text("数据表,对象,年度,字段,原值,更正值\naccounts,E02,去年,tax_wan,200,210\n", encoding="utf-8-sig")
    before = own.read_bytes()
    (told,) = refused(bureau, confirm(forms).correct("tax_wan", "88").save())
    assert "overrides.csv 第 2 行" in told
    assert "去年" in told
    assert own.read_bytes() == before


def test_a_value_that_was_corrected_back_may_be_corrected_again(bureau, forms):
    """Tax of E01: 100 → 120 → 100 → 120; the form of the second step says nothing new after the third."""
    base = named(bureau).parent
    first = confirm(forms).correct("tax_wan", "120").save(base / "1.xlsx")
    back = base / "2.xlsx"
    applied(bureau, first)
    clerk = confirm(forms).correct("tax_wan", "100")
    clerk.put(clerk.find(column="tax_wan"), old="120").save(back)
    assert applied(bureau, back).counts["corrections"] == 1
    assert applied(bureau, confirm(forms).correct("tax_wan", "120").save(base / "3.xlsx")).counts["corrections"] == 1
    assert [(row["原值"], row["更正值"]) for row in written(bureau)] == [("100", "120"), ("120", "100"), ("100", "120")]
    assert run(load_project(bureau)).enterprises["tax_wan"].tolist()[0] == 120
    assert applied(bureau, first).counts["corrections"] == 0


def test_a_signed_form_is_made_once_whatever_came_after_it(bureau, forms):
    base = bureau.parent
    first = confirm(forms).correct("tax_wan", "120").sign(day="2026-07-01").save(base / "1.xlsx")
    applied(bureau, first)
    clerk = confirm(forms).correct("tax_wan", "100").sign(day="2026-07-02")
    applied(bureau, clerk.put(clerk.find(column="tax_wan"), old="120").save(base / "2.xlsx"))
    assert applied(bureau, first).counts["corrections"] == 0
    again = confirm(forms).correct("tax_wan", "120").sign(day="2026-07-03").save(base / "3.xlsx")
    assert applied(bureau, again).counts["corrections"] == 1


def test_a_lease_that_was_corrected_back_may_be_corrected_again_on_a_later_day(bureau, forms):
    base = bureau.parent

    def lease(old, new, day):
        clerk = confirm(forms).correct("area_m2", new, table="occupancy").sign(day=day)
        clerk.put(clerk.find(column="area_m2", table="occupancy"), old=old)
        return applied(bureau, clerk.save(base / f"{day}.xlsx")).counts["corrections"]

    assert lease("1234.5", "1000", "2026-07-01") == 1
    assert lease("1000", "1234.5", "2026-07-02") == 1
    assert lease("1234.5", "1000", "2026-07-01") == 0
    assert lease("1234.5", "1000", "2026-07-03") == 1


# ------------------------------------------------------------------------------- opinions and objections


def review(forms: Path, *, to: Path, **said) -> Path:
    clerk = Clerk(forms / "review.xlsx")
    return clerk.put(clerk.rows()[0], **said).save(to)


def test_opinions_of_bureaus_are_kept_with_the_enterprise_and_told(bureau, forms):
    said = {
        "税务意见": "不同意",
        "统计意见": "同意列入",
        "会审结论": "暂缓",
        "理由": "有补缴",
        "决定日期": "2026-08-20",
    }
    done = applied(bureau, review(forms, to=bureau.parent / "r.xlsx", **said))
    assert done.counts == {"corrections": 0, "decisions": 3, "objections": 0}
    rows = {row["字段"]: row for row in written(bureau)}
    assert {name: row["更正值"] for name, row in rows.items()} == {
        "opinion_tax": "refuse", "opinion_statistics": "list", "conclusion": "defer",
    }  # fmt: skip
    assert rows["opinion_tax"]["填报日期"] == "2026-08-20"
    told = explain(run(load_project(named(bureau))), rows["opinion_tax"]["对象"])
    assert "税务意见:不同意(税务意见,2026-08-20;有补缴)← r.xlsx" in told
    assert "会审结论:暂缓" in told


def test_a_changed_opinion_needs_a_later_day(bureau, forms):
    base = bureau.parent
    applied(bureau, review(forms, to=base / "a.xlsx", 税务意见="不同意", 决定日期="2026-08-20"))
    refused(bureau, review(forms, to=base / "b.xlsx", 税务意见="暂缓", 决定日期="2026-08-20"))
    refused(bureau, review(forms, to=base / "c.xlsx", 税务意见="暂缓"))
    later = review(forms, to=base / "d.xlsx", 税务意见="暂缓", 决定日期="2026-08-21")
    assert applied(bureau, later).counts["decisions"] == 1
    assert applied(bureau, base / "a.xlsx").counts["decisions"] == 0
    assert [row["更正值"] for row in written(bureau)] == ["refuse", "defer"]


def test_an_opinion_that_was_changed_may_be_changed_back(bureau, forms):
    base = bureau.parent
    said = {"a": ("不同意", "2026-08-20"), "b": ("暂缓", "2026-08-21"), "c": ("不同意", "2026-08-22")}
    for name, (word, day) in said.items():
        path = review(forms, to=base / f"{name}.xlsx", 税务意见=word, 决定日期=day)
        assert applied(bureau, path).counts["decisions"] == 1
    assert [row["更正值"] for row in written(bureau)] == ["refuse", "defer", "refuse"]
    for name in said:
        assert applied(bureau, base / f"{name}.xlsx").counts["decisions"] == 0


def test_a_word_outside_the_list_and_an_unknown_code_are_refused(bureau, forms):
    assert "随便" in refused(bureau, review(forms, to=bureau.parent / "a.xlsx", 税务意见="随便"))[0]
    assert "E77" in refused(bureau, review(forms, to=bureau.parent / "b.xlsx", 税务意见="暂缓", key="E77"))[0]
    assert "没有对象代码" in refused(bureau, review(forms, to=bureau.parent / "c.xlsx", 税务意见="暂缓", key=None))[0]


def objection(forms: Path, to: Path, **said) -> Path:
    clerk = Clerk(forms / "objections.xlsx")
    return clerk.put(clerk.header + 1, **said).save(to)


OBJECTION = {
    "异议编号": "Y1",
    "收到日期": "2026-08-01",
    "统一社会信用代码": "E01",
    "企业名称": "甲厂",
    "异议内容": "税收少计",
    "依据": "完税证明",
}


def test_objections_and_their_answers_are_kept_by_number_and_told(bureau, forms):
    first = objection(forms, bureau.parent / "a.xlsx", **OBJECTION)
    assert applied(bureau, first).counts["objections"] == 1
    answered = {**OBJECTION, "处理决定": "更正", "决定人": "乙某", "决定日期": "2026-08-09"}
    assert applied(bureau, objection(forms, bureau.parent / "b.xlsx", **answered)).counts["objections"] == 1
    assert [(row["事项编号"], row["字段"], row["更正值"]) for row in written(bureau)] == [
        ("Y1", "contested", "税收少计"), ("Y1", "decision", "更正"),
    ]  # fmt: skip
    told = explain(run(load_project(named(bureau))), "E01")
    assert "异议内容 Y1:税收少计(甲厂,2026-08-01;完税证明)← a.xlsx" in told
    assert "处理决定 Y1:更正(乙某,2026-08-09" in told


@pytest.mark.parametrize("lacking", ["异议编号", "统一社会信用代码", "异议内容"])
def test_an_objection_without_number_code_or_content_is_refused(bureau, forms, lacking):
    form = objection(forms, bureau.parent / "a.xlsx", **{**OBJECTION, "处理决定": "维持", lacking: None})
    assert "缺少" in refused(bureau, form)[0]


def test_the_register_and_the_review_may_be_named_as_inputs_themselves(bureau, forms):
    register = objection(forms, bureau.parent / "异议.xlsx", **OBJECTION, 处理决定="维持", 决定日期="2026-08-09")
    meeting = review(forms, to=bureau.parent / "会审.xlsx", 税务意见="不同意", 理由="有补缴", 决定日期="2026-08-20")
    more = f'[inputs]\nobjections = "{register.name}"\ndecisions = "{meeting.name}"\n'
    bureau.write_text(bureau.read_text(encoding="utf-8").replace("[inputs]\n", more), encoding="utf-8")
    analysis = run(load_project(bureau))
    assert not analysis.issues["code"].eq("INPUT_NOT_USED").any()
    told = explain(analysis, "E01")
    assert "异议内容 Y1:税收少计(甲厂,2026-08-01;完税证明)← 异议.xlsx〔异议登记表〕" in told
    key = Clerk(meeting).get(Clerk(meeting).rows()[0], "key")
    assert "税务意见:不同意(—,2026-08-20;有补缴)← 会审.xlsx" in explain(analysis, key)


def test_the_command_counts_what_is_new(bureau, forms, monkeypatch, capsys):
    from landuse.cli import main

    path = confirm(forms).correct("tax_wan", "88.5").save()
    for expected in (["更正 1 项,意见 0 项,异议 0 项", "已写入", "overrides"], ["更正 0 项", "没有新的内容"]):
        monkeypatch.setattr("sys.argv", ["landuse", "apply", str(bureau), str(path)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        out = capsys.readouterr().out
        assert all(text in out for text in expected)
    assert openpyxl.load_workbook(path).active.title == "数据确认表"


def test_a_doubted_cell_is_mended_on_the_form_of_doubts(bureau):
    file = bureau.parent / "数据" / "税收.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace("50.0", "-5.0")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_outputs(run(load_project(bureau)), bureau.parent / "doubt", only=("forms",))
    path = bureau.parent / "doubt" / "forms" / "corrections.xlsx"
    assert applied(bureau, path).counts["corrections"] == 0
    clerk = Clerk(path)
    row = clerk.find(key="E03", column="energy_tce")
    assert [clerk.get(row, n) for n in ("年度(宗地)", "单位", "部门提供的数据", "old")] == [
        "2025 年",
        "吨标准煤",
        "-5.00",
        "-5",
    ]
    clerk.put(row, correction="5.5", evidence="电费单", 更正人="丙某", 更正日期="2026-07-20")
    assert applied(bureau, clerk.save()).counts["corrections"] == 1
    (said,) = written(bureau)
    assert [said[name] for name in ("表单类型", "原值", "更正值", "填报人", "填报日期", "依据")] == [
        "problems", "-5", "5.5", "丙某", "2026-07-20", "电费单",
    ]  # fmt: skip
    assert run(load_project(named(bureau))).enterprises["energy_tce"].tolist()[2] == 5.5


def test_codes_are_recognised_however_they_are_typed(bureau, forms):
    form = objection(forms, bureau.parent / "a.xlsx", **{**OBJECTION, "统一社会信用代码": " Ｅ０１"})
    assert applied(bureau, form).counts["objections"] == 1
    assert written(bureau)[0]["对象"] == "E01"


def test_a_form_of_an_english_run_is_taken_back_and_the_file_speaks_english(bureau):
    project = load_project(bureau, language="en")
    write_outputs(run(project), bureau.parent / "en", only=("forms",))
    clerk = Clerk(form_of(bureau.parent / "en" / "forms", "E01"), "en")
    clerk.put(clerk.find(column="tax_wan"), verdict="wrong", correction="1,234.5", evidence="receipt")
    assert apply_forms(project, [clerk.save()]).counts["corrections"] == 1
    (said,) = written(bureau)
    assert (said["Old value"], said["New value"], said["Why"]) == ("100", "1234.5", "receipt")
    assert apply_forms(load_project(bureau), [clerk.path]).counts["corrections"] == 0
    assert run(load_project(named(bureau))).enterprises["tax_wan"].tolist()[0] == 1234.5
