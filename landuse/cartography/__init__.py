"""Classify and draw: themes, classes and legends (`style`), the offline web map (`web`), QGIS styles (`qgis`)."""
