"""Splink 5: library comparisons, EM, connected components; in its own environment (`people_peers.py`)."""

import json
import logging
import sys
import time

import duckdb
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999, 0.9999)


def main(source: str, target: str) -> None:
    """Train, predict and cluster the records of `source`; write a group a record and threshold to `target`."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    con = duckdb.connect()
    con.execute(
        """CREATE TABLE people AS SELECT record_id, lower(trim(given_name)) AS given,
        left(lower(middle_name), 1) AS middle,
        lower(trim(family_name)) AS family, dob, coalesce(regexp_replace(ssn, '[^0-9]', '', 'g'), government_id) AS ssn,
        lower(address_line) AS line FROM read_parquet($path)""",
        {"path": source},
    ).fetchall()
    started = time.perf_counter()
    known = {
        name: con.execute(f"SELECT count({name}) / count(*) FROM people").fetchall()[0][0]
        for name in ("middle", "dob", "ssn", "line")
    }
    comparisons = [
        cl.JaroWinklerAtThresholds("given", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("family", [0.9, 0.8]).configure(term_frequency_adjustments=True),
    ]
    comparisons += [cl.ExactMatch("middle")] if known["middle"] else []
    comparisons += [cl.DamerauLevenshteinAtThresholds("dob", [1, 2])] if known["dob"] else []
    comparisons += [cl.DamerauLevenshteinAtThresholds("ssn", [1, 2])] if known["ssn"] else []
    comparisons += [cl.LevenshteinAtThresholds("line", [2])] if known["line"] else []
    rules = [block_on("given", "family"), block_on("line", "given"), block_on("line", "family")]
    rules += [block_on("ssn")] if known["ssn"] else []
    rules += [block_on("dob", "family"), block_on("dob", "given")] if known["dob"] else []
    settings = SettingsCreator(
        unique_id_column_name="record_id",
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    api = DuckDBAPI(connection=con)
    linker = Linker(api.register("people"), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("ssn")] if known["ssn"] else [block_on("given", "family", "line")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("ssn") if known["ssn"] else block_on("line")
    )
    trained = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_probability=0.1)
    done = time.perf_counter()
    table = None
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold).physical_name
        groups = con.sql(
            f"SELECT record_id, dense_rank() OVER (ORDER BY cluster_id) AS g FROM {clusters} ORDER BY record_id"
        ).to_arrow_table()
        table = table or groups.select(["record_id"])
        table = table.append_column(f"{threshold}", groups["g"])
    clustered = (time.perf_counter() - done) / len(THRESHOLDS)
    pq.write_table(table, target)
    seconds = {"train": trained - started, "predict": done - trained, "cluster": clustered}
    told = {name: round(value, 2) for name, value in seconds.items()}
    print(json.dumps({"seconds": round(sum(seconds.values()), 2), **told}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
