"""A template of the bureau is looked at before anything is computed, with everything else that is wrong."""

from __future__ import annotations

import pytest

from landuse import pipeline


def stated(bureau, text: str) -> None:
    bureau.write_text(bureau.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_bad_report_template_and_a_bad_list_template_are_told_at_once_before_the_run(
    bureau, say, tmp_path, monkeypatch
):
    monkeypatch.setattr(pipeline, "run", lambda *_: pytest.fail("the run began"))
    (bureau.parent / "坏.docx").write_bytes(b"no zip")
    (bureau.parent / "坏.xlsx").write_bytes(b"no zip")
    stated(bureau, '[report]\ntemplate = "坏.docx"\n[[lists.templates]]\npath = "坏.xlsx"\n')

    told = say("run", bureau, "-o", tmp_path / "out")

    assert told.status == 2
    assert "坏.docx" in told.err
    assert "坏.xlsx" in told.err
    assert not (tmp_path / "out").exists()


def test_a_template_that_is_not_there_is_named_before_the_run(bureau, say, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "run", lambda *_: pytest.fail("the run began"))
    stated(bureau, '[report]\ntemplate = "没有.docx"\n')

    told = say("run", bureau, "-o", tmp_path / "out")

    assert told.status == 2
    assert "没有.docx" in told.err


def test_the_template_of_the_report_is_an_input_with_its_fingerprint(bureau, say, tmp_path):
    import hashlib
    import json

    from landuse.reports.word import template_bytes

    (bureau.parent / "模板.docx").write_bytes(template_bytes("report"))
    stated(bureau, '[report]\ntemplate = "模板.docx"\n')

    assert say("run", bureau, "-o", tmp_path / "out", "--only", "tables").status == 0
    told = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    digests = {one["name"]: one["sha256"] for one in told}
    assert digests["模板.docx"] == hashlib.sha256(template_bytes("report")).hexdigest()
