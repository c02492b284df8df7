"""What enterprises are called and where they come from: labels and origins, from a random stream of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.model import Firm

ORIGINS = {"本地": 0.62, "市域外": 0.18, "省外": 0.08, "港澳台及外资": 0.04, "": 0.08}
"""Origin -> share; a blank one is not filled in."""
GROWING = ("瞪羚企业", "科技小巨人")
"""Labels that few enterprises have, and most of those beside another."""


def fill_kinds(firms: Sequence[Firm], rng: np.random.Generator) -> None:
    """Give more labels and the origins; branches of other counties keep theirs. Written as bureaus write them."""
    origins = rng.choice(list(ORIGINS), len(firms), p=list(ORIGINS.values()))
    chances, words = rng.random(len(firms)), rng.choice(GROWING, len(firms))
    separators = rng.choice(["、", ",", ";", "/", " "], len(firms))
    for firm, origin, chance, word, separator in zip(firms, origins, chances, words, separators, strict=True):
        if firm.origin == "本地":
            firm.origin = str(origin)
        if firm.status != "RANKED" or chance >= (0.18 if firm.scale == "规上" else 0.03):
            continue
        firm.labels = f"{firm.labels}{separator}{word}" if firm.labels else str(word)
