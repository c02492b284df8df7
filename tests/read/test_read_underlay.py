"""The orthophoto below a map: no more pixels than the paper shows, at its place, transparent where it is empty."""

import sys

import numpy as np
import pyproj
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rasterio.transform import from_origin

from landuse.errors import InputError
from landuse.project import build_project
from landuse.read.underlay import MOST_PIXELS, read_picture, underlay_of

X, Y = 40_378_000.0, 4_275_000.0
CRS = pyproj.CRS.from_epsg(4528)


def tif(path, bands, *, cell=1.0, crs="EPSG:4528", left=X, top=Y, **options):
    """Write bands (n, rows, columns) whose north-west corner is at (left, top)."""
    bands = np.asarray(bands)
    shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    palette = options.pop("palette", None)
    kinds = options.pop("kinds", None)
    with rasterio.open(
        path, "w", driver="GTiff", crs=crs, transform=from_origin(left, top, cell, cell), **shape, **options
    ) as target:
        target.write(bands)
        if palette:
            target.write_colormap(1, palette)
        if kinds:
            target.colorinterp = kinds
    return path


def halves(dtype=np.uint8, values=((200, 40), (100, 90), (50, 180))):
    """Return three bands of 100 x 100: the western half of the first values, the eastern of the second."""
    bands = np.empty((3, 100, 100), dtype=dtype)
    for at, (west, east) in enumerate(values):
        bands[at, :, :50], bands[at, :, 50:] = west, east
    return bands


def picture(path, bounds=(X, Y - 100, X + 100, Y), size=(50, 50), crs=CRS):
    return read_picture(path, path.name, bounds=bounds, crs=crs, size=size)


def test_colours_lie_where_they_are_on_the_ground(tmp_path):
    pixels = picture(tif(tmp_path / "o.tif", halves()))
    assert pixels.shape == (50, 50, 4)
    assert pixels[25, 10].tolist() == [200, 100, 50, 255]
    assert pixels[25, 40].tolist() == [40, 90, 180, 255]


def test_the_first_row_is_the_north(tmp_path):
    bands = halves()
    bands[:, 0:50] = np.array([10, 20, 30])[:, None, None]
    pixels = picture(tif(tmp_path / "o.tif", bands))
    assert pixels[10, 10].tolist() == [10, 20, 30, 255]
    assert pixels[40, 10].tolist() == [200, 100, 50, 255]


def test_outside_the_file_the_picture_is_transparent(tmp_path):
    pixels = picture(tif(tmp_path / "o.tif", halves()), bounds=(X - 100, Y - 100, X + 100, Y), size=(100, 50))
    assert (pixels[:, :48, 3] == 0).all()
    assert (pixels[:, 52:, 3] == 255).all()
    far = picture(tmp_path / "o.tif", bounds=(X + 5000, Y, X + 5100, Y + 100))
    assert not far.any()


def test_nodata_is_transparent_and_an_alpha_band_is_heeded(tmp_path):
    pixels = picture(tif(tmp_path / "n.tif", halves(values=((200, 0), (100, 0), (50, 0))), nodata=0))
    assert pixels[25, 10, 3] == 255
    assert pixels[25, 40, 3] == 0
    alpha = np.zeros((1, 100, 100), dtype=np.uint8)
    alpha[:, :, :50] = 255
    kinds = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
    pixels = picture(tif(tmp_path / "a.tif", np.concatenate([halves(), alpha]), kinds=kinds))
    assert pixels[25, 10].tolist() == [200, 100, 50, 255]
    assert pixels[25, 40, 3] == 0


def test_black_edges_of_a_file_that_states_no_nodata_are_transparent(tmp_path):
    pixels = picture(tif(tmp_path / "o.tif", halves(values=((200, 0), (100, 0), (50, 0)))))
    assert pixels[25, 40, 3] == 0


def test_one_band_is_grey_and_infrared_is_left_out(tmp_path):
    grey = picture(tif(tmp_path / "g.tif", halves()[:1]))
    assert grey[25, 10].tolist() == [200, 200, 200, 255]
    infrared = np.concatenate([halves(), np.full((1, 100, 100), 7, dtype=np.uint8)])
    path = tif(tmp_path / "i.tif", infrared, photometric="RGB", alpha="NO")
    assert picture(path)[25, 10].tolist() == [200, 100, 50, 255]


def test_a_palette_gives_its_colours_and_never_a_mixture(tmp_path):
    numbers = np.ones((1, 100, 100), dtype=np.uint8)
    numbers[:, ::2, ::2] = 3
    path = tif(tmp_path / "p.tif", numbers, palette={1: (10, 200, 30), 3: (250, 0, 0)})
    pixels = picture(path, size=(33, 33))
    assert {tuple(pixel) for pixel in pixels[5:28, 5:28, :3].reshape(-1, 3).tolist()} <= {(10, 200, 30), (250, 0, 0)}


def test_more_than_eight_bits_are_stretched_and_keep_their_order(tmp_path):
    ramp = np.tile(np.linspace(300, 2300, 400), (400, 1)).astype(np.uint16)
    pixels = picture(tif(tmp_path / "w.tif", np.stack([ramp] * 3)), bounds=(X, Y - 400, X + 400, Y))
    row = pixels[25, :, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    assert row[0] < 20
    assert row[-1] > 235


def test_another_system_is_turned_into_that_of_the_map(tmp_path):
    shift = pyproj.Transformer.from_crs(4528, 4490, always_xy=True)
    west, north = shift.transform(X, Y)
    east, _ = shift.transform(X + 100, Y)
    path = tif(tmp_path / "d.tif", halves(), cell=(east - west) / 100, crs="EPSG:4490", left=west, top=north)
    pixels = picture(path, bounds=(X + 5, Y - 70, X + 95, Y - 10))
    assert np.abs(pixels[25, 10, :3].astype(int) - (200, 100, 50)).max() <= 1
    assert np.abs(pixels[25, 45, :3].astype(int) - (40, 90, 180)).max() <= 1


@pytest.fixture(scope="module")
def huge(tmp_path_factory):
    """Return a sparse file of 100,000 x 100,000 cells (30 GB) in which only a part about one place is written."""
    path = tmp_path_factory.mktemp("huge") / "huge.tif"
    options = {"tiled": True, "blockxsize": 512, "blockysize": 512, "sparse_ok": True, "bigtiff": "yes", "nodata": 0}
    with rasterio.open(
        path, "w", driver="GTiff", count=3, width=100_000, height=100_000, dtype="uint8", crs="EPSG:4528",
        transform=from_origin(X, Y, 0.1, 0.1), compress="deflate", **options,
    ) as target:  # fmt: skip
        window = rasterio.windows.Window(51_200, 51_200, 2048, 2048)
        target.write(np.full((3, 2048, 2048), 90, dtype=np.uint8), window=window)
    return path


def test_a_page_of_a_huge_file_is_read_in_little_memory(huge):
    before = peak()
    near = (X + 5_000, Y - 5_400, X + 5_400, Y - 5_000)
    pixels = picture(huge, bounds=near, size=(1600, 1600))
    assert pixels[800, 800].tolist() == [90, 90, 90, 255]
    assert pixels[10, 10, 3] == 0
    assert peak() - before < 300


@pytest.mark.slow
def test_the_whole_of_a_huge_file_is_read_in_little_memory(huge):
    before = peak()
    pixels = picture(huge, bounds=(X, Y - 10_000, X + 10_000, Y), size=(500, 500))
    assert pixels[261, 261, 0] == 90
    assert pixels[100, 100, 3] == 0
    assert peak() - before < 400


def peak():
    """Return the peak of the memory of this process in MB."""
    resource = pytest.importorskip("resource")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def project(folder, **section):
    tree = {"project": {"name": "n", "year": 2025}, "inputs": {"parcels": "p.gpkg"}, "print": section}
    return build_project(tree, folder=folder)


def underlay(folder, name):
    return underlay_of(project(folder, underlay=name), (X, Y - 100, X + 100, Y), CRS, (50, 50))


def test_the_project_file_names_the_picture_and_its_strength(tmp_path):
    tif(tmp_path / "影像.tif", halves())
    found = underlay_of(
        project(tmp_path, underlay="影像.tif", underlay_strength=0.3), (X, Y - 100, X + 100, Y), CRS, (50, 50)
    )
    assert found.strength == 0.3
    assert found.bounds == (X, Y - 100, X + 100, Y)
    assert found.pixels[25, 10].tolist() == [200, 100, 50, 255]
    assert underlay_of(project(tmp_path), (X, Y - 100, X + 100, Y), CRS, (50, 50)) is None


def test_the_public_gets_no_picture(tmp_path):
    tif(tmp_path / "o.tif", halves())
    tree = {
        "project": {"name": "n", "year": 2025, "audience": "public"},
        "inputs": {"parcels": "p.gpkg"},
        "print": {"underlay": "o.tif"},
    }
    made = build_project(tree, folder=tmp_path)
    assert underlay_of(made, (X, Y - 100, X + 100, Y), CRS, (50, 50)) is None


def test_a_project_without_a_picture_keeps_its_digest(tmp_path):
    assert '"underlay"' not in project(tmp_path).text()
    assert project(tmp_path, underlay="影像.tif").digest() != project(tmp_path).digest()


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "文件不存在"), (b"<VRTDataset/>", "格式不支持"), (b"II*\0broken", "栅格无法读取")],
)
def test_a_picture_that_cannot_be_read_is_named(tmp_path, content, told):
    if content is not None:
        (tmp_path / "o.tif").write_bytes(content)
    with pytest.raises(InputError) as caught:
        underlay(tmp_path, "o.tif")
    (fault,) = caught.value.faults
    assert "o.tif" in fault.where
    assert told in fault.found


def test_a_picture_without_a_system_and_one_of_too_many_pixels_are_refused(tmp_path):
    tif(tmp_path / "o.tif", halves(), crs=None)
    with pytest.raises(InputError, match="坐标系"):
        underlay(tmp_path, "o.tif")
    with pytest.raises(InputError, match="像素过多"):
        picture(tmp_path / "o.tif", size=(MOST_PIXELS, 2))


@pytest.mark.parametrize("name", ["https://example.org/o.tif", "/vsizip/a.zip/o.tif"])
def test_a_picture_from_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(InputError):
        underlay(tmp_path, name)
