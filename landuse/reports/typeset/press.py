"""Turn documents into PDF: one compiler, its fonts opened once, for as many files as are wanted."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

from landuse.errors import DefectError
from landuse.reports.typeset.form import Form, as_data

HEAD: Final = struct.Struct(">?Q")
"""What precedes the answer of a press in a process of its own: whether it is a PDF, and its length."""


class Press:
    """A compiler with the fonts and the template of one form."""

    def __init__(self, form: Form) -> None:
        import typst

        self.form = form
        self._source = form.source.encode()
        self._shared = {"shared": as_data(form.shared, form), "families": as_data(form.families, form)}
        opened = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(form.folders))
        self._compiler = typst.Compiler(root=form.folders[0], font_paths=opened, ignore_system_fonts=True)

    def pdf(self, documents: Sequence[Mapping[str, Any]]) -> bytes:
        """Return one PDF of some documents, one after the other."""
        return self.pdf_of(as_data(list(documents), self.form))

    def pdf_of(self, text: str) -> bytes:
        """Return one PDF of documents that are JSON already."""
        made = self._compiled(text, format="pdf", timestamp=self.form.stamp, pdf_tags=False)
        return bytes(made)

    def png(self, documents: Sequence[Mapping[str, Any]], *, dpi: float = 96.0) -> list[bytes]:
        """Return the pages of some documents as pictures."""
        made = self._compiled(as_data(list(documents), self.form), format="png", ppi=dpi)
        return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]

    def _compiled(self, text: str, **how: Any) -> Any:
        """Compile the template over some documents.

        Raises
        ------
        DefectError
            The template fails: no value of a table can make it, so it is a fault of the program.
        """
        import typst

        try:
            return self._compiler.compile(input=self._source, sys_inputs={**self._shared, "documents": text}, **how)
        except typst.TypstError as error:
            raise DefectError(f"{self.form.template}: {error.message}") from error
