-- From sets of entries to one row per human: what is known best, and the record that proves each element.
-- `entries` are taken records and registry rows (record_id < 0); `labels` gives the set of every entry.

-- name: belongs
-- A person's id is the smallest of its taken records, which no later wave can change: later records have larger ids.
CREATE OR REPLACE TABLE belongs AS
WITH assigned AS (
    SELECT slim.record_id, labels.label, labels.why
    FROM slim JOIN labels ON labels.number = slim.number
), people AS (
    SELECT label, min(record_id) AS person_id FROM assigned WHERE record_id >= 0 GROUP BY label
)
SELECT assigned.record_id, people.person_id, assigned.why
FROM assigned JOIN people ON people.label = assigned.label

-- name: memberships
SELECT belongs.record_id, belongs.person_id, coalesce(reasons.why, 'only_record') AS why
FROM belongs LEFT JOIN reasons ON reasons.number = belongs.why
WHERE belongs.record_id >= 0
ORDER BY belongs.record_id

-- name: known
-- Every entry of a person with its rank: the registry before taken files (a current account before a former one, the
-- holder before a user), then the freshest record.
CREATE OR REPLACE TABLE known AS
SELECT
    belongs.person_id,
    entries.*,
    entries.record_id < 0 AS registered,
    CASE WHEN entries.record_id < 0
        THEN (1::BIGINT << 61)
            + CASE entries.status WHEN 'current' THEN 2::BIGINT << 58 WHEN 'former' THEN 1::BIGINT << 58 ELSE 0 END
            + CASE entries.role WHEN 'holder' THEN 1::BIGINT << 57 ELSE 0 END
            + entries.record_id
        ELSE entries.record_id END AS rank
FROM belongs JOIN entries ON entries.record_id = belongs.record_id

-- name: best
CREATE OR REPLACE TABLE best AS
SELECT
    person_id,
    arg_max({'given': given_name, 'middle': middle_name, 'family': family_name, 'suffix': suffix}, rank)
        FILTER (given_name IS NOT NULL AND family_name IS NOT NULL) AS full_name,
    arg_max({'given': given_name, 'middle': middle_name, 'family': family_name, 'suffix': suffix}, rank)
        FILTER (given_name IS NOT NULL OR family_name IS NOT NULL) AS any_name,
    arg_max(dob, rank) FILTER (dob IS NOT NULL) AS dob,
    arg_max({'line': address_line, 'city': city, 'region': region, 'postcode': postcode, 'country': country,
             'record_id': record_id}, rank)
        FILTER (address_line IS NOT NULL AND (postcode IS NOT NULL OR city IS NOT NULL)) AS address,
    arg_max({'region': region, 'country': country}, rank) FILTER (region IS NOT NULL OR country IS NOT NULL) AS place,
    arg_max({'value': email, 'record_id': record_id, 'consent': email_consent}, rank) FILTER (email IS NOT NULL) AS email,
    arg_max({'value': phone, 'record_id': record_id}, rank) FILTER (phone IS NOT NULL) AS phone,
    arg_max(language, rank) FILTER (language IS NOT NULL) AS language,
    arg_max({'number': account_number, 'holder': role = 'holder'}, rank)
        FILTER (registered AND account_number IS NOT NULL) AS account,
    max(CASE status WHEN 'current' THEN 3 WHEN 'former' THEN 2 WHEN 'prospective' THEN 1 ELSE 0 END) AS standing,
    coalesce(bool_or(deceased), false) AS deceased,
    count(*) FILTER (registered)::INTEGER AS registry_matches,
    count(*) FILTER (NOT registered)::INTEGER AS records,
    min(wave) FILTER (NOT registered) AS first_wave,
    max(wave) FILTER (NOT registered) AS last_wave,
    coalesce(bit_or(elements) FILTER (NOT registered), 0)::BIGINT AS elements
FROM known
GROUP BY person_id

-- name: persons
SELECT
    person_id,
    coalesce(full_name, any_name).given AS given_name,
    coalesce(full_name, any_name).middle AS middle_name,
    coalesce(full_name, any_name).family AS family_name,
    coalesce(full_name, any_name).suffix AS suffix,
    dob,
    address.line AS address_line,
    address.city AS city,
    address.region AS region,
    address.postcode AS postcode,
    address.country AS country,
    email.value AS email,
    phone.value AS phone,
    CASE WHEN address.record_id < 0 THEN 'registry' ELSE 'taken:' || address.record_id END AS address_source,
    CASE WHEN email.record_id < 0 THEN 'registry' ELSE 'taken:' || email.record_id END AS email_source,
    CASE WHEN phone.record_id < 0 THEN 'registry' ELSE 'taken:' || phone.record_id END AS phone_source,
    CASE
        WHEN coalesce(address.country, place.country, 'US') <> 'US' THEN coalesce(address.country, place.country)
        WHEN regexp_full_match(upper(coalesce(address.region, place.region)), $states)
            THEN 'US-' || upper(coalesce(address.region, place.region))
    END AS jurisdiction,
    language,
    CASE standing WHEN 3 THEN 'current' WHEN 2 THEN 'former' WHEN 1 THEN 'prospective' ELSE 'unknown' END AS status,
    coalesce(dob + to_years($minor_age) > $discovered::DATE, false) AS minor,
    deceased,
    account.number AS account_number,
    account.holder AS account_holder,
    coalesce(email.consent AND email.record_id < 0, false) AS email_consent,
    registry_matches,
    records,
    first_wave,
    last_wave,
    elements
FROM best
ORDER BY person_id

-- name: exposures
SELECT
    known.person_id,
    vocabulary.element,
    min(known.record_id) AS record_id,
    count(*)::INTEGER AS records,
    arg_min(known.wave, known.record_id) AS first_wave
FROM known JOIN vocabulary ON known.elements & vocabulary.mask <> 0
WHERE NOT known.registered
GROUP BY known.person_id, vocabulary.element
ORDER BY known.person_id, vocabulary.element

-- name: reviews
-- Pairs that agree on a key but contradict each other, and pairs likely one but in doubt, once per pair of persons.
WITH pairs AS (
    SELECT least(a.person_id, b.person_id) AS person_id, greatest(a.person_id, b.person_id) AS other_person_id,
        bool_and(doubt) AS doubt
    FROM refused
    JOIN slim AS first ON first.number = refused.first
    JOIN slim AS second ON second.number = refused.second
    JOIN belongs AS a ON a.record_id = first.record_id
    JOIN belongs AS b ON b.record_id = second.record_id
    WHERE a.person_id <> b.person_id
    GROUP BY ALL
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
            WHEN one.dob <> two.dob THEN 'their birth dates differ.'
            WHEN one.full_name.given <> two.full_name.given THEN 'their given names differ.'
            ELSE 'other identifiers contradict each other.' END AS question,
    least(one.records, two.records)::BIGINT AS records,
    'open' AS state,
    NULL::VARCHAR AS decision
FROM pairs
JOIN best AS one USING (person_id)
JOIN best AS two ON two.person_id = pairs.other_person_id
ORDER BY review_id

-- name: moved
-- Which earlier person's records now belong to which person.
CREATE OR REPLACE TABLE moved AS
SELECT DISTINCT earlier.person_id AS before_id, belongs.person_id AS after_id
FROM earlier_memberships AS earlier JOIN belongs ON belongs.record_id = earlier.record_id

-- name: changes
WITH now AS (
    SELECT best.person_id, best.elements, best.last_wave, earlier.person_id IS NOT NULL AS was_known,
        earlier.elements AS elements_before,
        (SELECT min(before_id) FROM moved WHERE after_id = best.person_id AND before_id <> best.person_id) AS came_from
    FROM best LEFT JOIN earlier_persons AS earlier ON earlier.person_id = best.person_id
), gone AS (
    SELECT earlier.person_id, earlier.elements, earlier.last_wave,
        (SELECT min(after_id) FROM moved WHERE before_id = earlier.person_id) AS went_to
    FROM earlier_persons AS earlier
    WHERE NOT EXISTS (FROM best WHERE best.person_id = earlier.person_id)
)
SELECT person_id, CASE WHEN came_from IS NULL THEN 'new' ELSE 'split' END AS change,
    0::BIGINT AS elements_before, elements AS elements_after, came_from AS other_person_id, last_wave AS wave
FROM now WHERE NOT was_known
UNION ALL BY NAME
SELECT person_id, 'grown' AS change, elements_before, elements AS elements_after, NULL::BIGINT AS other_person_id,
    last_wave AS wave
FROM now WHERE was_known AND elements & ~elements_before <> 0
UNION ALL BY NAME
SELECT person_id, CASE WHEN went_to IS NULL THEN 'withdrawn' ELSE 'merged' END AS change, elements AS elements_before,
    0::BIGINT AS elements_after, went_to AS other_person_id, last_wave AS wave
FROM gone
ORDER BY person_id, change
