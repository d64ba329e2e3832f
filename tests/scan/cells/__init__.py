"""Tests of what stands in the cells of tables."""
