"""Cells: what stands in the cells of a table beside what its columns are known to hold."""
