"""Columns: what is measured of every cell, the verdict on each column, and the rows as normalised records."""
