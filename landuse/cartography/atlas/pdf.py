"""Draw one figure into a page of PDF that names its fonts instead of holding them, and make the fonts of a whole book.

A page says which glyph each of its codes stands for. When the pages are joined, the glyphs of all are put together and
every font is embedded once: neither two hundred copies of it, nor the half second it takes to cut one out.
Imported only where pages are drawn: it needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_pdf import Name, PdfFile, RendererPdf
from matplotlib.font_manager import FontPath

from landuse import fonts
from landuse.cartography.atlas.outlines import as_truetype
from landuse.cartography.sheet.lettering import setting
from landuse.fonts import Faces

POINTS: Final = 72
USE: Final = "LanduseUse"
"""Key of a page's font dictionary under which stands which of `FontUse` it is."""
SETTINGS: Final[Any] = {"pdf.fonttype": 42, "ps.fonttype": 42, "pdf.compression": 6, "pdf.use14corefonts": False}
"""Of matplotlib: TrueType fonts, and codes that are those of Unicode (it asks the PostScript setting for that)."""


@dataclass(frozen=True)
class FontUse:
    """What a page takes of one font."""

    file: str
    """Name of a bundled file, or path of a file of this machine."""
    face: int
    glyphs: tuple[tuple[int, int, str], ...]
    """Code on the page, glyph of the font, and the characters it stands for."""


@dataclass(frozen=True)
class Drawn:
    """A page as drawn: one page of PDF without fonts, and what it takes of them."""

    pdf: bytes
    fonts: tuple[FontUse, ...]


class _PageFile(PdfFile):  # type: ignore[misc,unused-ignore]
    """A PDF of one page whose font dictionaries only say which `FontUse` they stand for."""

    def __init__(self, target: Any) -> None:
        super().__init__(target, metadata={"Creator": None, "Producer": None, "CreationDate": None})
        self.uses: list[FontUse] = []

    def embedTTF(self, filename: Any, subset_index: int, charmap: Any) -> Any:  # noqa: N802 - of matplotlib
        said = self._character_tracker.subset_to_unicode
        glyphs = tuple((code, glyph, said(filename, subset_index, code)) for code, glyph in sorted(charmap.items()))
        self.uses.append(FontUse(_file_name(str(filename)), filename.face_index, glyphs))
        return {"Type": Name("Font"), "Subtype": Name("Type0"), USE: len(self.uses) - 1}


class _FontsFile(PdfFile):  # type: ignore[misc,unused-ignore]
    """A PDF of one empty page whose resources are fonts, named M0, M1 and so on."""

    def __init__(self, target: Any, uses: Sequence[FontUse]) -> None:
        super().__init__(target, metadata={"Creator": None, "Producer": None, "CreationDate": None})
        self.uses = uses
        self._character_tracker: Any = self

    def subset_to_unicode(self, _font: str, at: int, code: int) -> str:
        """Return the characters of a code; the place of a font stands for its subset."""
        return next(said for known, _, said in self.uses[at].glyphs if known == code)

    def writeFonts(self) -> None:  # noqa: N802 - of matplotlib
        made = {}
        with TemporaryDirectory(prefix="landuse-fonts-") as folder:
            for at, use in enumerate(self.uses):
                codes = {code: glyph for code, glyph, _ in use.glyphs}
                font, target = FontPath(str(_path(use.file)), use.face), Path(folder) / f"{at}.ttf"
                if as_truetype(_path(use.file), use.face, codes.values(), target):
                    font = FontPath(str(target), 0)
                made[Name(f"M{at}")] = self.embedTTF(font, at, codes)
        self.writeObject(self.fontObject, made)


def drawn(figure: Any, faces: Faces) -> Drawn:
    """Return a figure as a page; the same figure gives the same bytes."""
    target = BytesIO()
    width, height = figure.get_size_inches()
    FigureCanvasBase(figure)
    with setting(faces), rc_context(SETTINGS):
        file, figure.dpi = _PageFile(target), POINTS
        file.newPage(width, height)
        page = RendererPdf(file, POINTS, height, width)
        renderer = MixedModeRenderer(figure, width, height, POINTS, page)
        figure.draw(renderer)
        renderer.finalize()
        file.finalize()
        file.close()
    return Drawn(target.getvalue(), tuple(file.uses))


def fonts_pdf(uses: Sequence[FontUse]) -> bytes:
    """Return a PDF of one empty page that holds the given fonts, cut down to their glyphs, as M0, M1 and so on."""
    target = BytesIO()
    with setting(Faces((fonts.FAMILY,), ())), rc_context(SETTINGS):
        file = _FontsFile(target, uses)
        file.newPage(1, 1)
        file.finalize()
        file.close()
    return target.getvalue()


def joined(pages: Iterable[Sequence[FontUse]]) -> tuple[list[FontUse], list[list[int]]]:
    """Put together what pages take of fonts.

    Returns
    -------
    The fonts of the book, and page by page which of them each of its fonts is. Where two pages mean different glyphs by
    one code (signs outside the basic plane are numbered page by page), the font is there twice.
    """
    held: dict[tuple[str, int], list[int]] = {}
    codes: list[dict[int, tuple[int, str]]] = []
    names: list[tuple[str, int]] = []
    places: list[list[int]] = []
    for uses in pages:
        places.append([])
        for use in uses:
            wanted = {code: (glyph, said) for code, glyph, said in use.glyphs}
            of_file = held.setdefault((use.file, use.face), [])
            at = next((at for at in of_file if _agree(codes[at], wanted)), len(codes))
            if at == len(codes):
                of_file.append(at)
                codes.append({})
                names.append((use.file, use.face))
            codes[at] |= wanted
            places[-1].append(at)
    made = [
        FontUse(*name, tuple((code, glyph, said) for code, (glyph, said) in sorted(known.items())))
        for name, known in zip(names, codes, strict=True)
    ]
    return made, places


def _agree(known: dict[int, tuple[int, str]], wanted: dict[int, tuple[int, str]]) -> bool:
    return all(known.get(code, said) == said for code, said in wanted.items())


def _file_name(path: str) -> str:
    """Return how a font file is named in a page: a bundled one without the folder it lies in."""
    return Path(path).name if Path(path).parent == fonts.folder() else path


def _path(name: str) -> Path:
    return fonts.folder() / name if name in {fonts.REGULAR, fonts.BOLD} else Path(name)
