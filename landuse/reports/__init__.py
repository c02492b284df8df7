"""Lay out what an analysis found out: what to say (content), and how it looks (excel)."""
