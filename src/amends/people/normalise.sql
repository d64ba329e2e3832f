-- Entries (taken records and registry rows) become slim rows: a dense number and normalised identifiers.
-- A value that cannot identify anybody (empty, malformed, shared by too many names) becomes null here.

-- name: name_key
CREATE OR REPLACE MACRO name_key(name) AS
    nullif(coalesce(nullif(regexp_replace(lower(strip_accents(name)), '[^a-z]', '', 'g'), ''), lower(trim(name))), '')

-- name: any_date
-- A date in any of the ways files write it; month before day where both could be, as in the United States.
CREATE OR REPLACE MACRO any_date(written) AS coalesce(
    TRY_CAST(written AS DATE),
    try_strptime(written, ['%m/%d/%Y', '%Y%m%d', '%m%d%Y', '%m-%d-%Y', '%d/%m/%Y', '%d.%m.%Y', '%Y/%m/%d'])::DATE)

-- name: line_key
CREATE OR REPLACE MACRO line_key(line) AS
    nullif(trim(
        regexp_replace(' ' || regexp_replace(lower(strip_accents(line)), '[^a-z0-9]+', ' ', 'g') || ' ',
            ' (street|avenue|road|drive|lane|court|boulevard|place|apartment|unit|suite|ste|apt|st|ave|rd|dr|ln|ct|blvd|pl) ',
            ' ', 'g')), '')

-- name: ssn_key
-- Nine digits that can be issued, as an integer: SSA POMS RM 10201.035 for SSNs, IRM 3.21.263 for ITINs (9xx).
CREATE OR REPLACE MACRO ssn_key(digits) AS
    CASE WHEN length(digits) = 9 AND left(digits, 3) NOT IN ('000', '666') AND substr(digits, 4, 2) <> '00'
        AND right(digits, 4) <> '0000' AND digits NOT IN ('123456789', '111111111', '078051120')
        AND (digits < '9' OR substr(digits, 4, 2)::INTEGER BETWEEN 50 AND 99)
        THEN digits::INTEGER END

-- name: government_key
-- Another government's number, where it is digits alone, stands in for an SSN that is not there.
CREATE OR REPLACE MACRO government_key(number) AS
    CASE WHEN length(number) BETWEEN 6 AND 8 AND regexp_full_match(number, '[0-9]+')
        AND NOT regexp_full_match(number, '0+|1+|9+') THEN number::INTEGER END

-- name: phone_key
CREATE OR REPLACE MACRO phone_key(phone) AS
    nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 10), '')

-- name: names
-- The keys of every name that is written, worked out once each. A placeholder stands for "nobody we know by name": only
-- words of the list, or one word that says so alone.
CREATE OR REPLACE TABLE names AS
WITH written AS (
    SELECT DISTINCT unnest([given_name, middle_name, family_name]) AS name FROM entries
), words AS (
    SELECT name, trim(regexp_replace(lower(name), '[^a-z]+', ' ', 'g')) AS plain, name_key(name) AS key,
        name_key(split_part(trim(name), ' ', 1)) AS first_key
    FROM written WHERE name IS NOT NULL
), listed AS (
    SELECT list(word) AS every, list(word) FILTER (alone) AS alone FROM placeholder_words
), placeholders AS (
    SELECT name FROM words, listed
    WHERE list_contains(alone, plain)
        OR (contains(plain, ' ') AND list_has_all(every, string_split(plain, ' ')))
)
SELECT words.name, CASE WHEN placeholders.name IS NULL THEN first_key END AS given, key AS middle,
    CASE WHEN placeholders.name IS NULL AND length(trim(words.name)) > 1 THEN key END AS family
FROM words LEFT JOIN placeholders ON placeholders.name = words.name

-- name: lines
CREATE OR REPLACE TABLE lines AS
SELECT address_line, line_key(address_line) AS line FROM (SELECT DISTINCT address_line FROM entries)

-- name: numbered
-- A row's place in this table is its number: registry rows come first, so that a group's first member is the registry's
-- row where there is one.
CREATE OR REPLACE TABLE numbered AS SELECT record_id FROM entries ORDER BY record_id >= 0, abs(record_id)

-- name: slim
CREATE OR REPLACE TABLE slim AS
WITH written AS (
    SELECT * REPLACE (regexp_replace(ssn, '[^0-9]', '', 'g') AS ssn, trim(government_id) AS government_id) FROM entries
), keyed AS (
    SELECT
        numbered.rowid::INTEGER AS number,
        written.record_id,
        givens.given AS given_raw,
        middles.middle,
        families.family,
        CASE upper(suffix) WHEN 'JR' THEN 1 WHEN 'SR' THEN 2 WHEN 'II' THEN 3 WHEN 'III' THEN 4 WHEN 'IV' THEN 5 ELSE 0
        END::TINYINT AS suffix,
        CASE WHEN dob BETWEEN DATE '1900-01-02' AND DATE '2100-01-01'
            THEN (year(dob) * 10000 + month(dob) * 100 + day(dob))::INTEGER END AS dob,
        coalesce(ssn_key(ssn), government_key(government_id)) AS ssn,
        lines.line,
        left(trim(postcode), 5) AS postcode,
        nullif(lower(trim(city)), '') AS city,
        phone_key(phone) AS phone,
        lower(trim(email)) AS email,
        account_number AS account,
        upper(driver_license) AS license,
        imei, imsi
    FROM written
    JOIN numbered ON numbered.record_id = written.record_id
    LEFT JOIN names AS givens ON givens.name = given_name
    LEFT JOIN names AS middles ON middles.name = middle_name
    LEFT JOIN names AS families ON families.name = family_name
    LEFT JOIN lines ON lines.address_line = written.address_line
)
SELECT
    keyed.*,
    line || '|' || coalesce(postcode, city) AS address,
    coalesce(nicknames.given_name, given_raw) AS given
FROM keyed LEFT JOIN nicknames ON nicknames.nickname = keyed.given_raw

-- name: generic_ssns
CREATE OR REPLACE TABLE generic_ssns AS
SELECT ssn
FROM slim
WHERE ssn IS NOT NULL
GROUP BY ssn
HAVING count(DISTINCT hash(given, family)) > $names

-- name: demote_generic_ssns
UPDATE slim SET ssn = NULL WHERE ssn IN (SELECT ssn FROM generic_ssns)

-- name: attributes
SELECT
    coalesce(ssn, 0)::INTEGER AS ssn,
    coalesce(dob, 0)::INTEGER AS dob,
    CASE WHEN given IS NULL THEN 0::UBIGINT ELSE hash(given) END AS given,
    CASE WHEN given IS NULL THEN 0 ELSE ascii(given) END::INTEGER AS initial,
    suffix,
    CASE WHEN middle IS NULL OR ascii(middle) > 127 THEN 0 ELSE ascii(middle) END::TINYINT AS middle
FROM slim
ORDER BY number
