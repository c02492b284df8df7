"""What the web map carries beside the polygons: computed once, in Python; the page looks up and decides nothing."""
