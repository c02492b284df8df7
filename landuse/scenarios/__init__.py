"""Ask what if: other rules, years and shares, a correction, a lift out of the list, how firm the list stands."""
