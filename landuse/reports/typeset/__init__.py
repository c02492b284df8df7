"""Typeset pages with typst: templates of the package, values handed over as data, the same bytes every time.

A template never sees a value as markup: everything a table holds reaches it as JSON, so a name like ``#import`` or
``*x*`` is printed as it stands. Only the fonts of `landuse.fonts` are used, nothing is fetched, no clock is read.
"""

from landuse.reports.typeset.bound import Bound
from landuse.reports.typeset.form import Form, checked, is_plain
from landuse.reports.typeset.press import Pile, Press
from landuse.reports.typeset.several import PILE, printed

__all__ = ["PILE", "Bound", "Form", "Pile", "Press", "checked", "is_plain", "printed"]
