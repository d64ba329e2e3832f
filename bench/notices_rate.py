"""Claim: notices works through its rows at a stated share of the speed at which DuckDB reads them."""

from bench.scan_of_rows import rate_over_tables

if __name__ == "__main__":
    rate_over_tables("notices", ("persons", "duties", "codes"), bar=0.01).emit()
