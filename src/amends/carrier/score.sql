-- What amends said, against the truth. Majority: the human with most records in a person row, the smaller id on a tie.

-- name: shares
CREATE OR REPLACE TABLE shares AS
SELECT memberships.person_id, appearances.human_id, count(*) AS records
FROM appearances
JOIN files ON files.path = appearances.path
JOIN memberships ON memberships.record_id = files.file_id * (1::BIGINT << 36) + appearances.row
GROUP BY memberships.person_id, appearances.human_id

-- name: majorities
CREATE OR REPLACE TABLE majorities AS
SELECT person_id, arg_min(human_id, (-records, human_id)) AS human_id, count(*) AS humans
FROM shares GROUP BY person_id

-- name: told
CREATE OR REPLACE TABLE told AS
SELECT majorities.human_id, count(*) AS persons, bit_or(persons.elements) AS elements
FROM majorities JOIN persons USING (person_id)
GROUP BY majorities.human_id

-- name: standing
-- What of each human stands in the files that were read.
CREATE OR REPLACE TABLE standing AS
SELECT appearances.human_id, bit_or(appearances.elements) AS elements
FROM appearances
JOIN files ON files.path = appearances.path AND files.state = 'read'
GROUP BY appearances.human_id

-- name: score
SELECT
    count(*) AS affected,
    count(told.human_id) AS found,
    count(*) FILTER (told.human_id IS NULL AND coalesce(standing.elements, 0) = 0) AS lost_unread,
    count(*) FILTER (told.human_id IS NULL AND coalesce(standing.elements, 0) <> 0) AS lost_read,
    coalesce(sum(told.persons - 1), 0)::BIGINT AS extra,
    (SELECT count(*) FROM majorities WHERE humans > 1) AS mixed,
    (SELECT count(*) FROM persons) AS persons,
    count(*) FILTER (told.elements = people.elements) AS exact,
    count(*) FILTER (told.elements = standing.elements) AS exact_of_read,
    count(*) FILTER (standing.elements & ~told.elements <> 0) AS told_too_little,
    count(*) FILTER (told.elements & ~people.elements <> 0) AS told_too_much
FROM people
LEFT JOIN told ON told.human_id = people.human_id
LEFT JOIN standing ON standing.human_id = people.human_id
WHERE people.affected

-- name: reach
SELECT
    count(*) FILTER (truth.could_reach) AS could,
    count(*) FILTER (truth.could_reach AND reach.could) AS could_found,
    count(*) FILTER (coalesce(reach.could, false) AND NOT truth.could_reach) AS could_wrong,
    count(*) FILTER (truth.did_reach) AS did,
    count(*) FILTER (truth.did_reach AND reach.did) AS did_found,
    count(*) FILTER (coalesce(reach.did, false) AND NOT truth.did_reach) AS did_wrong
FROM truth_systems AS truth LEFT JOIN reach USING (system_id)
