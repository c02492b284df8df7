"""Ask what if: the comparison under other rules, years and shares, compared with the run."""
