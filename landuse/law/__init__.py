"""Judge idle land: pure functions, one an article, over statutes kept as dated and cited data."""
