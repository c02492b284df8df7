"""``landuse init``: a project file is proposed, and one that stands already is compared and never changed."""

from __future__ import annotations

import tomllib

from cli_builders import accounts, write_bureau


def proposed(folder, say, name="landuse.toml"):
    """Return the project file that init writes for the files of the bureau."""
    told = say("init", folder / "数据", "-o", folder / name)
    assert told.status == 0, told.err
    return folder / name


def test_files_that_tell_everything_give_a_project_that_runs(bureau, say):
    project = proposed(bureau.parent, say)
    tree = tomllib.loads(project.read_text(encoding="utf-8"))
    assert tree["inputs"] == {
        "parcels": "数据/宗地 1.gpkg", "enterprises": "数据/企业.csv", "accounts": "数据/税收.csv",
    }  # fmt: skip
    assert tree["project"]["year"] == 2025
    told = say("run", project, "--only", "tables", "-o", bureau.parent / "results")
    assert told.status == 0, told.err
    assert "参评 9 家,拟列入(行业末位15%)1 家" in told.out


def test_the_screen_says_what_the_files_were_taken_for_and_what_is_open(bureau, say):
    told = say("init", bureau.parent / "数据", "-o", bureau.parent / "新.toml")
    assert "经济数据表 accounts: 数据/税收.csv" in told.out
    assert "没有疑问" in told.out
    frame = accounts().rename(columns={"实缴税收(万元)": "实缴税收(美元)"})
    frame.to_csv(bureau.parent / "数据" / "税收.csv", index=False)
    told = say("init", bureau.parent / "数据", "-o", bureau.parent / "另.toml")
    assert told.status == 0
    assert "inputs.accounts.units.tax_wan" in told.out
    assert "有 1 处不能确定" in told.out
    refused = say("check", bureau.parent / "另.toml")
    assert refused.status == 2
    assert "[inputs.accounts.units.tax_wan]" in refused.err


def test_the_same_files_change_nothing(bureau, say):
    project = proposed(bureau.parent, say)
    before = project.read_bytes()
    told = say("init", bureau.parent / "数据", "-o", project)
    assert (told.status, told.err) == (0, "")
    assert "无变化" in told.out
    assert "no change" in say("--lang", "en", "init", bureau.parent / "数据", "-o", project).out
    assert project.read_bytes() == before


def test_a_project_file_with_more_than_the_files_tell_is_no_change(bureau, say):
    project = proposed(bureau.parent, say)
    text = project.read_text(encoding="utf-8").replace(
        '"数据/税收.csv"', '{ path = "./数据/税收.csv", encoding = "UTF-8" }'
    )
    project.write_text(
        text + '\n[ranking]\nshare = 0.2\n\n[columns.parcels]\naddress = "证载面积(亩)"\n', encoding="utf-8"
    )
    assert say("init", bureau.parent / "数据", "-o", project).status == 0


def test_differences_are_listed_and_the_file_stays_as_it_is(bureau, say):
    project = proposed(bureau.parent, say)
    text = project.read_text(encoding="utf-8")
    text = text.replace('enterprises = "数据/企业.csv"', 'official = "数据/企业.csv"').replace(
        "year = 2025", "year = 2024"
    )
    project.write_text(text.replace("land_date = 2025-12-31\n", ""), encoding="utf-8")
    before = project.read_bytes()
    told = say("init", bureau.parent / "数据", "-o", project)
    assert told.status == 2
    assert "landuse.toml [project.year]:与文件内容不一致,现写:2024" in told.err
    assert 'landuse.toml [inputs] 数据/企业.csv:与文件内容不一致,现写:"official"' in told.err
    assert "用 -o 另写一个文件" in told.err
    assert project.read_bytes() == before


def test_a_file_that_is_not_in_the_project_yet_is_a_difference(bureau, say):
    project = proposed(bureau.parent, say)
    accounts().assign(年度=2024).to_csv(bureau.parent / "数据" / "税收2024.csv", index=False)
    told = say("init", bureau.parent / "数据", "-o", project)
    assert told.status == 2
    assert "数据/税收2024.csv:没有列入" in told.err


def test_a_header_that_the_project_maps_otherwise_is_a_difference(bureau, say):
    frame = accounts().rename(columns={"实缴税收(万元)": "入库税收(万元)"})
    frame.to_csv(bureau.parent / "数据" / "税收.csv", index=False)
    project = proposed(bureau.parent, say)
    assert tomllib.loads(project.read_text(encoding="utf-8"))["columns"] == {"accounts": {"tax_wan": "入库税收(万元)"}}
    text = project.read_text(encoding="utf-8").replace('tax_wan = "入库税收(万元)"', 'tax_wan = "工业总产值(万元)"')
    project.write_text(text, encoding="utf-8")
    told = say("init", bureau.parent / "数据", "-o", project)
    assert told.status == 2
    assert "[columns.accounts] tax_wan" in told.err


def test_a_project_file_that_is_no_toml_is_refused_and_stays(bureau, say):
    broken = bureau.parent / "坏.toml"
    broken.write_text("[project\n", encoding="utf-8")
    told = say("init", bureau.parent / "数据", "-o", broken)
    assert told.status == 2
    assert "不是有效的 TOML" in told.err
    assert broken.read_text(encoding="utf-8") == "[project\n"


def test_the_output_must_be_a_project_file(bureau, say):
    told = say("init", bureau.parent / "数据", "-o", bureau.parent / "数据")
    assert (told.status, "是文件夹" in told.err) == (2, True)
    told = say("init", bureau.parent / "数据", "-o", bureau.parent / "项目.docx")
    assert (told.status, "不是项目文件的扩展名" in told.err) == (2, True)
    told = say("init", bureau.parent / "没有", "-o", bureau.parent / "新.toml")
    assert (told.status, "文件不存在" in told.err) == (2, True)
    assert not (bureau.parent / "新.toml").exists()
    assert say("init").status == 2


def test_paths_are_written_from_the_project_file_and_not_from_where_the_command_runs(tmp_path, say, monkeypatch):
    write_bureau(tmp_path / "县")
    monkeypatch.chdir(tmp_path / "县" / "数据")
    told = say("init", "税收.csv", "企业.csv", "宗地 1.gpkg", "-o", "../项目/landuse.toml")
    assert told.status == 0, told.err
    tree = tomllib.loads((tmp_path / "县" / "项目" / "landuse.toml").read_text(encoding="utf-8"))
    assert tree["inputs"]["accounts"] == "../数据/税收.csv"
