"""Hear the witnesses beside the papers: buildings and rasters, and where they contradict what was said."""
