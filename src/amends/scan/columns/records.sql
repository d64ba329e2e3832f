-- name: macro_suffix
CREATE OR REPLACE TEMP MACRO suffix_of(x) AS
    CASE WHEN contains(x, ' ') OR contains(x, ',')
        THEN nullif(upper(regexp_extract(x, '(?i)\S[ ,]+(jr|sr|ii|iii|iv)\.?$', 1)), '') END

-- name: macro_without_suffix
CREATE OR REPLACE TEMP MACRO without_suffix(x) AS
    CASE WHEN contains(x, ' ') OR contains(x, ',')
        THEN regexp_replace(x, '(?i)(\S)[ ,]+(jr|sr|ii|iii|iv)\.?$', '\1') ELSE x END

-- name: records
-- From `raw` (one row a data row, canonical raw fields as tidy text; digits, dates and other elements already proven by
-- kernels) to `records`; rows that hold no element are left out.
WITH trimmed AS (
    SELECT
        file_id, row, human, wave, dob, more,
        lower(status) AS status,
        given_name,
        middle_name,
        family_name,
        suffix,
        CASE WHEN full_name IS NOT NULL
            THEN regexp_replace(full_name, '(?i)^(mr|mrs|ms|miss|dr|prof)\.? +', '') END AS full_name,
        CASE WHEN length(ssn) < 9 THEN lpad(ssn, 9, '0') ELSE ssn END AS ssn,
        email,
        CASE length(phone) WHEN 10 THEN '+1' || phone ELSE '+' || phone END AS phone,
        address_line,
        address_line_2,
        street_number,
        street_name,
        city,
        upper(region) AS region,
        postcode,
        upper(country) AS country,
        upper(replace(driver_license, ' ', '')) AS driver_license,
        government_id,
        imei, imsi, iccid,
        account_number
    FROM raw
),
whole AS (
    SELECT *,
        without_suffix(full_name) AS plain_name,
        suffix_of(full_name) AS full_suffix
    FROM trimmed
),
split AS (
    SELECT * EXCLUDE (given_name, middle_name, family_name, suffix, plain_name),
        plain_name,
        CASE
            WHEN plain_name IS NULL THEN NULL
            WHEN contains(plain_name, ',') THEN trim(split_part(plain_name, ',', 1))
            ELSE regexp_extract(
                plain_name,
                '(?i)((?:(?:van|von|de|del|della|la|las|los|le|da|di|do|dos|der|den|ter|st\.?|bin|ibn|al|el) )*\S+)$', 1)
        END AS full_family,
        CASE WHEN contains(plain_name, ',')
            THEN replace(trim(substr(plain_name, strpos(plain_name, ',') + 1)), ',', '') END AS behind_comma,
        given_name, middle_name, family_name, suffix
    FROM whole
),
named AS (
    SELECT * EXCLUDE (given_name, middle_name, family_name, suffix, plain_name, full_name, full_family, behind_comma, full_suffix),
        coalesce(given_name, nullif(split_part(
            coalesce(behind_comma, trim(left(plain_name, length(plain_name) - length(full_family)))), ' ', 1), '')) AS given_name,
        coalesce(middle_name, CASE WHEN given_name IS NULL AND plain_name IS NOT NULL THEN nullif(trim(regexp_replace(
            coalesce(behind_comma, trim(left(plain_name, length(plain_name) - length(full_family)))), '^\S+', '')), '') END)
            AS middle_name,
        coalesce(family_name, full_family) AS family_name,
        coalesce(suffix, full_suffix) AS suffix
    FROM split
),
parted AS (
    SELECT * EXCLUDE (given_name, middle_name, family_name, suffix),
        CASE WHEN middle_name IS NULL AND given_name LIKE '% _' OR middle_name IS NULL AND given_name LIKE '% _.'
            THEN trim(split_part(given_name, ' ', 1)) ELSE given_name END AS given_name,
        CASE WHEN middle_name IS NULL AND given_name LIKE '% _' OR middle_name IS NULL AND given_name LIKE '% _.'
            THEN split_part(given_name, ' ', 2) ELSE middle_name END AS middle_name,
        without_suffix(family_name) AS family_name,
        coalesce(
            CASE WHEN suffix IS NOT NULL THEN nullif(upper(replace(suffix, '.', '')), '') END,
            suffix_of(family_name)) AS suffix
    FROM named
),
placed AS (
    SELECT parted.* REPLACE (
            coalesce(
                CASE WHEN address_line IS NULL THEN street_number || ' ' || street_name END,
                CASE WHEN address_line IS NULL THEN street_name END,
                CASE WHEN address_line_2 IS NULL THEN address_line ELSE address_line || ' ' || address_line_2 END
            ) AS address_line,
            coalesce(regions.code, region) AS region,
            CASE
                WHEN regexp_full_match(postcode, '\d{5}(-?\d{4})?') THEN left(postcode, 5)
                WHEN regexp_full_match(postcode, '\d{3,4}') THEN lpad(postcode, 5, '0')
                WHEN regexp_full_match(postcode, '\d{4}-?\d{4}') THEN '0' || left(postcode, 4)
                ELSE upper(postcode)
            END AS postcode,
            CASE
                WHEN country IN ('US', 'USA', 'U.S.', 'U.S.A.', 'UNITED STATES', 'UNITED STATES OF AMERICA') THEN 'US'
                WHEN length(country) = 2 THEN country
            END AS country,
            CASE
                WHEN status IN ('current', 'active', 'open', 'postpaid', 'prepaid', 'customer', 'live') THEN 'current'
                WHEN status IN ('former', 'inactive', 'closed', 'cancelled', 'canceled', 'deactivated', 'disconnected', 'terminated', 'churned', 'past')
                    THEN 'former'
                WHEN status IN ('prospective', 'prospect', 'applicant', 'lead', 'applied', 'declined', 'application') THEN 'prospective'
            END AS status
        )
    FROM parted LEFT JOIN regions ON regions.name = parted.region
),
masked AS (
    SELECT *,
        coalesce(more, 0)
        | CASE WHEN family_name IS NOT NULL THEN element_mask('name') ELSE 0 END
        | CASE WHEN dob IS NOT NULL THEN element_mask('dob') ELSE 0 END
        | CASE WHEN ssn IS NOT NULL THEN element_mask('ssn') ELSE 0 END
        | CASE WHEN email IS NOT NULL THEN element_mask('email') ELSE 0 END
        | CASE WHEN phone IS NOT NULL THEN element_mask('phone') ELSE 0 END
        | CASE WHEN address_line IS NOT NULL THEN element_mask('address') ELSE 0 END
        | CASE WHEN driver_license IS NOT NULL THEN element_mask('driver_license') ELSE 0 END
        | CASE WHEN government_id IS NOT NULL THEN element_mask('government_id') ELSE 0 END
        | CASE WHEN imei IS NOT NULL THEN element_mask('imei') ELSE 0 END
        | CASE WHEN imsi IS NOT NULL THEN element_mask('imsi') ELSE 0 END
        | CASE WHEN iccid IS NOT NULL THEN element_mask('iccid') ELSE 0 END
        | CASE WHEN account_number IS NOT NULL THEN element_mask('customer_account') ELSE 0 END AS elements
    FROM placed
)
SELECT
    file_id::BIGINT * 68719476736 + coalesce(human, row) AS record_id,
    file_id::INTEGER AS file_id,
    row::BIGINT AS row,
    wave, 'taken' AS source, status,
    given_name, middle_name, family_name, suffix, dob, ssn, email, phone,
    address_line, city, region, postcode, country, driver_license, government_id, imei, imsi, iccid, account_number,
    elements::BIGINT AS elements
FROM masked
WHERE elements <> 0
