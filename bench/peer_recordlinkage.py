"""recordlinkage 0.16 with its ECM classifier and connected components, in its own environment (`people_peers.py`)."""

import json
import sys
import time

import pandas as pd
import recordlinkage as rl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def main(source: str, target: str) -> None:
    """Compare and classify the records of `source`; write a group a record to `target`."""
    people = pd.read_parquet(source).set_index("record_id").astype(object)
    people["ssn"] = people["ssn"].fillna(people["government_id"])
    for column in people.columns:
        people[column] = people[column].str.lower().str.strip()
    started = time.perf_counter()
    known = {column: people[column].notna().any() for column in people.columns}
    blocks = [["given_name", "family_name"], ["address_line", "given_name"], ["address_line", "family_name"]]
    blocks += [["ssn"]] if known["ssn"] else []
    blocks += [["dob", "family_name"]] if known["dob"] else []
    pairs = None
    for block in blocks:
        part = people.dropna(subset=block)
        if len(part) > 1:
            found = rl.Index().block(block).index(part)
            pairs = found if pairs is None else pairs.union(found)
    compare = rl.Compare()
    compare.string("given_name", "given_name", method="jarowinkler", threshold=0.88)
    compare.string("family_name", "family_name", method="jarowinkler", threshold=0.88)
    for column in ("dob", "ssn"):
        if known[column]:
            compare.exact(column, column)
    if known["address_line"]:
        compare.string("address_line", "address_line", method="levenshtein", threshold=0.85)
    features = compare.compute(pairs, people)
    links = rl.ECMClassifier().fit_predict((features > 0).astype(int))
    left = people.index.get_indexer(links.get_level_values(0))
    right = people.index.get_indexer(links.get_level_values(1))
    graph = coo_matrix(([1] * len(left), (left, right)), shape=(len(people), len(people)))
    _, group = connected_components(graph, directed=False)
    seconds = time.perf_counter() - started
    pd.DataFrame({"record_id": people.index, "ecm": group}).to_parquet(target)
    print(json.dumps({"seconds": round(seconds, 2)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
