"""Ask a run again: what would lift an enterprise out, whom a correction moves, how firm the list stands."""
