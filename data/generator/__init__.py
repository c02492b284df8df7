"""The seeded generator of the invented district 安澜县(示例): `python -m generator -o DIR` from `data/`."""
