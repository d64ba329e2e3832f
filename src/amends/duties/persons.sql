-- name: groups
SELECT jurisdiction, coalesce(minor, false) AS minor, elements, count(*)::bigint AS people
FROM persons
GROUP BY ALL
ORDER BY ALL;

-- name: classes
SELECT
    jurisdiction,
    count(*) FILTER (WHERE minor)::bigint AS minors,
    count(*) FILTER (WHERE deceased)::bigint AS deceased,
    count(*)::bigint AS people
FROM persons
GROUP BY jurisdiction
ORDER BY jurisdiction NULLS FIRST;

-- name: persons
SELECT count(*)::bigint AS people
FROM persons;
