-- Taken records and registry rows as one view `entries`. Registry rows have negative ids, in the order of their files.

-- name: registry_rows
CREATE OR REPLACE TABLE registry_rows AS SELECT * FROM registry_numbered

-- name: entries
CREATE OR REPLACE TEMP VIEW entries AS
SELECT record_id, wave, status, given_name, middle_name, family_name, suffix, dob, ssn, email, phone,
    address_line, city, region, postcode, country, driver_license, government_id, imei, imsi, account_number, elements,
    NULL::VARCHAR AS role, NULL::VARCHAR AS language, NULL::BOOLEAN AS deceased, NULL::BOOLEAN AS email_consent
FROM records
UNION ALL BY NAME
SELECT record_id, NULL::VARCHAR AS wave, status, given_name, middle_name, family_name, suffix, dob, ssn, email, phone,
    address_line, city, region, postcode, country, driver_license, government_id, imei, imsi, account_number, 0::BIGINT AS elements,
    role, language, deceased, email_consent
FROM registry_rows
