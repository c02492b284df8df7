"""Convert a file of parcels into another format, or a project file into its other form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from landuse.catalogue import fill
from landuse.cli.project_files import convert_project_file
from landuse.cli.screen import State, print_lines, say
from landuse.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd

    from landuse.settings import InputEntry

MOST: Final = 20
"""Findings of the input that are told one by one."""

Source = Annotated[Path, typer.Argument(metavar="IN", help="要转换的文件 / file to convert", show_default=False)]
Wanted = Annotated[
    Path,
    typer.Argument(
        metavar="OUT",
        help="输出文件,格式由后缀决定 / file to write; its ending says the format: "
        ".shp .gpkg .geojson .fgb .parquet .dxf .txt; .toml | .xlsx of a project file",
        show_default=False,
    ),
]
Layer = Annotated[str | None, typer.Option("--layer", help="读入的图层 / layer of IN")]
Crs = Annotated[
    str | None, typer.Option("--crs", help="输入文件的坐标系(文件未写明时)/ CRS of IN where it states none")
]
Axes = Annotated[str | None, typer.Option("--axes", help="输入的坐标次序 / order of IN: east_north | north_east")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="输入文件的编码 / encoding of IN, e.g. GBK")]
ToCrs = Annotated[str, typer.Option("--to-crs", help="转换到的坐标系(同一基准)/ CRS of OUT, of the same datum")]
ToEncoding = Annotated[
    str, typer.Option("--to-encoding", help=".shp 和 .txt 的编码 / encoding of OUT: gbk | gb18030 | utf-8")
]
ToLayer = Annotated[str, typer.Option("--to-layer", help="输出的图层名 / name of the layer in OUT")]
Label = Annotated[
    str, typer.Option("--label", help="宗地代码所在字段(dxf 的文字、txt 的地块编号)/ field with the parcel codes")
]
Producer = Annotated[str, typer.Option("--producer", help="txt 的数据产生单位 / who made the data (.txt)")]
Dated = Annotated[str, typer.Option("--date", help="txt 的数据产生日期 / date of the data, yyyy-mm-dd (.txt)")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="覆盖已有文件 / replace files that exist")]


def _convert(  # noqa: PLR0913, PLR0917
    source: Source,
    wanted: Wanted,
    layer: Layer = None,
    crs: Crs = None,
    axes: Axes = None,
    encoding: Encoding = None,
    to_crs: ToCrs = "",
    to_encoding: ToEncoding = "",
    to_layer: ToLayer = "",
    label: Label = "",
    producer: Producer = "",
    dated: Dated = "",
    overwrite: Overwrite = False,  # noqa: FBT002
) -> int:
    """转换图形格式,或项目文件与参数.xlsx 互转 / convert between formats, or a project file and its workbook."""
    from landuse.read.whole import read_whole
    from landuse.write.exchange.converted import Target, convert_layer, target_faults
    from landuse.write.project_file import is_project_pair

    if is_project_pair(source, wanted):
        return convert_project_file(source, wanted, overwrite=overwrite)
    State.lang = State.asked or State.lang
    target = Target(wanted, to_crs, to_encoding.lower(), to_layer, label, producer, dated, overwrite)
    if faults := target_faults(target, source):
        raise InputError(faults)
    read = read_whole(_entry(path=str(source), layer=layer, crs=crs, axes=axes, encoding=encoding), Path())
    made = convert_layer(read, target, lang=State.lang)
    say(*_told(read.where, made.rows, made.crs, read.encoding))
    print_lines(_issue_lines(read.issues), err=True)
    print_lines([f"  {note.told(State.lang)}" for note in made.notes], err=True)
    folder = wanted.parent
    for name in made.files:
        say(f"已写出 {folder / name}", f"written: {folder / name}")
    return 1 if made.left_out or read.issues["severity"].eq("error").any() else 0


def _entry(**stated: str | None) -> InputEntry:
    """Return the file to read with its options.

    Raises
    ------
    InputError
        An order of axes that is none.
    """
    from landuse.settings import InputEntry

    if stated["axes"] not in (None, "east_north", "north_east"):
        found = f"没有这种坐标次序 / no such order: {stated['axes']}"
        raise InputError([Fault("--axes", found, "east_north | north_east", "改正 / correct it")])
    return InputEntry.model_validate(stated)


def _issue_lines(issues: pd.DataFrame) -> list[str]:
    """Return what was found wrong with the input, worst first, at most `MOST` lines."""
    from landuse.catalogue import term
    from landuse.tables import worded_issues

    order = issues["severity"].map({"error": 1, "warning": 2, "note": 3}).sort_values(kind="stable").index
    rows = worded_issues(issues.loc[order[:MOST]], State.lang).to_dict("records")
    lines = []
    for row in rows:
        place = "" if row["source_row"] is None or row["source_row"] != row["source_row"] else f" #{row['source_row']}"
        lines.append(
            f"  {term('severity', str(row['severity']), State.lang)}{place} {row['message']} → {row['action']}"
        )
    return [*lines, *([f"  … +{len(issues) - MOST}"] if len(issues) > MOST else [])]


def _told(where: str, rows: int, crs: str, encoding: str) -> tuple[str, str]:
    """Return what was read, as whoever converts must be able to check it."""
    codec = (f",编码 {encoding}", f", encoding {encoding}") if encoding else ("", "")
    name = crs if len(crs) < 40 else crs.partition('"')[2].partition('"')[0]
    counted = fill("{n:row|rows}", {"n": rows})
    return f"{where}:{rows} 行,坐标系 {name}{codec[0]}", f"{where}: {counted}, CRS {name}{codec[1]}"


convert = _convert
"""What the command line calls: its options are its parameters, more than a function of the library may have."""
