-- Blocking rules: two profiles that agree on a rule's key are compared. One statement a rule, widest evidence first.
-- Each gives (key, profile), members of a key together, likest next to each other: a block over the cap pairs neighbours
-- only. Rules whose name begins with `ssn` find pairs by the SSN itself, so these pairs teach nothing about it.

-- name: given_family
SELECT hash(given, family) AS key, profile FROM profiles WHERE given IS NOT NULL AND family IS NOT NULL
ORDER BY key, dob, line, middle, profile

-- name: line_given
SELECT hash(line, given) AS key, profile FROM profiles WHERE line IS NOT NULL AND given IS NOT NULL
ORDER BY key, city, family, dob, profile

-- name: line_family
SELECT hash(line, family) AS key, profile FROM profiles WHERE line IS NOT NULL AND family IS NOT NULL
ORDER BY key, city, given, dob, profile

-- name: dob_family
SELECT hash(dob, family) AS key, profile FROM profiles WHERE dob IS NOT NULL AND family IS NOT NULL
ORDER BY key, given, middle, profile

-- name: dob_given_start
SELECT hash(dob, left(given, 2)) AS key, profile FROM profiles WHERE dob IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, family, profile

-- name: street_given
SELECT hash(street, given) AS key, profile FROM profiles WHERE street IS NOT NULL AND given IS NOT NULL AND house IS NOT NULL
ORDER BY key, family, house, profile

-- name: house_given_middle
SELECT hash(house, given, left(middle, 1)) AS key, profile FROM profiles
WHERE house IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, family, street, profile

-- name: family_start_given_middle
SELECT hash(left(family, 3), given, left(middle, 1)) AS key, profile FROM profiles
WHERE family IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, family, dob, line, profile

-- name: family_given_start
SELECT hash(family, left(given, 3)) AS key, profile FROM profiles WHERE family IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, dob, line, profile

-- name: family_initials
SELECT hash(family, left(given, 1), left(middle, 1)) AS key, profile FROM profiles
WHERE family IS NOT NULL AND given IS NOT NULL AND middle IS NOT NULL
ORDER BY key, given, dob, line, profile

-- name: family_start_given
SELECT hash(left(family, 4), given) AS key, profile FROM profiles WHERE family IS NOT NULL AND given IS NOT NULL
ORDER BY key, family, dob, line, profile

-- name: postcode_family_initial
SELECT hash(postcode, family, left(given, 1)) AS key, profile FROM profiles
WHERE postcode IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, dob, profile

-- name: postcode_given_initial
SELECT hash(postcode, given, left(family, 1)) AS key, profile FROM profiles
WHERE postcode IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL
ORDER BY key, family, dob, profile

-- name: dob
SELECT hash(dob) AS key, profile FROM profiles WHERE dob IS NOT NULL
ORDER BY key, family, given, profile

-- name: line_unnamed
SELECT hash(line) AS key, profile FROM profiles WHERE line IS NOT NULL
    AND line IN (SELECT line FROM profiles WHERE given IS NULL OR family IS NULL)
ORDER BY key, coalesce(given, family), dob, profile

-- name: names_swapped
SELECT hash(least(given, family), greatest(given, family)) AS key, profile FROM profiles
WHERE given IS NOT NULL AND family IS NOT NULL
    AND hash(family, given) IN (SELECT hash(given, family) FROM profiles)
ORDER BY key, dob, line, profile

-- name: phone
SELECT hash(phone) AS key, profile FROM profiles WHERE phone IS NOT NULL ORDER BY key, given, family, profile

-- name: email
SELECT hash(email) AS key, profile FROM profiles WHERE email IS NOT NULL ORDER BY key, given, family, profile

-- name: account
SELECT hash(account) AS key, profile FROM profiles WHERE account IS NOT NULL ORDER BY key, given, family, profile

-- name: license
SELECT hash(license) AS key, profile FROM profiles WHERE license IS NOT NULL ORDER BY key, given, family, profile

-- name: imsi
SELECT hash(imsi) AS key, profile FROM profiles WHERE imsi IS NOT NULL ORDER BY key, given, family, profile

-- name: imei
SELECT hash(imei) AS key, profile FROM profiles WHERE imei IS NOT NULL ORDER BY key, given, family, profile

-- name: ssn_start_initial
SELECT hash(left(lpad(ssn::VARCHAR, 9, '0'), 5), left(given, 1)) AS key, profile FROM profiles
WHERE ssn IS NOT NULL AND given IS NOT NULL
ORDER BY key, given, family, dob, profile

-- name: ssn
SELECT hash(ssn) AS key, profile FROM profiles WHERE ssn IS NOT NULL ORDER BY key, given, family, profile
