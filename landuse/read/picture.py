"""Read the picture that lies below the parcels of the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read.opening import locate, written

KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
"""First bytes of a picture -> what it is."""
MOST_BYTES: Final = 8_000_000


@dataclass(frozen=True)
class Picture:
    """A picture as it stands in its file."""

    kind: str = ""
    content: bytes = b""
    faults: tuple[Fault, ...] = ()


def map_picture(project: Project) -> Picture:
    """Return the picture of ``[map] image``; blank where there is none; what is wrong with it is told with it."""
    if project.map.image is None:
        return Picture()
    try:
        path = locate(project.map.image, project.folder)
    except InputError as error:
        return Picture(faults=tuple(error.faults))
    name, size = written(project.map.image), path.stat().st_size
    if size > MOST_BYTES:
        found = f"图片过大 / picture too large: {size:,} bytes"
        return Picture(faults=(Fault(name, found, f"<= {MOST_BYTES:,}", "缩小图片 / make it smaller"),))
    content = path.read_bytes()
    kind = next((kind for magic, kind in KINDS if content.startswith(magic)), "")
    if not kind:
        found = "不是 PNG 或 JPEG 图片 / neither PNG nor JPEG"
        return Picture(faults=(Fault(name, found, ".png .jpg", "另存为 PNG 或 JPEG / save it as one of them"),))
    return Picture(kind, content)
