"""What is printed and saved as a picture: paper, round scales, a true scale bar, the same furniture on all of them."""

import re
import shutil
import struct
import subprocess

import pytest

from .tools_page import opened, press, tool, write_page

pytestmark = pytest.mark.browser
MM = 25.4 / 72


@pytest.fixture
def seen(browser, tmp_path):
    with opened(browser, write_page(tmp_path)) as found:
        yield found
        assert found.errors == []
        assert found.requests == []


def printed(page, folder, *, paper="A4+", extent="whole", scale="0"):
    """Print through the preview; return the PDF."""
    if page.locator(".lt-tool").is_hidden():
        tool(page, "print")
    for at, value in enumerate((paper, extent, scale)):
        page.locator(".lt-pick select").nth(at).select_option(value)
    press(page, "预览并打印")
    page.wait_for_selector(".lt-print")
    pdf = folder / f"{paper}.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
    return pdf


def text_of(pdf):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine: the printed words are not read")
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def sizes(pdf):
    """Return the pages of a PDF in millimetres."""
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf.read_bytes())
    return [(round(float(wide) * MM), round(float(tall) * MM)) for wide, tall in found]


@pytest.mark.parametrize(
    ("paper", "size"), [("A4+", (297, 210)), ("A4-", (210, 297)), ("A3+", (420, 297)), ("A3-", (297, 420))]
)
def test_each_paper_gives_one_page_of_its_size(seen, tmp_path, paper, size):
    assert sizes(printed(seen.page, tmp_path, paper=paper)) == [size]


def test_a_sheet_carries_title_legend_scale_date_reference_system_credit_and_marks(seen, tmp_path):
    text = re.sub(r"\s", "", text_of(printed(seen.page, tmp_path)))
    day = seen.page.evaluate("kit.today()")
    title = "安澜县(示例)低效工业用地(行业末位15%)分布图(2025年)"
    legend = ("图例", "低效(拟列入)", "无数据", "合计602,970.00")
    foot = (f"制图日期{day}", "2000国家大地坐标系3度带第40带", "审图号鲁S(2026)001号", "参数指纹abababababab")
    marks = ("内部资料", "征求意见稿", "演示数据,纯属虚构")
    for part in (title, *legend, "比例尺1:10,000", "北", *foot, *marks):
        assert part in text, part


def test_the_sheet_closes_again_and_the_map_is_there(seen, tmp_path):
    page = seen.page
    printed(page, tmp_path)
    page.keyboard.press("Escape")
    assert page.locator(".lt-print").count() == 0
    assert page.evaluate("document.body.classList.contains('lt-printing')") is False


def composed(page, extent, scale, paper="A4", turned="false"):
    code = f"""() => {{
      const {{ print }} = landuse.tools;
      Object.assign(print.wish, {{ paper: "{paper}", turned: {turned} }});
      const made = print.composed(print.paperSpec(), {{ pixels: 12, extent: "{extent}", scale: {scale}, ratio: 3 }});
      const bars = made.items.filter((item) => item.kind === "rect" && item.fill === "#1f2933");
      const texts = made.items.filter((item) => item.kind === "text").map((item) => item.text);
      return {{ scale: made.spec.scale, view: made.view, frame: made.laid.frame, bar: bars[1].width * 4, texts }};
    }}"""
    return page.evaluate(code)


def metres(page, view):
    """Return the true metres of a millimetre of the sheet from west to east through its middle."""
    from pyproj import Geod

    west, _, _, _ = page.evaluate("(view) => landuse.tools.sheet.edges(view)", view)
    half = (view["lng"] - west) / 100
    # a hundredth of the half: the line between two places of a parallel is then the parallel
    ground = Geod(ellps="GRS80").inv(view["lng"] - half, view["lat"], view["lng"] + half, view["lat"])[2]
    return ground / (view["width"] / 12 / 100)


@pytest.mark.parametrize("scale", [2000, 5000, 25000])
def test_a_chosen_scale_is_true_from_west_to_east(seen, scale):
    made = composed(seen.page, "view", scale)
    assert made["scale"] == scale
    assert metres(seen.page, made["view"]) == pytest.approx(scale / 1000, rel=1e-6)


def test_the_scale_of_the_whole_map_is_the_next_round_one_and_holds_every_parcel(seen):
    made = composed(seen.page, "whole", 0)
    west, south, east, north = seen.page.evaluate("(view) => landuse.tools.sheet.edges(view)", made["view"])
    box = seen.page.evaluate(
        "(() => { const b = host.wholeBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; })()"
    )
    assert west < box[0]
    assert south < box[1]
    assert east > box[2]
    assert north > box[3]
    # 60 plots: 10 x 0.0020 degrees less a gap, 1 714 m wide, on a frame of some 204 mm less 6 %: 1:8 930, so 1:10 000
    assert made["scale"] == 10000


@pytest.mark.parametrize(
    ("limit", "scale"),
    [(500, 500), (501, 600), (1001, 1500), (8930, 10000), (10000, 10000), (10001, 15000), (72000, 80000)],
)
def test_scales_are_rounded_up(seen, limit, scale):
    assert seen.page.evaluate("(limit) => landuse.tools.sheet.roundScale(limit)", limit) == scale


@pytest.mark.parametrize(("limit", "size"), [(1, 1), (1.99, 1), (2, 2), (4.99, 2), (5, 5), (999, 500), (1000, 1000)])
def test_a_scale_bar_is_one_two_or_five_times_a_power_of_ten(seen, limit, size):
    assert seen.page.evaluate("(limit) => landuse.tools.sheet.roundBelow(limit)", limit) == size


def test_the_scale_bar_is_as_long_as_it_says(seen):
    made = composed(seen.page, "whole", 10000)
    last = next(text for text in made["texts"] if text.endswith(" 米"))
    assert made["bar"] == pytest.approx(float(last.removesuffix(" 米")) / 10, rel=1e-9)  # 1:10 000: 10 m a millimetre


def png_size(path):
    return struct.unpack(">II", path.read_bytes()[16:24])


def picture(page, words, path):
    if page.locator(".lt-tool").is_hidden():
        tool(page, "print")
    with page.expect_download() as waiting:
        press(page, words)
    waiting.value.save_as(path)
    return waiting.value.suggested_filename


def test_a_meeting_picture_is_3840_by_2160(seen, tmp_path):
    name = picture(seen.page, "会议图片:本专题", tmp_path / "wide.png")
    assert png_size(tmp_path / "wide.png") == (3840, 2160)
    assert name == "安澜县(示例)_低效工业用地(行业末位15%)分布图_16x9.png"


def test_every_theme_gets_its_meeting_picture_and_the_theme_on_the_map_stays(seen):
    page = seen.page
    tool(page, "print")
    found = []
    page.on("download", lambda one: found.append(one.suggested_filename))
    press(page, "会议图片:全部专题")
    page.get_by_text("已保存 2 张图片").wait_for()
    assert found == ["安澜县(示例)_低效工业用地(行业末位15%)分布图_16x9.png", "安澜县(示例)_亩均税收分布图_16x9.png"]
    assert page.evaluate("host.theme()") == "low"


def test_the_picture_of_the_view_has_the_map_at_twice_the_screen_and_furniture_around_it(seen, tmp_path):
    picture(seen.page, "当前视图存为图片", tmp_path / "view.png")
    wide, tall = png_size(tmp_path / "view.png")
    assert wide > 2 * 1366
    assert tall > 2 * 768


def pixels(path):
    import rasterio

    with rasterio.open(path) as found:
        return found.read()[:3]


@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_the_colours_of_the_classes_are_on_the_picture(seen, tmp_path):
    picture(seen.page, "会议图片:本专题", tmp_path / "wide.png")
    bands = pixels(tmp_path / "wide.png").astype(int)
    # 60 parcels in five classes, a fifth each; the frame lies in the left two thirds
    inside = bands[:, :, : 3840 * 6 // 10]
    for colour in ((0xB2, 0x18, 0x2B), (0xF4, 0xA5, 0x82), (0xD1, 0xE5, 0xF0)):
        share = (abs(inside - [[[part]] for part in colour]).max(axis=0) <= 2).mean()
        assert 0.04 < share < 0.2, colour


def test_a_legend_of_many_long_classes_is_never_cut(seen):
    code = """() => {
      const { print, sheet } = landuse.tools;
      const own = host.legend();
      const label = (at) => "疑似闲置(中止满1年,可认定)第" + at + "类,名称较长的一级";
      own.classes = Array.from({ length: 12 }, (none, at) => (
        { ...own.classes[0], label: label(at), count: 1234, area: 123456.78 }));
      host.legend = () => own;
      Object.assign(print.wish, { paper: "A4", turned: true });
      const made = print.composed(print.paperSpec(), { pixels: 12, extent: "whole", scale: 0, ratio: 3 });
      const texts = made.items.filter((item) => item.kind === "text");
      const wide = (item) => (item.align ? 0 : sheet.widthOf(item.text, item.size, item.weight));
      const out = texts.filter((item) => item.x + wide(item) > 200.01);
      return [Math.max(...texts.map((item) => item.y)), made.laid.frame.height, out.length];
    }"""
    lowest, height, too_wide = seen.page.evaluate(code)
    assert lowest <= 287.01
    assert height > 80
    assert too_wide == 0


def test_the_page_in_english_prints_in_english(browser, tmp_path):
    with opened(browser, write_page(tmp_path, lang="en")) as seen:
        tool(seen.page, "print")
        press(seen.page, "Preview and print")
        words = seen.page.locator(".lt-sheet-ink").inner_html()
        for part in ("Legend", "Scale 1:", "Drawn on", ">N<"):
            assert part in words, part


def test_printing_from_the_browsers_own_menu_gives_a_sheet_too(seen, tmp_path):
    page = seen.page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    pdf = tmp_path / "menu.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
    assert sizes(pdf) == [(297, 210)]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".lt-print").count() == 0
