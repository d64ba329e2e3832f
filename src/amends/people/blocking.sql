-- Blocking rules: two profiles that agree on a rule's key are compared. One statement a rule, widest evidence first.
-- Each gives (key, profile), members of a key together, likest next to each other: a block over the cap pairs neighbours
-- only. `start_3` is the code of a name's first three letters. Rules whose name begins with `ssn` find pairs by the SSN itself, so these pairs teach nothing about it.

-- name: given_family
SELECT hash(given, family) AS key, profile FROM profiled WHERE given IS NOT NULL AND family IS NOT NULL
ORDER BY key, dob, line, middle, profile

-- name: line_given
SELECT hash(line, given) AS key, profile FROM profiled WHERE line IS NOT NULL AND given IS NOT NULL
ORDER BY key, city, family, dob, profile

-- name: line_family
SELECT hash(line, family) AS key, profile FROM profiled WHERE line IS NOT NULL AND family IS NOT NULL
ORDER BY key, city, given, dob, profile

-- name: dob_family
SELECT hash(dob, family) AS key, profile FROM profiled WHERE dob IS NOT NULL AND family IS NOT NULL
ORDER BY key, given, middle, profile

-- name: dob_given_start
SELECT hash(dob, givens.start_2) AS key, profile FROM profiled
JOIN name_codes AS givens ON givens.code = given
WHERE dob IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, family, profile

-- name: street_given
SELECT hash(street, given) AS key, profile FROM profiled
JOIN line_codes ON line_codes.code = line
WHERE street IS NOT NULL AND given IS NOT NULL AND house IS NOT NULL
ORDER BY key, family, house, profile

-- name: house_given_middle
SELECT hash(house, given, middles.start_1) AS key, profile FROM profiled
JOIN line_codes ON line_codes.code = line JOIN name_codes AS middles ON middles.code = middle
WHERE house IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, family, street, profile

-- name: family_start_given_middle
SELECT hash(families.start_3, given, middles.start_1) AS key, profile FROM profiled
JOIN name_codes AS families ON families.code = family JOIN name_codes AS middles ON middles.code = middle
WHERE family IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, family, dob, line, profile

-- name: family_given_start
SELECT hash(family, givens.start_3) AS key, profile FROM profiled
JOIN name_codes AS givens ON givens.code = given
WHERE family IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, dob, line, profile

-- name: family_initials
SELECT hash(family, givens.start_1, middles.start_1) AS key, profile FROM profiled
JOIN name_codes AS givens ON givens.code = given JOIN name_codes AS middles ON middles.code = middle
WHERE family IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, given, dob, line, profile

-- name: family_start_given
SELECT hash(families.start_4, given) AS key, profile FROM profiled
JOIN name_codes AS families ON families.code = family
WHERE family IS NOT NULL AND given IS NOT NULL
ORDER BY key, family, dob, line, profile

-- name: postcode_family_initial
SELECT hash(postcode, family, givens.start_1) AS key, profile FROM profiled
JOIN name_codes AS givens ON givens.code = given
WHERE postcode IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, dob, profile

-- name: postcode_given_initial
SELECT hash(postcode, given, families.start_1) AS key, profile FROM profiled
JOIN name_codes AS families ON families.code = family
WHERE postcode IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL
ORDER BY key, family, dob, profile

-- name: dob
SELECT hash(dob) AS key, profile FROM profiled WHERE dob IS NOT NULL
ORDER BY key, family, given, profile

-- name: line_unnamed
SELECT hash(line) AS key, profile FROM profiled WHERE line IS NOT NULL
    AND line IN (SELECT line FROM profiled WHERE given IS NULL OR family IS NULL)
ORDER BY key, coalesce(given, family), dob, profile

-- name: names_swapped
SELECT hash(least(given, family), greatest(given, family)) AS key, profile FROM profiled
WHERE given IS NOT NULL AND family IS NOT NULL
    AND hash(family, given) IN (SELECT hash(given, family) FROM profiled)
ORDER BY key, dob, line, profile

-- name: phone
SELECT hash(phone) AS key, profile FROM profiled WHERE phone IS NOT NULL ORDER BY key, given, family, profile

-- name: email
SELECT hash(email) AS key, profile FROM profiled WHERE email IS NOT NULL ORDER BY key, given, family, profile

-- name: account
SELECT hash(account) AS key, profile FROM profiled WHERE account IS NOT NULL ORDER BY key, given, family, profile

-- name: license
SELECT hash(license) AS key, profile FROM profiled WHERE license IS NOT NULL ORDER BY key, given, family, profile

-- name: imsi
SELECT hash(imsi) AS key, profile FROM profiled WHERE imsi IS NOT NULL ORDER BY key, given, family, profile

-- name: imei
SELECT hash(imei) AS key, profile FROM profiled WHERE imei IS NOT NULL ORDER BY key, given, family, profile

-- name: ssn_start_initial
SELECT hash(ssn // 10000, givens.start_1) AS key, profile FROM profiled
JOIN name_codes AS givens ON givens.code = given
WHERE ssn IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, family, dob, profile

-- name: ssn
SELECT hash(ssn) AS key, profile FROM profiled WHERE ssn IS NOT NULL ORDER BY key, given, family, profile
