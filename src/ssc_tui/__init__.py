"""The directory of South-South and triangular exchange partners, offline."""

__version__ = "0.1.0"
