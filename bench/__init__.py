"""Benchmarks: one module a claim. `python -m bench.NAME` prints one JSON line last; `make bench` runs all.

A figure is a ratio against a named peer or a physical limit, measured in the same run on the same rows.
"""
