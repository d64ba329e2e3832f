-- Entries (taken records and registry rows) become slim rows: a number, and normalised identifiers as numbers.
-- A value that cannot identify anybody (empty, malformed, shared by too many names) becomes null here. Each distinct text
-- is normalised once; words are told by their place in alphabetical order, so that codes sort as their words do.
-- Statements with $part and $parts give the rows of one part of all values (`Engine.gather`).

-- name: spans
-- Numbers of entries, registry rows first, in the order of their ids: a run of ids that share their upper bits has the
-- numbers from `base` on. An id that no entry has leaves its number unused.
CREATE OR REPLACE TABLE spans AS
WITH runs AS (
    SELECT record_id >= 0 AS taken, abs(record_id) >> $shift AS upper, min(abs(record_id)) AS low,
        max(abs(record_id)) - min(abs(record_id)) + 1 AS size, count(*) AS entries
    FROM entries
    GROUP BY ALL
)
SELECT *, (sum(size) OVER (ORDER BY taken, upper) - size)::BIGINT AS base FROM runs

-- name: numbers_used
SELECT coalesce(sum(entries), 0)::BIGINT AS used, coalesce(sum(size), 0)::BIGINT AS numbers FROM spans

-- name: spans_in_order
SELECT taken, low, size, base, entries FROM spans ORDER BY base

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

-- name: street_of
CREATE OR REPLACE MACRO street_of(line) AS nullif(trim(regexp_replace(line, '^[0-9]+ ', '')), '')

-- name: hash_key
CREATE OR REPLACE MACRO hash_key(value) AS CASE WHEN trim(value) <> '' THEN hash(trim(value)) END

-- name: names
-- The keys of every name that is written. A placeholder stands for "nobody we know by name": only words of the list, or
-- one word that says so alone.
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
SELECT words.name, CASE WHEN placeholders.name IS NULL THEN first_key END AS given_raw,
    CASE WHEN placeholders.name IS NULL THEN coalesce(nicknames.given_name, first_key) END AS given,
    key AS middle, CASE WHEN placeholders.name IS NULL AND length(trim(words.name)) > 1 THEN key END AS family
FROM words
LEFT JOIN placeholders ON placeholders.name = words.name
LEFT JOIN nicknames ON nicknames.nickname = words.first_key

-- name: name_words
CREATE OR REPLACE TABLE name_words AS
SELECT DISTINCT unnest([given_raw, given, middle, family]) AS word FROM names ORDER BY word

-- name: name_codes
-- The words by code, with the codes of how they begin: `start_3` is that of the first word with the same three letters.
CREATE OR REPLACE TABLE name_codes AS
SELECT (rowid)::INTEGER AS code, word,
    min(rowid) OVER (PARTITION BY left(word, 1))::INTEGER AS start_1,
    min(rowid) OVER (PARTITION BY left(word, 2))::INTEGER AS start_2,
    min(rowid) OVER (PARTITION BY left(word, 3))::INTEGER AS start_3,
    min(rowid) OVER (PARTITION BY left(word, 4))::INTEGER AS start_4
FROM name_words WHERE word IS NOT NULL

-- name: coded_names
CREATE OR REPLACE TABLE coded_names AS
SELECT name, raws.code AS given_raw, givens.code AS given, middles.code AS middle, length(middles.word) > 1 AS middle_written,
    CASE WHEN ascii(middles.word) BETWEEN 1 AND 127 THEN ascii(middles.word) ELSE 0 END::TINYINT AS middle_initial,
    families.code AS family
FROM names
LEFT JOIN name_codes AS raws ON raws.word = names.given_raw
LEFT JOIN name_codes AS givens ON givens.word = names.given
LEFT JOIN name_codes AS middles ON middles.word = names.middle
LEFT JOIN name_codes AS families ON families.word = names.family

-- name: lines
CREATE OR REPLACE TABLE lines AS
SELECT address_line, line_key(address_line) AS word
FROM (SELECT DISTINCT address_line FROM entries WHERE address_line IS NOT NULL)

-- name: line_words
CREATE OR REPLACE TABLE line_words AS SELECT DISTINCT word FROM lines WHERE word IS NOT NULL ORDER BY word

-- name: street_words
CREATE OR REPLACE TABLE street_words AS
SELECT DISTINCT street_of(word) AS word FROM line_words WHERE street_of(word) IS NOT NULL ORDER BY word

-- name: line_codes
-- The lines by code, with the number of the house and the code of the street.
CREATE OR REPLACE TABLE line_codes AS
SELECT line_words.rowid::INTEGER AS code, line_words.word,
    TRY_CAST(nullif(regexp_extract(left(line_words.word, 9), '^([0-9]+) ', 1), '') AS INTEGER) AS house,
    street_words.rowid::INTEGER AS street
FROM line_words LEFT JOIN street_words ON street_words.word = street_of(line_words.word)

-- name: coded_lines
CREATE OR REPLACE TABLE coded_lines AS
SELECT address_line, line_codes.code AS line FROM lines JOIN line_codes ON line_codes.word = lines.word

-- name: postcodes
CREATE OR REPLACE TABLE postcodes AS
SELECT postcode, nullif(left(trim(postcode), 5), '') AS word FROM (SELECT DISTINCT postcode FROM entries WHERE postcode IS NOT NULL)

-- name: postcode_words
CREATE OR REPLACE TABLE postcode_words AS SELECT DISTINCT word FROM postcodes WHERE word IS NOT NULL ORDER BY word

-- name: coded_postcodes
CREATE OR REPLACE TABLE coded_postcodes AS
SELECT postcodes.postcode, postcode_words.rowid::INTEGER AS code
FROM postcodes JOIN postcode_words ON postcode_words.word = postcodes.word

-- name: cities
CREATE OR REPLACE TABLE cities AS
SELECT city, nullif(lower(trim(city)), '') AS word FROM (SELECT DISTINCT city FROM entries WHERE city IS NOT NULL)

-- name: city_words
CREATE OR REPLACE TABLE city_words AS SELECT DISTINCT word FROM cities WHERE word IS NOT NULL ORDER BY word

-- name: coded_cities
CREATE OR REPLACE TABLE coded_cities AS
SELECT cities.city, city_words.rowid::INTEGER AS code FROM cities JOIN city_words ON city_words.word = cities.word

-- name: joins_as_written
-- The narrow side of every join stands on its right and is held in memory; estimates would put the wide side there.
SET disabled_optimizers = 'join_order,build_side_probe_side'

-- name: joins_as_estimated
RESET disabled_optimizers

-- name: entry_lines
-- The code of the line of every entry that has one, in no order. Lines are many, so this join is the one that may go to
-- disk, and it is kept narrow.
SELECT (spans.base + (abs(record_id) - spans.low))::INTEGER AS number, coded_lines.line
FROM entries
JOIN spans ON spans.taken = (record_id >= 0) AND spans.upper = abs(record_id) >> $shift
JOIN coded_lines ON coded_lines.address_line = entries.address_line

-- name: coded_entries
-- Entries but for their lines. Telephones and numbers that are only ever compared whole are kept as hashes.
SELECT
    (spans.base + (abs(record_id) - spans.low))::INTEGER AS number,
    givens.given_raw,
    givens.given,
    middles.middle,
    coalesce(middles.middle_written, false) AS middle_written,
    coalesce(middles.middle_initial, 0)::TINYINT AS middle_initial,
    families.family,
    CASE upper(suffix) WHEN 'JR' THEN 1 WHEN 'SR' THEN 2 WHEN 'II' THEN 3 WHEN 'III' THEN 4 WHEN 'IV' THEN 5 ELSE 0
    END::TINYINT AS suffix,
    CASE WHEN dob BETWEEN DATE '1900-01-02' AND DATE '2100-01-01'
        THEN (year(dob) * 10000 + month(dob) * 100 + day(dob))::INTEGER END AS dob,
    coalesce(ssn_key(regexp_replace(ssn, '[^0-9]', '', 'g')), government_key(trim(government_id))) AS ssn,
    coded_postcodes.code AS postcode,
    coded_cities.code AS city,
    hash_key(phone_key(phone)) AS phone,
    hash_key(lower(email)) AS email,
    hash_key(account_number) AS account,
    hash_key(upper(driver_license)) AS license,
    hash_key(imei) AS imei,
    hash_key(imsi) AS imsi
FROM entries
JOIN spans ON spans.taken = (record_id >= 0) AND spans.upper = abs(record_id) >> $shift
LEFT JOIN coded_names AS givens ON givens.name = given_name
LEFT JOIN coded_names AS middles ON middles.name = middle_name
LEFT JOIN coded_names AS families ON families.name = family_name
LEFT JOIN coded_postcodes ON coded_postcodes.postcode = entries.postcode
LEFT JOIN coded_cities ON coded_cities.city = entries.city

-- name: slim
CREATE OR REPLACE TABLE slim AS
SELECT *, line::BIGINT << 32 | coalesce(postcode, (1::BIGINT << 30) + city) AS address FROM lined_entries

-- name: generic_ssns
-- SSNs under more than $names names.
SELECT ssn FROM (SELECT DISTINCT ssn, given, family FROM slim WHERE ssn % $parts = $part) GROUP BY ssn HAVING count(*) > $names

-- name: demote_generic_ssns
UPDATE slim SET ssn = NULL WHERE ssn IN (SELECT ssn FROM generic_ssns)

-- name: frequent_contacts
-- Telephones and e-mails of more than $names entries.
SELECT phone AS contact FROM slim WHERE phone % $parts = $part GROUP BY phone HAVING count(*) > $names
UNION ALL
SELECT email AS contact FROM slim WHERE email % $parts = $part GROUP BY email HAVING count(*) > $names

-- name: generic_contacts
-- Telephones and e-mails under more than $names names: more than a household shares.
CREATE OR REPLACE TABLE generic_contacts AS
WITH held AS (
    SELECT phone AS contact, given, family FROM slim WHERE phone IN (SELECT contact FROM frequent_contacts)
    UNION
    SELECT email AS contact, given, family FROM slim WHERE email IN (SELECT contact FROM frequent_contacts)
)
SELECT contact FROM held GROUP BY contact HAVING count(*) > $names

-- name: demote_generic_phones
UPDATE slim SET phone = NULL WHERE phone IN (SELECT contact FROM generic_contacts)

-- name: demote_generic_emails
UPDATE slim SET email = NULL WHERE email IN (SELECT contact FROM generic_contacts)

-- name: attributes
-- What the exact pass asks of an entry, 0 where it is not known; in no order.
SELECT number, coalesce(ssn, 0)::INTEGER AS ssn, coalesce(dob, 0)::INTEGER AS dob, coalesce(given + 1, 0)::INTEGER AS given,
    suffix, middle_initial AS middle
FROM slim

-- name: initials
-- The first letter of every name, by code.
SELECT ascii(word)::INTEGER AS initial FROM name_codes ORDER BY code
