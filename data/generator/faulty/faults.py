"""The twenty-five faults in the order in which they are laid in: those that change whole files come last."""

from __future__ import annotations

from collections.abc import Callable

from generator.faulty.books import (
    fault_07,
    fault_08,
    fault_09,
    fault_11,
    fault_12,
    fault_13,
    fault_18,
    fault_19,
    fault_20,
    fault_21,
)
from generator.faulty.draft import Draft
from generator.faulty.ground import fault_01, fault_02, fault_03, fault_04, fault_05, fault_25
from generator.faulty.layout import fault_10
from generator.faulty.register import fault_06, fault_14, fault_22, fault_24
from generator.faulty.users import fault_15, fault_16, fault_17, fault_23

Fault = Callable[[Draft], None]

FAULTS: tuple[Fault, ...] = (
    fault_01, fault_02, fault_25, fault_05, fault_12, fault_19, fault_20, fault_17, fault_22, fault_03, fault_04,
    fault_06, fault_14, fault_15, fault_16, fault_18, fault_21, fault_23, fault_24, fault_13, fault_07, fault_08,
    fault_09, fault_10, fault_11,
)  # fmt: skip
"""Those with the narrowest choice of objects first; units and layouts of whole files last."""
