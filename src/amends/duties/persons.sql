-- name: groups
SELECT jurisdiction, elements, count(*)::bigint AS people
FROM persons
GROUP BY jurisdiction, elements
ORDER BY jurisdiction, elements;

-- name: persons
SELECT count(*)::bigint AS people
FROM persons;
