"""Turn documents into PDF: one compiler, its fonts opened once, for as many files as are wanted."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from landuse.errors import DefectError
from landuse.reports.typeset.form import Form, as_data
from landuse.reports.typeset.parted import parted
from landuse.reports.typeset.pdf import Source

HEAD: Final = struct.Struct(">?Q")
"""What precedes the answer of a press in a process of its own: whether all went well, and its length."""


@dataclass(frozen=True)
class Pile:
    """Some documents, typeset."""

    files: list[bytes]
    """One PDF a document."""
    whole: list[bytes]
    """PDFs of several documents each, all documents in order, for the file of all (`Bound`)."""


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

    def pile_of(self, text: str) -> Pile:
        """Return some documents that are JSON already, typeset at once and parted afterwards.

        Where a page holds more than text and lines, or a font other than the bundled one, each is typeset by itself.
        """
        whole = self.pdf_of(text)
        documents = json.loads(text)
        if len(documents) == 1:
            return Pile([whole], [whole])
        files = parted(Source(whole), [str(document["title"]) for document in documents], self.form)
        if files is None:
            files = [self.pdf_of(json.dumps([document], ensure_ascii=False)) for document in documents]
            return Pile(files, files)
        return Pile(files, [whole])

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
