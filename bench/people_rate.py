"""Claim: people resolves records and registry rows at a stated share of the speed at which DuckDB reads them."""

from amends.engine import open_engine
from amends.people.registry import registry_rows
from bench.rehearsed_case import again, rehearsed
from bench.scan_of_rows import rate, seconds_to_touch

BAR = 0.008


def main() -> None:
    """Measure and print."""
    with rehearsed() as case:
        outcome = again(case, "people")
        with open_engine(case) as db:
            db.attach("records")
            db.add("registry_numbered", registry_rows(case.settings.inputs.registry))
            limit = seconds_to_touch(db, ("records", "registry_numbered"))
            rows = case.dataset("records").count_rows()
        rows += sum(balance.came_in for balance in outcome.balances if balance.what == "registry rows")
    rate("people", f"{rows:,} records and registry rows", rows, outcome.seconds, limit, BAR).emit()


if __name__ == "__main__":
    main()
