-- Records of made people, as in a carrier's files: 2.5 records a person, 60% without an SSN, moves, typing errors.
-- Every value follows from hash(person or record, purpose, seed). Two people share a household. $records, $seed.

-- name: dice
-- A share in 0..1 for a number and a purpose.
CREATE OR REPLACE MACRO dice(number, purpose) AS hash(number, purpose, $seed) / 18446744073709551616.0

-- name: skewed
-- A rank below `count`, lower ones oftener: the share of rank r falls as 1 / (r + count / 32).
CREATE OR REPLACE MACRO skewed(share, count) AS
    least(count - 1, floor((count / 32.0) * (pow(33.0, share) - 1))::BIGINT)

-- name: misspelt
-- One letter left out.
CREATE OR REPLACE MACRO misspelt(name, share) AS
    left(name, 1 + floor(share * (length(name) - 1))::INTEGER) || substr(name, 3 + floor(share * (length(name) - 1))::INTEGER)

-- name: drawn
CREATE OR REPLACE TEMP VIEW drawn AS
SELECT record, person, person // 2 AS household, moved, person // 2 * 2 + (moved::BIGINT) AS home FROM (
    SELECT record, person, dice(person // 2, 'moves') < 0.3 AND dice(record, 'moved') < 0.5 AS moved FROM (
        SELECT range AS record, floor(dice(range, 'person') * greatest(1, $records * 2 // 5))::BIGINT AS person
        FROM range($records)))

-- name: written
CREATE OR REPLACE TEMP VIEW written AS
SELECT
    record AS record_id, person, 1::BIGINT AS elements, '1' AS wave,
    CASE WHEN dice(record, 'g') < 0.02 THEN NULL WHEN dice(record, 'g') < 0.05 THEN misspelt(given.name, dice(record, 'gx'))
        ELSE given.name END AS given_name,
    CASE WHEN dice(record, 'm') < 0.5 THEN chr(65 + floor(dice(person, 'middle') * 26)::INTEGER) END AS middle_name,
    CASE WHEN dice(record, 'f') < 0.03 THEN misspelt(family.name, dice(record, 'fx')) ELSE family.name END AS family_name,
    CASE WHEN dice(record, 'd') > 0.15 THEN DATE '1930-01-01' + floor(dice(person, 'born') * 28000)::INTEGER
        + (dice(record, 'd') > 0.99)::INTEGER END AS dob,
    CASE WHEN dice(record, 's') > 0.6 THEN
        printf('%03d%02d%04d', 100 + number % 560, 1 + number // 560 % 99, 1 + number // 55440 % 9999) END AS ssn,
    printf('%d %s %s', 1 + floor(dice(home, 'house') * 9800)::INTEGER, street.name,
        CASE WHEN dice(record, 'st') < 0.5 THEN 'St' ELSE 'Street' END) AS address_line,
    'city ' || (zip // 20)::VARCHAR AS city, printf('%05d', 10000 + zip) AS postcode,
    CASE WHEN dice(record, 'p') < 0.4 THEN printf('206%07d', person % 10000000) END AS phone,
    CASE WHEN dice(record, 'e') < 0.25 THEN printf('p%d@example.com', person) END AS email
FROM (
    SELECT *, (person * 99991 + 17) % 554344560 AS number, floor(dice(home, 'zip') * 20000)::BIGINT AS zip,
        skewed(dice(person, 'given'), (SELECT count(*) // 2 FROM given_names)) * 2 + person % 2 AS given_rank,
        skewed(dice(CASE WHEN dice(person, 'own') < 0.1 THEN -person ELSE household END, 'family'),
            (SELECT count(*) FROM family_names)) AS family_rank,
        floor(dice(home, 'street') * (SELECT count(*) FROM family_names))::BIGINT AS street_rank
    FROM drawn
)
JOIN given_names AS given ON given.rank = given_rank
JOIN family_names AS family ON family.rank = family_rank
JOIN family_names AS street ON street.rank = street_rank
