-- Ranges of ids (`ranges.py`), and database `packed`, whose tables are made range by range.

-- name: pack
CHECKPOINT packed

-- name: drawn
-- Some ids of entries and of their persons, the same at every run, to cut ranges of about equally many entries by.
SELECT record_id, person_id FROM belongs WHERE hash(record_id) % $every::UBIGINT = 0
