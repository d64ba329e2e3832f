-- Entries (taken records and registry rows) become slim rows: a dense number and normalised identifiers.
-- A value that cannot identify anybody (empty, malformed, shared by too many names) becomes null here.

-- name: name_key
CREATE OR REPLACE MACRO name_key(name) AS
    nullif(coalesce(nullif(regexp_replace(lower(strip_accents(name)), '[^a-z]', '', 'g'), ''), lower(trim(name))), '')

-- name: address_key
CREATE OR REPLACE MACRO address_key(line, postcode, city) AS
    nullif(regexp_replace(
        regexp_replace(' ' || regexp_replace(lower(strip_accents(line)), '[^a-z0-9]+', ' ', 'g') || ' ',
            ' (street|avenue|road|drive|lane|court|boulevard|place|apartment|unit|suite|ste|apt|st|ave|rd|dr|ln|ct|blvd|pl) ',
            ' ', 'g'),
        '\s+', ' ', 'g'), ' ')
    || '|' || coalesce(left(postcode, 5), lower(city))

-- name: phone_key
CREATE OR REPLACE MACRO phone_key(phone) AS
    nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 10), '')

-- name: entries_numbered
-- `number` is dense and registry rows come first, so that a group's first member is the registry's row where there is one.
CREATE OR REPLACE TABLE slim AS
WITH keyed AS (
    SELECT
        record_id,
        name_key(split_part(trim(given_name), ' ', 1)) AS given_raw,
        name_key(middle_name) AS middle,
        name_key(family_name) AS family,
        CASE upper(suffix) WHEN 'JR' THEN 1 WHEN 'SR' THEN 2 WHEN 'II' THEN 3 WHEN 'III' THEN 4 WHEN 'IV' THEN 5 ELSE 0
        END::TINYINT AS suffix,
        CASE WHEN dob BETWEEN DATE '1900-01-02' AND DATE '2100-01-01'
            THEN (year(dob) * 10000 + month(dob) * 100 + day(dob))::INTEGER END AS dob,
        CASE WHEN regexp_full_match(ssn, '[0-9]{9}') AND left(ssn, 3) NOT IN ('000', '666') AND ssn < '9'
            AND substr(ssn, 4, 2) <> '00' AND right(ssn, 4) <> '0000' AND ssn NOT IN ('123456789', '111111111', '078051120')
            THEN ssn::INTEGER END AS ssn,
        address_key(address_line, postcode, city) AS address,
        phone_key(phone) AS phone,
        lower(trim(email)) AS email,
        account_number AS account,
        upper(driver_license) AS license,
        imei, imsi
    FROM entries
)
SELECT
    (row_number() OVER (ORDER BY record_id >= 0, abs(record_id)) - 1)::INTEGER AS number,
    keyed.*,
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
    suffix
FROM slim
ORDER BY number
