-- What persons are to each other: said beside them, never a reason to merge them.

-- name: relatives
-- What relations rest on. `home` is an address as keys write it; `adult` needs a birth date, or an account held.
CREATE OR REPLACE TABLE relatives AS
WITH known AS (
    SELECT
        best.person_id,
        name_key(names.family_name) AS family,
        line_key(addresses.address_line) || '|' || coalesce(left(trim(addresses.postcode), 5), lower(trim(addresses.city)))
            AS home,
        births.dob + to_years($minor_age) > $discovered::DATE AS under_age,
        best.deceased,
        accounts.account_number AS account,
        coalesce(accounts.role = 'holder', false) AS holder
    FROM best
    LEFT JOIN chosen AS names ON names.number = best.name
    LEFT JOIN chosen AS addresses ON addresses.number = best.address
    LEFT JOIN chosen AS births ON births.number = best.dob
    LEFT JOIN chosen AS accounts ON accounts.number = best.account
)
SELECT *, NOT deceased AND coalesce(NOT under_age, holder) AS adult FROM known

-- name: relations
-- A household is a star: each of its members points to the one with the smallest id. More persons than $household at one
-- address are no household (a dormitory, a post-office counter).
WITH homes AS (
    SELECT home, min(person_id) AS first
    FROM relatives
    WHERE home IS NOT NULL
    GROUP BY home
    HAVING count(*) BETWEEN 2 AND $household
), holders AS (
    SELECT account, min(person_id) AS person_id FROM relatives WHERE holder GROUP BY account
), adults AS (
    SELECT home, family, min(person_id) AS person_id
    FROM relatives JOIN homes USING (home)
    WHERE adult AND family IS NOT NULL
    GROUP BY home, family
), guardians AS (
    SELECT
        minors.person_id,
        CASE WHEN held.person_id IS NOT NULL THEN held.person_id ELSE adults.person_id END AS other_person_id,
        CASE WHEN held.person_id IS NOT NULL THEN 'account' ELSE 'address and family name' END AS basis
    FROM relatives AS minors
    LEFT JOIN holders ON holders.account = minors.account AND NOT minors.holder
    LEFT JOIN relatives AS held ON held.person_id = holders.person_id AND held.adult
    LEFT JOIN adults ON adults.home = minors.home AND adults.family = minors.family
    WHERE minors.under_age
)
SELECT relatives.person_id, 'household' AS relation, homes.first AS other_person_id, 'address' AS basis
FROM relatives JOIN homes USING (home)
WHERE relatives.person_id <> homes.first
UNION ALL BY NAME
SELECT relatives.person_id, 'account_holder' AS relation, holders.person_id AS other_person_id, 'account' AS basis
FROM relatives JOIN holders ON holders.account = relatives.account
WHERE NOT relatives.holder
UNION ALL BY NAME
SELECT person_id, 'guardian' AS relation, other_person_id, basis
FROM guardians
WHERE other_person_id IS NOT NULL
ORDER BY person_id, relation, other_person_id
