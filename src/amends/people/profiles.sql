-- Profiles: what distinct ways there are to write the people of each exact group; the nodes that residual linkage compares.

-- name: profiles
-- `labels` holds the exact group of every number. `profile` is dense, in the order of first appearance.
CREATE OR REPLACE TABLE profiles AS
WITH distinct_ways AS (
    SELECT
        min(slim.number) AS first, labels.label, given_raw AS given, middle, family, suffix, dob, ssn, line, postcode, city,
        phone, email, account, license, imei, imsi, count(*)::INTEGER AS records
    FROM slim JOIN labels ON labels.number = slim.number
    GROUP BY ALL
)
SELECT (row_number() OVER (ORDER BY first) - 1)::INTEGER AS profile, distinct_ways.* FROM distinct_ways

-- name: whole_numbers
SELECT label, records, coalesce(dob, 0)::INTEGER AS dob, coalesce(ssn, 0)::INTEGER AS ssn, suffix
FROM profiles ORDER BY profile

-- name: words
-- A column of text by number of profile; one statement a column keeps no more than one in memory.
SELECT CASE $column
    WHEN 'given' THEN given WHEN 'family' THEN family WHEN 'middle' THEN middle WHEN 'line' THEN line
    WHEN 'postcode' THEN postcode WHEN 'city' THEN city WHEN 'phone' THEN phone
    WHEN 'email' THEN email WHEN 'account' THEN account WHEN 'license' THEN license WHEN 'imei' THEN imei
    WHEN 'imsi' THEN imsi END AS word
FROM profiles ORDER BY profile

-- name: houses
-- The number of the house, -1 for none, and the street of every line of view `line_words`, in its order.
SELECT
    coalesce(TRY_CAST(nullif(regexp_extract(left(line, 9), '^([0-9]+) ', 1), '') AS INTEGER), -1)::INTEGER AS house,
    nullif(trim(regexp_replace(line, '^[0-9]+ ', '')), '') AS street
FROM line_words ORDER BY line

-- name: coded
-- The codes of every profile, null where nothing is known, with those of the beginnings that blocking asks for.
CREATE OR REPLACE TABLE coded AS SELECT * FROM coded_arrays
