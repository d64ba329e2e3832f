-- Blocking rules: two profiles that agree on a rule's key are compared. One statement a rule, widest evidence first.
-- Each gives (key, profile), members of a key together, likest next to each other: a block over the cap pairs neighbours
-- only. Rules whose name begins with `ssn` find pairs by the SSN itself, so these pairs teach nothing about it.

-- name: given_family
SELECT hash(given, family) AS key, profile FROM coded WHERE given IS NOT NULL AND family IS NOT NULL
ORDER BY key, dob, line, middle, profile

-- name: line_given
SELECT hash(line, given) AS key, profile FROM coded WHERE line IS NOT NULL AND given IS NOT NULL
ORDER BY key, city, family, dob, profile

-- name: line_family
SELECT hash(line, family) AS key, profile FROM coded WHERE line IS NOT NULL AND family IS NOT NULL
ORDER BY key, city, given, dob, profile

-- name: dob_family
SELECT hash(dob, family) AS key, profile FROM coded WHERE dob IS NOT NULL AND family IS NOT NULL
ORDER BY key, given, middle, profile

-- name: dob_given_start
SELECT hash(dob, given_2) AS key, profile FROM coded WHERE dob IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, family, profile

-- name: street_given
SELECT hash(street, given) AS key, profile FROM coded WHERE street IS NOT NULL AND given IS NOT NULL AND house IS NOT NULL
ORDER BY key, family, house, profile

-- name: house_given_middle
SELECT hash(house, given, middle_1) AS key, profile FROM coded
WHERE house IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, family, street, profile

-- name: family_start_given_middle
SELECT hash(family_3, given, middle_1) AS key, profile FROM coded
WHERE family IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, family, dob, line, profile

-- name: family_given_start
SELECT hash(family, given_3) AS key, profile FROM coded WHERE family IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, dob, line, profile

-- name: family_initials
SELECT hash(family, given_1, middle_1) AS key, profile FROM coded
WHERE family IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, given, dob, line, profile

-- name: family_start_given
SELECT hash(family_4, given) AS key, profile FROM coded WHERE family IS NOT NULL AND given IS NOT NULL
ORDER BY key, family, dob, line, profile

-- name: postcode_family_initial
SELECT hash(postcode, family, given_1) AS key, profile FROM coded
WHERE postcode IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, dob, profile

-- name: postcode_given_initial
SELECT hash(postcode, given, family_1) AS key, profile FROM coded
WHERE postcode IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL
ORDER BY key, family, dob, profile

-- name: dob
SELECT hash(dob) AS key, profile FROM coded WHERE dob IS NOT NULL
ORDER BY key, family, given, profile

-- name: line_unnamed
SELECT hash(line) AS key, profile FROM coded WHERE line IS NOT NULL
    AND line IN (SELECT line FROM coded WHERE given IS NULL OR family IS NULL)
ORDER BY key, coalesce(given, family), dob, profile

-- name: names_swapped
SELECT hash(least(given, family), greatest(given, family)) AS key, profile FROM coded
WHERE given IS NOT NULL AND family IS NOT NULL
    AND hash(family, given) IN (SELECT hash(given, family) FROM coded)
ORDER BY key, dob, line, profile

-- name: phone
SELECT hash(phone) AS key, profile FROM coded WHERE phone IS NOT NULL ORDER BY key, given, family, profile

-- name: email
SELECT hash(email) AS key, profile FROM coded WHERE email IS NOT NULL ORDER BY key, given, family, profile

-- name: account
SELECT hash(account) AS key, profile FROM coded WHERE account IS NOT NULL ORDER BY key, given, family, profile

-- name: license
SELECT hash(license) AS key, profile FROM coded WHERE license IS NOT NULL ORDER BY key, given, family, profile

-- name: imsi
SELECT hash(imsi) AS key, profile FROM coded WHERE imsi IS NOT NULL ORDER BY key, given, family, profile

-- name: imei
SELECT hash(imei) AS key, profile FROM coded WHERE imei IS NOT NULL ORDER BY key, given, family, profile

-- name: ssn_start_initial
SELECT hash(ssn // 10000, given_1) AS key, profile FROM coded
WHERE ssn IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, family, dob, profile

-- name: ssn
SELECT hash(ssn) AS key, profile FROM coded WHERE ssn IS NOT NULL ORDER BY key, given, family, profile
