-- Profiles: the distinct ways in which the people of each exact group are written, the nodes that linkage compares.
-- Statements with $part and $parts give the rows of one part of all values (`Engine.gather`).

-- name: numbered
SELECT * FROM slim WHERE number BETWEEN $first AND $last

-- name: labelled
-- Table `slim` with the exact group of every entry, which `label` tells by its first member.
CREATE OR REPLACE TABLE packed.labelled AS SELECT *, 0::INTEGER AS label FROM slim LIMIT 0

-- name: label
-- Entries of a range of numbers, by group: a range of groups is then read without the rest.
INSERT INTO packed.labelled SELECT * FROM labelled ORDER BY label

-- name: read_labelled
CREATE OR REPLACE VIEW labelled AS SELECT * FROM packed.labelled

-- name: ways
-- One row a profile, whose number is its rowid: groups one after another, each written once.
SELECT label, min(number) AS first, given_raw AS given, middle, family, suffix, dob, ssn, line, postcode, city, phone, email,
    account, license, imei, imsi, count(*)::INTEGER AS records
FROM labelled
WHERE label BETWEEN $first AND $last
GROUP BY ALL
ORDER BY label, first

-- name: names_held
-- In how many groups, with how many birth dates and with how many SSNs each full name stands.
SELECT given, family, count(DISTINCT label)::INTEGER AS groups, count(DISTINCT dob)::INTEGER AS dobs,
    count(DISTINCT ssn)::INTEGER AS ssns
FROM ways WHERE given % $parts = $part AND family IS NOT NULL GROUP BY ALL

-- name: dobs_held
SELECT dob, count(DISTINCT label)::INTEGER AS groups FROM ways WHERE dob % $parts = $part GROUP BY dob

-- name: named
-- What is counted by full name, of every profile that has one; each part in order.
SELECT ways.rowid AS profile, names_held.groups AS of_name, names_held.dobs AS dobs_of_name, names_held.ssns AS ssns_of_name
FROM ways JOIN names_held ON names_held.given = ways.given AND names_held.family = ways.family
WHERE ways.given % $parts = $part AND names_held.given % $parts = $part
ORDER BY profile

-- name: whole
-- In no order.
SELECT rowid AS profile,
    CASE $column WHEN 'label' THEN label WHEN 'ssn' THEN coalesce(ssn, 0) WHEN 'dob' THEN coalesce(dob, 0)
        WHEN 'suffix' THEN suffix END::INTEGER AS value
FROM ways

-- name: profiled
CREATE OR REPLACE VIEW profiled AS SELECT rowid::INTEGER AS profile, * FROM ways

-- name: readable
-- Profiles as arrays of integers have them: -1 or 0 where nothing is known. Hashes are cut to what fits: two that differ
-- are equal once in 2^31 pairs.
CREATE OR REPLACE VIEW readable AS
SELECT ways.rowid AS profile, label, records, coalesce(given, -1) AS given, coalesce(middle, -1) AS middle,
    coalesce(family, -1) AS family, suffix, coalesce(ways.dob, 0) AS dob, coalesce(ssn, 0) AS ssn, coalesce(line, -1) AS line,
    coalesce(postcode, -1) AS postcode, coalesce(city, -1) AS city, coalesce((phone >> 33)::INTEGER, -1) AS phone,
    coalesce((email >> 33)::INTEGER, -1) AS email, coalesce((account >> 33)::INTEGER, -1) AS account,
    coalesce((license >> 33)::INTEGER, -1) AS license, coalesce((imei >> 33)::INTEGER, -1) AS imei,
    coalesce((imsi >> 33)::INTEGER, -1) AS imsi, coalesce(dobs_held.groups, 0) AS of_dob
FROM ways LEFT JOIN dobs_held ON dobs_held.dob = ways.dob

-- name: window
-- In no order. Labels tell the engine which part of the table to read.
SELECT * FROM readable WHERE label BETWEEN $first AND $last

-- name: window_named
SELECT * FROM named WHERE profile BETWEEN $first AND $last

-- name: some
SELECT * FROM readable WHERE profile IN (SELECT profile FROM wanted)

-- name: some_named
SELECT * FROM named WHERE profile IN (SELECT profile FROM wanted)

-- name: held
-- In how many groups each value of a column stands.
SELECT code, count(DISTINCT label)::INTEGER AS groups
FROM (SELECT CASE $column WHEN 'given' THEN given WHEN 'family' THEN family WHEN 'line' THEN line END AS code, label FROM ways)
WHERE code % $parts = $part GROUP BY code

-- name: living
-- How many profiles have each postcode, and each city where no postcode is known.
SELECT postcode, CASE WHEN postcode IS NULL THEN city END AS city, count(*) AS profiles FROM ways GROUP BY ALL

-- name: named_apart
-- Two given names under one SSN.
WITH named AS (
    SELECT DISTINCT ssn, given, coalesce(family, -1) AS family FROM ways WHERE ssn % $parts = $part AND given IS NOT NULL
)
SELECT one.ssn, one.given AS given, one.family AS family, other.given AS other_given, other.family AS other_family
FROM named AS one JOIN named AS other ON other.ssn = one.ssn AND other.given > one.given

-- name: variants
-- Names of which one is a nickname of the other, from the list of them.
SELECT one.code AS one, other.code AS other
FROM name_variants
JOIN name_codes AS one ON one.word = name_variants.given_name
JOIN name_codes AS other ON other.word = name_variants.variant

-- name: hyphened
-- The first letter behind the hyphen, of given names that have one.
SELECT code, min(ascii(behind))::INTEGER AS letter
FROM names JOIN name_codes ON name_codes.word = names.given_raw
WHERE ascii(behind) BETWEEN 97 AND 122 GROUP BY code

-- name: in_use
-- Words that are on the list of given names.
SELECT code FROM name_codes JOIN given_names ON given_names.name = name_codes.word

-- name: spellings
-- Names of which one is another spelling of the other.
SELECT one.code AS one, other.code AS other
FROM name_spellings
JOIN name_codes AS one ON one.word = name_spellings.name
JOIN name_codes AS other ON other.word = name_spellings.spelling

-- name: names
-- The words of each dictionary by code.
SELECT word FROM name_codes ORDER BY code

-- name: lines
SELECT word FROM line_codes ORDER BY code

-- name: houses
SELECT code, coalesce(house, -1)::INTEGER AS house, coalesce(street, -1)::INTEGER AS street FROM line_codes

-- name: streets
SELECT word FROM street_words ORDER BY rowid

-- name: postcodes
SELECT word FROM postcode_words ORDER BY rowid

-- name: cities
SELECT word FROM city_words ORDER BY rowid

-- name: holders
-- Profiles with an SSN, so many of them, the same ones every time.
SELECT rowid AS profile FROM ways WHERE ssn IS NOT NULL ORDER BY hash(rowid), rowid LIMIT $most

-- name: twins
-- Profiles that several records share and that have an SSN and a full name; a share of them, the same ones every time.
SELECT rowid AS profile FROM ways
WHERE records > 1 AND ssn IS NOT NULL AND given IS NOT NULL AND family IS NOT NULL
    AND hash(rowid) / 18446744073709551616.0 < $share

-- name: count_twins
SELECT count(*) FROM ways WHERE records > 1 AND ssn IS NOT NULL AND given IS NOT NULL AND family IS NOT NULL
