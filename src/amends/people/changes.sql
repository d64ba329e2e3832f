-- What became of the persons of the last run: views `earlier_persons` and `earlier_memberships`. Statements with $first
-- and $last work on one range of record or person ids at a time, as those of `survivorship.sql`.

-- name: moves
CREATE OR REPLACE TABLE moves (before_id BIGINT, after_id BIGINT)

-- name: move
INSERT INTO moves
SELECT DISTINCT earlier.person_id AS before_id, belongs.person_id AS after_id
FROM earlier_memberships AS earlier JOIN belongs ON belongs.record_id = earlier.record_id
WHERE earlier.record_id BETWEEN $first AND $last AND belongs.record_id BETWEEN $first AND $last
    AND earlier.person_id <> belongs.person_id

-- name: moved
-- Which earlier person's records now belong to which other person.
CREATE OR REPLACE TABLE moved AS SELECT DISTINCT before_id, after_id FROM moves

-- name: touched
-- Persons with a record that is new since the last run.
CREATE OR REPLACE TABLE packed.touched (person_id BIGINT)

-- name: touch
INSERT INTO packed.touched
SELECT DISTINCT person_id FROM belongs
WHERE record_id >= 0 AND record_id BETWEEN $first AND $last AND NOT EXISTS (
    FROM earlier_memberships AS earlier
    WHERE earlier.record_id = belongs.record_id AND earlier.record_id BETWEEN $first AND $last
)
ORDER BY person_id

-- name: asked
-- Persons a reviewer answered about.
CREATE OR REPLACE TABLE asked AS
SELECT DISTINCT person_id FROM belongs
WHERE record_id IN (SELECT first FROM decided UNION ALL SELECT second FROM decided)

-- name: stirred
-- Why persons are what they are now, of those that records came to or left.
CREATE OR REPLACE TABLE stirred AS
WITH here AS (
    SELECT person_id FROM best WHERE person_id IN (SELECT before_id FROM moved UNION ALL SELECT after_id FROM moved)
), fresh AS (
    SELECT DISTINCT person_id FROM packed.touched WHERE person_id IN (SELECT person_id FROM here)
)
SELECT person_id, CASE WHEN fresh.person_id IS NOT NULL THEN 'new_records'
    WHEN asked.person_id IS NOT NULL THEN 'reviewer' ELSE 'weights' END AS why
FROM here LEFT JOIN fresh USING (person_id) LEFT JOIN asked USING (person_id)

-- name: changes
WITH fresh AS (
    SELECT DISTINCT person_id FROM packed.touched WHERE person_id BETWEEN $first AND $last
), here AS (
    SELECT best.person_id, best.elements, best.last_wave,
        CASE WHEN fresh.person_id IS NOT NULL THEN 'new_records' WHEN asked.person_id IS NOT NULL
            THEN 'reviewer' ELSE 'weights' END AS why
    FROM best
    LEFT JOIN fresh ON fresh.person_id = best.person_id
    LEFT JOIN asked ON asked.person_id = best.person_id
    WHERE best.person_id BETWEEN $first AND $last
), earlier AS (
    SELECT person_id, elements, last_wave FROM earlier_persons WHERE person_id BETWEEN $first AND $last
), came AS (
    SELECT after_id AS person_id, min(before_id) AS came_from FROM moved
    WHERE after_id BETWEEN $first AND $last GROUP BY after_id
), went AS (
    SELECT before_id AS person_id, min(after_id) AS went_to FROM moved
    WHERE before_id BETWEEN $first AND $last GROUP BY before_id
), now AS (
    SELECT here.person_id, here.elements, waves.wave AS last_wave, earlier.person_id IS NOT NULL AS was_known,
        earlier.elements AS elements_before, came.came_from,
        CASE WHEN here.why = 'weights' THEN coalesce(others.why, 'weights') ELSE here.why END AS why
    FROM here
    LEFT JOIN came ON came.person_id = here.person_id
    LEFT JOIN stirred AS others ON others.person_id = came.came_from
    LEFT JOIN earlier ON earlier.person_id = here.person_id
    LEFT JOIN waves ON waves.number = here.last_wave
), gone AS (
    SELECT earlier.person_id, earlier.elements, earlier.last_wave, went.went_to,
        coalesce(stirred.why, 'records_gone') AS why
    FROM earlier
    LEFT JOIN went ON went.person_id = earlier.person_id
    LEFT JOIN stirred ON stirred.person_id = went.went_to
    WHERE NOT EXISTS (FROM here WHERE here.person_id = earlier.person_id)
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
