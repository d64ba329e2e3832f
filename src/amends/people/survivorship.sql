-- From sets of entries to one row per human: what is known best, and the record that proves each element.
-- `entries` are taken records and registry rows (record_id < 0); `belonging` says whose each is.
-- Who is best is decided on numbers alone; the values are fetched for the few entries that were chosen.

-- name: belongs
-- The person of every entry, and the number of the reason it is in it; the smallest taken record is a person's id.
CREATE OR REPLACE TABLE belongs AS SELECT * FROM belonging

-- name: memberships
SELECT belongs.record_id, belongs.person_id, coalesce(reasons.why, 'only_record') AS why
FROM belongs LEFT JOIN reasons ON reasons.number = belongs.why
WHERE belongs.record_id >= 0
ORDER BY belongs.record_id

-- name: waves
-- Waves by number, in the order of their names.
CREATE OR REPLACE TABLE waves AS
SELECT wave, (row_number() OVER (ORDER BY wave) - 1)::INTEGER AS number
FROM (SELECT DISTINCT wave FROM entries WHERE wave IS NOT NULL)

-- name: known
-- Every entry of a person as numbers. `rank` puts the registry before taken files (a current account before a former one,
-- the holder before a user), then the freshest record; its low 32 bits tell the entry. `holds` has a bit a field.
CREATE OR REPLACE TABLE known AS
SELECT
    belongs.person_id,
    belongs.record_id,
    belongs.number,
    belongs.record_id < 0 AS registered,
    CASE WHEN belongs.record_id >= 0 THEN belongs.number::BIGINT
        ELSE (1::BIGINT << 40)
            + (CASE status WHEN 'current' THEN 4 WHEN 'former' THEN 2 ELSE 0 END + (coalesce(role, '') = 'holder')::INTEGER)
                * (1::BIGINT << 32)
            + (1::BIGINT << 32) - 1 - belongs.number END AS rank,
    ((given_name IS NOT NULL AND family_name IS NOT NULL)::INTEGER
        + 2 * (given_name IS NOT NULL OR family_name IS NOT NULL)::INTEGER
        + 4 * (dob IS NOT NULL)::INTEGER
        + 8 * (address_line IS NOT NULL AND (postcode IS NOT NULL OR city IS NOT NULL))::INTEGER
        + 16 * (region IS NOT NULL OR country IS NOT NULL)::INTEGER
        + 32 * (email IS NOT NULL)::INTEGER
        + 64 * (phone IS NOT NULL)::INTEGER
        + 128 * (language IS NOT NULL)::INTEGER
        + 256 * (belongs.record_id < 0 AND account_number IS NOT NULL)::INTEGER)::SMALLINT AS holds,
    CASE status WHEN 'current' THEN 3 WHEN 'former' THEN 2 WHEN 'prospective' THEN 1 ELSE 0 END::TINYINT AS standing,
    coalesce(deceased, false) AS deceased,
    waves.number AS wave,
    elements
FROM belongs JOIN entries ON entries.record_id = belongs.record_id LEFT JOIN waves ON waves.wave = entries.wave

-- name: entry_of
CREATE OR REPLACE MACRO entry_of(rank) AS
    CASE WHEN rank >= 1::BIGINT << 40 THEN (1::BIGINT << 32) - 1 - (rank & ((1::BIGINT << 32) - 1)) ELSE rank END::INTEGER

-- name: best
CREATE OR REPLACE TABLE best AS
SELECT
    person_id,
    entry_of(coalesce(max(rank) FILTER (holds & 1 <> 0), max(rank) FILTER (holds & 2 <> 0))) AS name,
    entry_of(max(rank) FILTER (holds & 4 <> 0)) AS dob,
    entry_of(max(rank) FILTER (holds & 8 <> 0)) AS address,
    entry_of(max(rank) FILTER (holds & 16 <> 0)) AS place,
    entry_of(max(rank) FILTER (holds & 32 <> 0)) AS email,
    entry_of(max(rank) FILTER (holds & 64 <> 0)) AS phone,
    entry_of(max(rank) FILTER (holds & 128 <> 0)) AS language,
    entry_of(max(rank) FILTER (holds & 256 <> 0)) AS account,
    max(standing) AS standing,
    bool_or(deceased) AS deceased,
    count(*) FILTER (registered)::INTEGER AS registry_matches,
    count(*) FILTER (NOT registered)::INTEGER AS records,
    min(wave) AS first_wave,
    max(wave) AS last_wave,
    coalesce(bit_or(elements) FILTER (NOT registered), 0)::BIGINT AS elements
FROM known
GROUP BY person_id

-- name: chosen
-- The values of the entries that are best in something.
CREATE OR REPLACE TABLE chosen AS
SELECT belongs.number, belongs.record_id, given_name, middle_name, family_name, suffix, dob, address_line, city, region,
    postcode, country, email, phone, language, account_number, role, email_consent
FROM belongs JOIN entries ON entries.record_id = belongs.record_id
WHERE belongs.number IN (SELECT unnest([name, dob, address, place, email, phone, language, account]) FROM best)

-- name: persons
SELECT
    best.person_id,
    names.given_name,
    names.middle_name,
    names.family_name,
    names.suffix,
    births.dob,
    addresses.address_line,
    addresses.city,
    addresses.region,
    addresses.postcode,
    addresses.country,
    emails.email,
    phones.phone,
    CASE WHEN addresses.record_id < 0 THEN 'registry' ELSE 'taken:' || addresses.record_id END AS address_source,
    CASE WHEN emails.record_id < 0 THEN 'registry' ELSE 'taken:' || emails.record_id END AS email_source,
    CASE WHEN phones.record_id < 0 THEN 'registry' ELSE 'taken:' || phones.record_id END AS phone_source,
    CASE
        WHEN coalesce(addresses.country, places.country, 'US') <> 'US' THEN coalesce(addresses.country, places.country)
        WHEN regexp_full_match(upper(coalesce(addresses.region, places.region)), $states)
            THEN 'US-' || upper(coalesce(addresses.region, places.region))
    END AS jurisdiction,
    languages.language,
    CASE standing WHEN 3 THEN 'current' WHEN 2 THEN 'former' WHEN 1 THEN 'prospective' ELSE 'unknown' END AS status,
    coalesce(births.dob + to_years($minor_age) > $discovered::DATE, false) AS minor,
    deceased,
    accounts.account_number,
    accounts.role = 'holder' AS account_holder,
    coalesce(emails.email_consent AND emails.record_id < 0, false) AS email_consent,
    registry_matches,
    records,
    first.wave AS first_wave,
    last.wave AS last_wave,
    elements
FROM best
LEFT JOIN chosen AS names ON names.number = best.name
LEFT JOIN chosen AS births ON births.number = best.dob
LEFT JOIN chosen AS addresses ON addresses.number = best.address
LEFT JOIN chosen AS places ON places.number = best.place
LEFT JOIN chosen AS emails ON emails.number = best.email
LEFT JOIN chosen AS phones ON phones.number = best.phone
LEFT JOIN chosen AS languages ON languages.number = best.language
LEFT JOIN chosen AS accounts ON accounts.number = best.account
LEFT JOIN waves AS first ON first.number = best.first_wave
LEFT JOIN waves AS last ON last.number = best.last_wave
ORDER BY best.person_id

-- name: exposures
-- The masks that occur are few: each is taken apart once.
WITH parts AS (
    SELECT masks.elements, vocabulary.element
    FROM (SELECT DISTINCT elements FROM known WHERE NOT registered) AS masks
    JOIN vocabulary ON masks.elements & vocabulary.mask <> 0
), numbered AS (
    SELECT element, row_number() OVER (ORDER BY element)::TINYINT AS place FROM vocabulary
), proofs AS (
    SELECT known.person_id, numbered.place, min(known.record_id) AS record_id, count(*)::INTEGER AS records,
        arg_min(known.wave, known.record_id) AS wave
    FROM known JOIN parts ON parts.elements = known.elements JOIN numbered ON numbered.element = parts.element
    WHERE NOT known.registered
    GROUP BY ALL
)
SELECT proofs.person_id, numbered.element, proofs.record_id, proofs.records, waves.wave AS first_wave
FROM proofs JOIN numbered ON numbered.place = proofs.place LEFT JOIN waves ON waves.number = proofs.wave
ORDER BY proofs.person_id, proofs.place

-- name: reviews
-- Pairs that agree on a key but contradict each other, and pairs likely one but in doubt, once per pair of persons; and
-- what was answered. An answer is about the records whose numbers the two persons had; `called` says where they are now.
WITH called AS (
    SELECT decided.review_id, decided.answer, a.person_id AS one_id, b.person_id AS other_id
    FROM decided
    JOIN belongs AS a ON a.record_id = decided.first
    JOIN belongs AS b ON b.record_id = decided.second
), pairs AS (
    SELECT least(a.person_id, b.person_id) AS person_id, greatest(a.person_id, b.person_id) AS other_person_id,
        bool_and(doubt) AS doubt
    FROM refused
    JOIN belongs AS a ON a.number = refused.first
    JOIN belongs AS b ON b.number = refused.second
    WHERE a.person_id <> b.person_id
    GROUP BY ALL
), settled AS (
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
LEFT JOIN chosen AS birth ON birth.number = one.dob
LEFT JOIN chosen AS other_birth ON other_birth.number = two.dob
LEFT JOIN chosen AS names ON names.number = one.name
LEFT JOIN chosen AS other_names ON other_names.number = two.name
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
ORDER BY review_id

-- name: moved
-- Which earlier person's records now belong to which person.
CREATE OR REPLACE TABLE moved AS
SELECT DISTINCT earlier.person_id AS before_id, belongs.person_id AS after_id
FROM earlier_memberships AS earlier JOIN belongs ON belongs.record_id = earlier.record_id

-- name: changes
-- `touched` are persons with a record that is new since the last run, `told` those a reviewer answered about.
WITH touched AS (
    SELECT DISTINCT person_id FROM belongs
    WHERE record_id >= 0 AND NOT EXISTS (FROM earlier_memberships AS earlier WHERE earlier.record_id = belongs.record_id)
), told AS (
    SELECT DISTINCT person_id FROM belongs WHERE record_id IN (SELECT unnest([first, second]) FROM decided)
), reasons AS (
    SELECT person_id, CASE WHEN touched.person_id IS NOT NULL THEN 'new_records' WHEN told.person_id IS NOT NULL
        THEN 'reviewer' ELSE 'weights' END AS why
    FROM best LEFT JOIN touched USING (person_id) LEFT JOIN told USING (person_id)
), came AS (
    SELECT after_id AS person_id, min(before_id) AS came_from FROM moved WHERE before_id <> after_id GROUP BY after_id
), went AS (
    SELECT before_id AS person_id, min(after_id) AS went_to FROM moved GROUP BY before_id
), now AS (
    SELECT best.person_id, best.elements, waves.wave AS last_wave, earlier.person_id IS NOT NULL AS was_known,
        earlier.elements AS elements_before, came.came_from,
        CASE WHEN reasons.why = 'weights' THEN coalesce(others.why, 'weights') ELSE reasons.why END AS why
    FROM best
    JOIN reasons ON reasons.person_id = best.person_id
    LEFT JOIN came ON came.person_id = best.person_id
    LEFT JOIN reasons AS others ON others.person_id = came.came_from
    LEFT JOIN earlier_persons AS earlier ON earlier.person_id = best.person_id
    LEFT JOIN waves ON waves.number = best.last_wave
), gone AS (
    SELECT earlier.person_id, earlier.elements, earlier.last_wave, went.went_to, coalesce(reasons.why, 'records_gone') AS why
    FROM earlier_persons AS earlier
    LEFT JOIN went ON went.person_id = earlier.person_id
    LEFT JOIN reasons ON reasons.person_id = went.went_to
    WHERE NOT EXISTS (FROM best WHERE best.person_id = earlier.person_id)
)
SELECT person_id, CASE WHEN came_from IS NULL THEN 'new' ELSE 'split' END AS change,
    0::BIGINT AS elements_before, elements AS elements_after, came_from AS other_person_id, last_wave AS wave, why
FROM now WHERE NOT was_known
UNION ALL BY NAME
SELECT person_id, 'grown' AS change, elements_before, elements AS elements_after, NULL::BIGINT AS other_person_id,
    last_wave AS wave, why
FROM now WHERE was_known AND elements & ~elements_before <> 0
UNION ALL BY NAME
SELECT person_id, CASE WHEN went_to IS NULL THEN 'withdrawn' ELSE 'merged' END AS change, elements AS elements_before,
    0::BIGINT AS elements_after, went_to AS other_person_id, last_wave AS wave, why
FROM gone
ORDER BY person_id, change
