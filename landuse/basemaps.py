"""[map]: what may lie below the parcels of map.html."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from landuse.settings import FilePath, Section


def _tiles(value: Any) -> Any:
    """Take a folder of tiles beside the page: ``tiles`` is tiles/z/x/y.png; no address, no absolute path."""
    text = value.strip().replace("\\", "/").rstrip("/") if isinstance(value, str) else value
    if not isinstance(text, str) or not text or text.startswith("/") or any(sign in text for sign in ':*?"<>|#%\n'):
        raise PydanticCustomError("tiles", "a folder")
    marks = [mark for mark in ("{z}", "{x}", "{y}") if mark in text]
    if marks and (len(marks) < 3 or text.count("{") != 3):
        raise PydanticCustomError("tiles", "a folder")
    return text if marks else text + "/{z}/{x}/{y}.png"


def _box(value: Any) -> Any:
    """Take west, south, east, north in degrees, in this order."""
    numbers = value if isinstance(value, list | tuple) else ()
    if len(numbers) != 4 or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise PydanticCustomError("box", "four numbers")
    if not (-180 <= numbers[0] < numbers[2] <= 180 and -85 <= numbers[1] < numbers[3] <= 85):
        raise PydanticCustomError("box", "four numbers")
    return tuple(float(one) for one in numbers)


class BaseMaps(Section):
    """[map]: what may lie below the parcels of map.html; nothing by default."""

    tiles: Annotated[str, BeforeValidator(_tiles)] | None = None
    """Folder of tiles beside map.html: ``tiles`` means tiles/{z}/{x}/{y}.png; other endings are written in full."""
    tiles_system: Literal["cgcs2000", "gcj02"] = "cgcs2000"
    """Tiles of the web maps of China are in gcj02: they are shifted to the parcels, tile by tile."""
    tiles_min_zoom: int = Field(default=1, ge=0, le=24)
    """Coarsest level in the folder …"""
    tiles_max_zoom: int = Field(default=18, ge=0, le=24)
    """… and the finest; closer views enlarge it."""
    image: FilePath | None = None
    """A picture (.png, .jpg, at most 8 MB) that the page carries, north up."""
    image_bounds: Annotated[tuple[float, ...], BeforeValidator(_box)] | None = None
    """West, south, east and north edge of the picture, in degrees of CGCS2000."""
    tianditu: tuple[Literal["vec", "img"], ...] = ()
    """Tianditu map (vec) or imagery (img), with labels; the viewer types in a key. None = no network."""
    attribution: str = ""
    """Whose the base map is …"""
    review_number: str = ""
    """… and its 审图号; both stand on the map and on every print."""

    @model_validator(mode="after")
    def _image_has_place(self) -> BaseMaps:
        if (self.image is None) != (self.image_bounds is None):
            raise PydanticCustomError("image_place", "a picture with its bounds")
        return self

    @property
    def is_empty(self) -> bool:
        """Return whether the project names no base map at all."""
        return not (self.tiles or self.image or self.tianditu)
