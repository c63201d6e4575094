"""Traits of many tokens, sampled by their odds in no time, where no pixels are needed."""

import numpy as np

from mint.collection.trait_tables import Codes, TraitTable, trait_tables, trait_values


def sampled_tokens(number: int, seed: int = 0) -> TraitTable:
    """Return the traits of tokens; the odds of symmetries and difficulties are made up, but have the shape of the true ones."""
    random = np.random.default_rng(seed)
    codes: dict[str, Codes] = {}
    for table in trait_tables():
        odds = _pixel_odds(table) if table.odds is None else table.odds
        rows = random.choice(table.num_rows, number, p=odds / odds.sum())
        codes |= {trait: found[rows] for trait, found in table.codes.items()}
    return TraitTable(trait_values(), codes, None)


def _pixel_odds(table: TraitTable) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    scores, symmetric = table.codes["Difficulty score"].astype(float), table.codes["Symmetric sprites"]
    odds: np.ndarray[tuple[int], np.dtype[np.float64]] = np.exp(-(((scores - 65) / 12) ** 2))
    return odds * np.where(symmetric == 0, 5, 1.0 / (1 + symmetric) ** 2)
