-- One statement a composite key: rows that agree on it are candidates for one human. No single identifier is a key.
-- Each gives (key, number) sorted, so that the members of a group arrive together. Strong keys hold the SSN.

-- name: ssn_name
SELECT hash(ssn, given, family) AS key, number FROM slim
WHERE ssn IS NOT NULL AND given IS NOT NULL AND family IS NOT NULL ORDER BY key, number

-- name: ssn_dob_given
SELECT hash(ssn, dob, given) AS key, number FROM slim
WHERE ssn IS NOT NULL AND dob IS NOT NULL AND given IS NOT NULL ORDER BY key, number

-- name: ssn_dob_family
SELECT hash(ssn, dob, family) AS key, number FROM slim
WHERE ssn IS NOT NULL AND dob IS NOT NULL AND family IS NOT NULL ORDER BY key, number

-- name: ssn_given_address
SELECT hash(ssn, given, address) AS key, number FROM slim
WHERE ssn IS NOT NULL AND given IS NOT NULL AND address IS NOT NULL ORDER BY key, number

-- name: name_dob_address
SELECT hash(given, family, dob, address) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND dob IS NOT NULL AND address IS NOT NULL ORDER BY key, number

-- name: name_dob_phone
SELECT hash(given, family, dob, phone) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND dob IS NOT NULL AND phone IS NOT NULL ORDER BY key, number

-- name: name_license
SELECT hash(given, family, license) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND license IS NOT NULL ORDER BY key, number

-- name: name_middle_dob
SELECT hash(given, middle, family, dob) AS key, number FROM slim
WHERE given IS NOT NULL AND middle IS NOT NULL AND family IS NOT NULL AND dob IS NOT NULL AND middle_written
    AND dob NOT IN (SELECT dob FROM common_days)
    AND NOT EXISTS (
        FROM common_names
        WHERE common_names.given = slim.given AND common_names.middle = slim.middle AND common_names.family = slim.family
    )
ORDER BY key, number

-- name: given_dob_address
SELECT hash(given, dob, address) AS key, number FROM slim
WHERE given IS NOT NULL AND dob IS NOT NULL AND address IS NOT NULL ORDER BY key, number

-- name: given_dob_phone
SELECT hash(given, dob, phone) AS key, number FROM slim
WHERE given IS NOT NULL AND dob IS NOT NULL AND phone IS NOT NULL ORDER BY key, number

-- name: name_email
SELECT hash(given, family, email) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND email IS NOT NULL ORDER BY key, number

-- name: name_account
SELECT hash(given, family, account) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND account IS NOT NULL ORDER BY key, number

-- name: name_phone
SELECT hash(given, family, phone) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND phone IS NOT NULL ORDER BY key, number

-- name: name_address
SELECT hash(given, family, address) AS key, number FROM slim
WHERE given IS NOT NULL AND family IS NOT NULL AND address IS NOT NULL AND address NOT IN (SELECT address FROM crowded)
ORDER BY key, number

-- name: phone_account
-- A line of an account.
SELECT hash(phone, account) AS key, number FROM slim
WHERE phone IS NOT NULL AND account IS NOT NULL ORDER BY key, number

-- name: phone_imsi
SELECT hash(phone, imsi) AS key, number FROM slim
WHERE phone IS NOT NULL AND imsi IS NOT NULL ORDER BY key, number

-- name: phone_imei
SELECT hash(phone, imei) AS key, number FROM slim
WHERE phone IS NOT NULL AND imei IS NOT NULL ORDER BY key, number

-- name: imei_imsi
SELECT hash(imei, imsi) AS key, number FROM slim
WHERE imei IS NOT NULL AND imsi IS NOT NULL ORDER BY key, number
