-- name: objects
SELECT row, line FROM lines WHERE json_valid(line) AND json_type(line) = 'OBJECT' ORDER BY row

-- name: structure
SELECT json_group_structure(line::JSON)::VARCHAR FROM objects

-- name: parts
SELECT row, json_transform(line, $structure) AS parts FROM objects ORDER BY row

-- name: one
SELECT json_extract_string(line, $pointer) AS part FROM objects ORDER BY row
