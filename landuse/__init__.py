"""Find idle and low-efficiency industrial land, and defend every number."""

__version__ = "0.1.0"
