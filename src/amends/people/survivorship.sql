-- From sets of entries to one row per human: what is known best, and the record that proves each element.
-- `entries` are taken records and registry rows (record_id < 0); `belonging` says whose each is.
-- Statements with $first and $last work on one range of record or person ids at a time, so that no join or sort holds
-- more than a range (`survivorship.py`). What all ranges share lies in database `packed`, in order of person within each
-- part that was put in: its zone maps then let a range be read without the rest.

-- name: belongs
-- The person of every entry, and the number of the reason it is in it; the smallest taken record is a person's id.
CREATE OR REPLACE TABLE belongs AS SELECT * FROM belonging

-- name: memberships
SELECT belongs.record_id, belongs.person_id, coalesce(reasons.why, 'only_record') AS why
FROM belongs LEFT JOIN reasons ON reasons.number = belongs.why
WHERE belongs.record_id >= 0 AND belongs.record_id BETWEEN $first AND $last
ORDER BY belongs.record_id

-- name: waves
-- Waves by number, in the order of their names.
CREATE OR REPLACE TABLE waves AS
SELECT wave, (row_number() OVER (ORDER BY wave) - 1)::INTEGER AS number
FROM (SELECT DISTINCT wave FROM entries WHERE wave IS NOT NULL)

-- name: held
CREATE OR REPLACE TABLE packed.held (
    person_id BIGINT, record_id BIGINT, rank UBIGINT, holds SMALLINT, standing TINYINT, deceased BOOLEAN, wave INTEGER,
    elements BIGINT, given_name VARCHAR, middle_name VARCHAR, family_name VARCHAR, suffix VARCHAR, dob DATE,
    address_line VARCHAR, city VARCHAR, region VARCHAR, postcode VARCHAR, country VARCHAR, email VARCHAR, phone VARCHAR,
    language VARCHAR, account_number VARCHAR, role VARCHAR, email_consent BOOLEAN)

-- name: hold
-- Every entry of a person, beside the others of a range of persons. `rank` puts the registry before taken files (a
-- current account before a former one, the holder before a user), then the freshest record; its low 60 bits tell a row of
-- the registry, and all of it a record. `holds` has a bit a field whose value can be used: a placeholder, or a contact
-- that many names share, is nobody's.
INSERT INTO packed.held
SELECT
    belongs.person_id,
    belongs.record_id,
    CASE WHEN belongs.record_id >= 0 THEN belongs.record_id::UBIGINT
        ELSE 9223372036854775808::UBIGINT
            + (CASE lower(trim(status)) WHEN 'current' THEN 4 WHEN 'former' THEN 2 ELSE 0 END
                + (coalesce(lower(trim(role)), '') = 'holder')::INTEGER)::UBIGINT * 1152921504606846976::UBIGINT
            + (1152921504606846975 + belongs.record_id)::UBIGINT END AS rank,
    ((given_named AND family_named)::INTEGER
        + 2 * (given_named OR family_named)::INTEGER
        + 4 * coalesce(usable_day(dob), false)::INTEGER
        + 8 * (mailable(address_line) AND (trim(postcode) <> '' OR trim(city) <> '') IS TRUE)::INTEGER
        + 16 * (region IS NOT NULL OR country IS NOT NULL)::INTEGER
        + 32 * (email_key(email) IS NOT NULL AND coalesce(hash_key(email_key(email)) NOT IN (FROM generic_contacts), true))::INTEGER
        + 64 * (phone_key(phone) IS NOT NULL AND coalesce(hash_key(phone_key(phone)) NOT IN (FROM generic_contacts), true))::INTEGER
        + 128 * (language IS NOT NULL)::INTEGER
        + 256 * (belongs.record_id < 0 AND number_key(account_number) IS NOT NULL)::INTEGER
        + 512 * (given_name IS NOT NULL OR family_name IS NOT NULL)::INTEGER
        + 1024 * (postcode IS NOT NULL)::INTEGER)::SMALLINT AS holds,
    CASE lower(trim(status)) WHEN 'current' THEN 3 WHEN 'former' THEN 2 WHEN 'prospective' THEN 1 ELSE 0 END::TINYINT AS standing,
    coalesce(deceased, false) AS deceased,
    waves.number AS wave,
    elements,
    given_name, middle_name, family_name, suffix, dob, address_line, city, region, postcode, country, email, phone, language,
    account_number, lower(trim(role)), email_consent
FROM (
    SELECT *, coalesce(trim(given_name) <> '' AND given_name NOT IN (FROM nobodies), false) AS given_named,
        coalesce(trim(family_name) <> '' AND family_name NOT IN (FROM nobodies), false) AS family_named
    FROM entries
) AS entries
JOIN belongs ON belongs.record_id = entries.record_id
LEFT JOIN waves ON waves.wave = entries.wave
WHERE entries.record_id BETWEEN $first AND $last AND belongs.record_id BETWEEN $first AND $last

-- name: in_order
-- Where there are several ranges of persons.
ORDER BY person_id

-- name: mailable
-- Whether a letter can be sent there: also to general delivery, which tells nobody apart.
CREATE OR REPLACE MACRO mailable(line) AS coalesce(
    trim(line) <> '' AND CASE WHEN no_line(line) THEN regexp_matches(lower(line), 'gen(eral|[.])? *del(ivery|[.]|$)')
        ELSE true END, false)

-- name: entry_of
CREATE OR REPLACE MACRO entry_of(rank) AS
    CASE WHEN rank >= 9223372036854775808::UBIGINT
        THEN (rank & 1152921504606846975::UBIGINT)::BIGINT - 1152921504606846975
        ELSE rank::BIGINT END

-- name: choices
CREATE OR REPLACE TABLE packed.best (
    person_id BIGINT, name BIGINT, dob BIGINT, address BIGINT, place BIGINT, email BIGINT, phone BIGINT, language BIGINT,
    account BIGINT, standing TINYINT, deceased BOOLEAN, registry_matches INTEGER, records INTEGER, first_wave INTEGER,
    last_wave INTEGER, elements BIGINT)

-- name: best
CREATE OR REPLACE TEMP VIEW best AS SELECT * FROM packed.best

-- name: choose
-- Which entry is best in what: the record ids of the chosen, and what is said of the person as a whole.
INSERT INTO packed.best
SELECT
    person_id,
    entry_of(coalesce(max(rank) FILTER (holds & 1 <> 0), max(rank) FILTER (holds & 2 <> 0),
        max(rank) FILTER (holds & 512 <> 0))) AS name,
    entry_of(max(rank) FILTER (holds & 4 <> 0)) AS dob,
    entry_of(max(rank) FILTER (holds & 8 <> 0)) AS address,
    entry_of(coalesce(max(rank) FILTER (holds & 16 <> 0), max(rank) FILTER (holds & 1024 <> 0))) AS place,
    entry_of(max(rank) FILTER (holds & 32 <> 0)) AS email,
    entry_of(max(rank) FILTER (holds & 64 <> 0)) AS phone,
    entry_of(max(rank) FILTER (holds & 128 <> 0)) AS language,
    entry_of(max(rank) FILTER (holds & 256 <> 0)) AS account,
    max(standing) AS standing,
    bool_or(deceased) AS deceased,
    count(*) FILTER (record_id < 0)::INTEGER AS registry_matches,
    count(*) FILTER (record_id >= 0)::INTEGER AS records,
    min(wave) AS first_wave,
    max(wave) AS last_wave,
    coalesce(bit_or(elements) FILTER (record_id >= 0), 0)::BIGINT AS elements
FROM packed.held
WHERE person_id BETWEEN $first AND $last
GROUP BY person_id
ORDER BY person_id

-- name: states
-- The code of a state or territory, by its code and by its name.
CREATE OR REPLACE TABLE states AS SELECT code, code AS name FROM state_names UNION ALL SELECT code, upper(name) FROM state_names

-- name: zip_state
-- The state in which a ZIP code lies, as its first three digits say; none of the armed forces' and the Pacific islands'.
-- `states` has a place for each number of three digits.
CREATE OR REPLACE MACRO zip_state(postcode, states) AS
    CASE WHEN regexp_full_match(trim(postcode), '[0-9]{5}(-?[0-9]{4})?') THEN states[1 + left(trim(postcode), 3)::INTEGER] END

-- name: zip_states
SELECT list(code ORDER BY start) AS states
FROM range(1000) AS starts(start) LEFT JOIN zip_ranges ON start BETWEEN first AND last

-- name: by_postcode
-- How many persons' states are told by their ZIP codes alone, a row a range.
CREATE OR REPLACE TABLE by_postcode (persons BIGINT)

-- name: count_by_postcode
INSERT INTO by_postcode SELECT count(*) FROM gathered WHERE by_postcode

-- name: country_code
CREATE OR REPLACE MACRO country_code(country) AS
    CASE regexp_replace(upper(country), '[^A-Z]', '', 'g') WHEN 'USA' THEN 'US' WHEN 'UNITEDSTATES' THEN 'US'
        WHEN 'UNITEDSTATESOFAMERICA' THEN 'US' WHEN '' THEN 'US' ELSE upper(trim(country)) END

-- name: gathered
-- The values of the chosen entries, each entry's where it is best; the first record of a person, whose id it is, is always
-- there. `minor` is null where it is not known; a birth date
-- long after the discovery is another century's.
CREATE OR REPLACE TABLE gathered AS
WITH here AS (
    SELECT * FROM packed.best WHERE person_id BETWEEN $first AND $last
), chosen AS (
    SELECT
        here.person_id,
        max(CASE WHEN record_id = name THEN given_name END) AS given_name,
        max(CASE WHEN record_id = name THEN middle_name END) AS middle_name,
        max(CASE WHEN record_id = name THEN family_name END) AS family_name,
        max(CASE WHEN record_id = name THEN suffix END) AS suffix,
        max(CASE WHEN record_id = here.dob THEN held.dob END) AS dob,
        max(CASE WHEN record_id = address THEN address_line END) AS address_line,
        max(CASE WHEN record_id = address THEN city END) AS city,
        max(CASE WHEN record_id = address THEN region END) AS region,
        max(CASE WHEN record_id = address THEN postcode END) AS postcode,
        max(CASE WHEN record_id = address THEN country END) AS country,
        max(CASE WHEN record_id = place THEN region END) AS place_region,
        max(CASE WHEN record_id = place THEN country END) AS place_country,
        max(CASE WHEN record_id = place THEN postcode END) AS place_postcode,
        max(CASE WHEN record_id = here.email THEN held.email END) AS email,
        max(CASE WHEN record_id = here.email THEN email_consent END) AS email_consent,
        max(CASE WHEN record_id = here.phone THEN held.phone END) AS phone,
        max(CASE WHEN record_id = here.language THEN held.language END) AS language,
        max(CASE WHEN record_id = account THEN account_number END) AS account_number,
        max(CASE WHEN record_id = account THEN role END) AS role
    FROM packed.held JOIN here ON here.person_id = held.person_id
    WHERE held.person_id BETWEEN $first AND $last
        AND record_id IN (here.person_id, name, here.dob, address, place, here.email, here.phone, here.language, account)
    GROUP BY here.person_id
)
SELECT
    chosen.person_id,
    chosen.given_name,
    chosen.middle_name,
    chosen.family_name,
    chosen.suffix,
    chosen.dob,
    chosen.address_line,
    chosen.city,
    chosen.region,
    chosen.postcode,
    chosen.country,
    chosen.email,
    chosen.phone,
    CASE WHEN here.address < 0 THEN 'registry' ELSE 'taken:' || here.address END AS address_source,
    CASE WHEN here.email < 0 THEN 'registry' ELSE 'taken:' || here.email END AS email_source,
    CASE WHEN here.phone < 0 THEN 'registry' ELSE 'taken:' || here.phone END AS phone_source,
    CASE
        WHEN country_code(coalesce(chosen.country, place_country, 'US')) <> 'US'
            THEN country_code(coalesce(chosen.country, place_country))
        WHEN trim(chosen.region) <> '' THEN 'US-' || states.code
        ELSE 'US-' || coalesce(zip_state(chosen.postcode, $zip_states), states.code, zip_state(place_postcode, $zip_states))
    END AS jurisdiction,
    coalesce(jurisdiction LIKE 'US-%' AND NOT coalesce(trim(chosen.region) <> '', false)
        AND (states.code IS NULL OR zip_state(chosen.postcode, $zip_states) IS NOT NULL), false) AS by_postcode,
    chosen.language,
    CASE standing WHEN 3 THEN 'current' WHEN 2 THEN 'former' WHEN 1 THEN 'prospective' ELSE 'unknown' END AS status,
    chosen.dob + to_years($minor_age) > $discovered::DATE AND chosen.dob <= $discovered::DATE + INTERVAL 1 YEAR AS minor,
    deceased,
    chosen.account_number,
    chosen.role = 'holder' AS account_holder,
    coalesce(chosen.email_consent AND here.email < 0, false) AS email_consent,
    registry_matches,
    records,
    first.wave AS first_wave,
    last.wave AS last_wave,
    elements
FROM chosen
JOIN here ON here.person_id = chosen.person_id
LEFT JOIN waves AS first ON first.number = here.first_wave
LEFT JOIN waves AS last ON last.number = here.last_wave
LEFT JOIN states ON states.name = upper(trim(coalesce(CASE WHEN trim(chosen.region) <> '' THEN chosen.region END, place_region)))

-- name: persons
SELECT * EXCLUDE (by_postcode) REPLACE (coalesce(minor, false) AS minor) FROM gathered ORDER BY person_id

-- name: exposures
-- The masks that occur are few: each is taken apart once.
WITH here AS (
    SELECT person_id, record_id, wave, elements FROM packed.held
    WHERE person_id BETWEEN $first AND $last AND record_id >= 0
), parts AS (
    SELECT masks.elements, vocabulary.element
    FROM (SELECT DISTINCT elements FROM here) AS masks
    JOIN vocabulary ON masks.elements & vocabulary.mask <> 0
), numbered AS (
    SELECT element, row_number() OVER (ORDER BY element)::TINYINT AS place FROM vocabulary
), proofs AS (
    SELECT here.person_id, numbered.place, min(here.record_id) AS record_id, count(*)::INTEGER AS records,
        arg_min(here.wave, here.record_id) AS wave
    FROM here JOIN parts ON parts.elements = here.elements JOIN numbered ON numbered.element = parts.element
    GROUP BY ALL
)
SELECT proofs.person_id, numbered.element, proofs.record_id, proofs.records, waves.wave AS first_wave
FROM proofs JOIN numbered ON numbered.place = proofs.place LEFT JOIN waves ON waves.number = proofs.wave
ORDER BY proofs.person_id, proofs.place

-- name: called
-- What was answered. An answer is about the records whose numbers the two persons had; this says where they are now.
CREATE OR REPLACE TABLE called AS
SELECT decided.review_id, decided.answer, a.person_id AS one_id, b.person_id AS other_id
FROM decided
JOIN belongs AS a ON a.record_id = decided.first
JOIN belongs AS b ON b.record_id = decided.second

-- name: doubted
CREATE OR REPLACE TABLE doubted AS SELECT * FROM refused

-- name: pairs
-- Pairs of persons that agree on a key but contradict each other, and pairs likely one but in doubt, once each.
CREATE OR REPLACE TABLE pairs AS
SELECT least(a.person_id, b.person_id) AS person_id, greatest(a.person_id, b.person_id) AS other_person_id,
    bool_and(doubt) AS doubt
FROM doubted
JOIN belongs AS a ON a.number = doubted.first
JOIN belongs AS b ON b.number = doubted.second
WHERE a.person_id <> b.person_id
GROUP BY ALL

-- name: told
-- Best birth date and name of the persons in these pairs.
CREATE OR REPLACE TABLE told AS
WITH asked AS (
    SELECT dob, name FROM best
    WHERE person_id IN (SELECT person_id FROM pairs UNION ALL SELECT other_person_id FROM pairs)
)
SELECT record_id, dob, given_name FROM packed.held
WHERE record_id IN (SELECT dob FROM asked UNION ALL SELECT name FROM asked)

-- name: questions
CREATE OR REPLACE TABLE packed.questions AS
WITH settled AS (
    SELECT least(one_id, other_id) AS person_id, greatest(one_id, other_id) AS other_person_id FROM called
    WHERE answer = 'different'
)
SELECT
    'same-person-' || person_id || '-' || other_person_id AS review_id,
    'same_person' AS kind,
    NULL::INTEGER AS file_id,
    NULL::INTEGER AS "column",
    person_id,
    other_person_id,
    'Are these two one person? They share identifiers, but '
        || CASE WHEN doubt THEN 'too few of them to be sure.'
            WHEN birth.dob <> other_birth.dob THEN 'their birth dates differ.'
            WHEN names.given_name <> other_names.given_name THEN 'their given names differ.'
            ELSE 'other identifiers contradict each other.' END AS question,
    least(one.records, two.records)::BIGINT AS records,
    'open' AS state,
    NULL::VARCHAR AS decision
FROM pairs
JOIN best AS one USING (person_id)
JOIN best AS two ON two.person_id = pairs.other_person_id
LEFT JOIN told AS birth ON birth.record_id = one.dob
LEFT JOIN told AS other_birth ON other_birth.record_id = two.dob
LEFT JOIN told AS names ON names.record_id = one.name
LEFT JOIN told AS other_names ON other_names.record_id = two.name
WHERE NOT EXISTS (
    FROM settled WHERE settled.person_id = pairs.person_id AND settled.other_person_id = pairs.other_person_id
) AND NOT EXISTS (
    FROM called WHERE review_id = 'same-person-' || pairs.person_id || '-' || pairs.other_person_id
)
UNION ALL BY NAME
SELECT review_id, 'same_person' AS kind, NULL::INTEGER AS file_id, NULL::INTEGER AS "column",
    one_id AS person_id, other_id AS other_person_id,
    CASE WHEN at_odds THEN 'Are these two one person? The answer contradicts another answer.'
        ELSE 'Are these two one person?' END AS question,
    least(one.records, two.records)::BIGINT AS records,
    CASE WHEN at_odds THEN 'open' ELSE 'decided' END AS state,
    CASE WHEN NOT at_odds THEN answer END AS decision
FROM (SELECT *, (answer = 'same') <> (one_id = other_id) AS at_odds FROM called) AS called
JOIN best AS one ON one.person_id = called.one_id
JOIN best AS two ON two.person_id = called.other_id

-- name: reviews
SELECT * FROM packed.questions ORDER BY review_id
