-- What persons are to each other: said beside them, never a reason to merge them. What relations rest on lies in database
-- `packed` by 128 bits of MD5 of the address and the account, of which a range at a time is worked on: two of a billion
-- addresses are taken for one with a chance of less than 1 in 10^20.

-- name: relatives
CREATE OR REPLACE TABLE packed.relatives (
    person_id BIGINT, home UHUGEINT, family VARCHAR, under_age BOOLEAN, adult BOOLEAN, holder BOOLEAN, account UHUGEINT)

-- name: relate
-- `home` is an address as keys write it; `adult` needs a birth date, or an account held.
INSERT INTO packed.relatives
WITH known AS (
    SELECT
        person_id,
        md5_number(line_key(address_line) || '|' || coalesce(left(trim(postcode), 5), lower(trim(city)))) AS home,
        name_key(family_name) AS family,
        minor AS under_age,
        deceased,
        coalesce(account_holder, false) AS holder,
        md5_number(number_key(account_number)) AS account
    FROM gathered
    WHERE address_line IS NOT NULL OR account_number IS NOT NULL
)
SELECT person_id, home, family, under_age, NOT deceased AND coalesce(NOT under_age, holder) AS adult, holder, account
FROM known
ORDER BY home

-- name: related
CREATE OR REPLACE TABLE packed.related (person_id BIGINT, relation VARCHAR, other_person_id BIGINT, basis VARCHAR)

-- name: by_home
-- A household is a star: each of its members points to the one with the smallest id. More persons than $household at one
-- address are no household (a dormitory, a post-office counter).
INSERT INTO packed.related
WITH here AS (
    SELECT person_id, home, family, under_age, adult FROM packed.relatives
    WHERE home BETWEEN $first::UHUGEINT AND $last::UHUGEINT
), homes AS (
    SELECT home, min(person_id) AS first
    FROM here
    GROUP BY home
    HAVING count(*) BETWEEN 2 AND $household
), adults AS (
    SELECT home, family, min(person_id) AS person_id
    FROM here JOIN homes USING (home)
    WHERE adult AND family IS NOT NULL
    GROUP BY home, family
)
FROM (
    SELECT here.person_id, 'household' AS relation, homes.first AS other_person_id, 'address' AS basis
    FROM here JOIN homes USING (home)
    WHERE here.person_id <> homes.first
    UNION ALL
    SELECT here.person_id, 'guardian', adults.person_id, 'address and family name'
    FROM here JOIN adults ON adults.home = here.home AND adults.family = here.family
    WHERE here.under_age
)
ORDER BY person_id

-- name: by_account
INSERT INTO packed.related
WITH here AS (
    SELECT person_id, account, under_age, adult, holder FROM packed.relatives
    WHERE account BETWEEN $first::UHUGEINT AND $last::UHUGEINT
), holders AS (
    SELECT account, min(person_id) AS person_id, arg_min(adult, person_id) AS adult FROM here WHERE holder GROUP BY account
)
FROM (
    SELECT here.person_id, 'account_holder' AS relation, holders.person_id AS other_person_id, 'account' AS basis
    FROM here JOIN holders USING (account)
    WHERE NOT here.holder
    UNION ALL
    SELECT here.person_id, 'guardian', holders.person_id, 'account'
    FROM here JOIN holders USING (account)
    WHERE NOT here.holder AND here.under_age AND holders.adult
)
ORDER BY person_id

-- name: relations
-- Who holds the account is a likelier guardian than who lives at the address.
WITH here AS (
    SELECT * FROM packed.related WHERE person_id BETWEEN $first AND $last
)
SELECT person_id, relation, other_person_id, basis
FROM here
WHERE basis <> 'address and family name'
    OR person_id NOT IN (SELECT person_id FROM here WHERE relation = 'guardian' AND basis = 'account')
ORDER BY person_id, relation, other_person_id
