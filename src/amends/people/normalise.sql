-- Entries (taken records and registry rows) become slim rows: a number, and normalised identifiers as numbers.
-- A value that cannot identify anybody (empty, malformed, shared by too many names) becomes null here. Each distinct text
-- is normalised once; words are told by their place in alphabetical order, so that codes sort as their words do.
-- Statements with $part and $parts give the rows of one part of all values (`Engine.gather`).

-- name: spans
-- Numbers of entries, registry rows first, in the order of their ids: a run of ids that share their upper bits has the
-- numbers from `base` on. An id that no entry has leaves its number unused.
CREATE OR REPLACE TABLE spans AS
WITH runs AS (
    SELECT record_id >= 0 AS taken, abs(record_id) >> $shift AS upper, min(abs(record_id)) AS low,
        max(abs(record_id)) - min(abs(record_id)) + 1 AS size, count(*) AS entries
    FROM entries
    GROUP BY ALL
)
SELECT *, (sum(size) OVER (ORDER BY taken, upper) - size)::BIGINT AS base FROM runs

-- name: numbers_used
SELECT coalesce(sum(entries), 0)::BIGINT AS used, coalesce(sum(size), 0)::BIGINT AS numbers FROM spans

-- name: spans_in_order
SELECT taken, low, size, base, entries FROM spans ORDER BY base

-- name: plain_letters
-- Small letters; Latin ones without accents, for elsewhere marks are letters. Signs that no page shows are left out.
CREATE OR REPLACE MACRO plain_letters(name) AS CASE WHEN strlen(name) = length(name) THEN lower(name) ELSE
    replace(replace(translate(CASE WHEN regexp_matches(name, '\p{Latin}') THEN lower(strip_accents(regexp_replace(name, '\p{C}', '', 'g')))
        ELSE lower(regexp_replace(name, '\p{C}', '', 'g')) END, 'øłđðı', 'olddi'), 'ß', 'ss'), 'æ', 'ae') END

-- name: letters_alone
CREATE OR REPLACE MACRO letters_alone(letters) AS nullif(regexp_replace(letters, '[^\p{L}\p{M}]', '', 'g'), '')

-- name: name_key
CREATE OR REPLACE MACRO name_key(name) AS letters_alone(plain_letters(name))

-- name: any_date
-- A date in any of the ways files write it; month before day where both could be, as in the United States.
CREATE OR REPLACE MACRO any_date(written) AS coalesce(
    TRY_CAST(written AS DATE),
    try_strptime(written, ['%m/%d/%Y', '%Y%m%d', '%m%d%Y', '%m-%d-%Y', '%d/%m/%Y', '%d.%m.%Y', '%Y/%m/%d'])::DATE)

-- name: line_key
-- A line without a number that says that there is no address ("unknown", "general delivery") is none.
CREATE OR REPLACE MACRO line_key(line) AS CASE WHEN no_line(line) THEN NULL ELSE
    nullif(trim(
        regexp_replace(' ' || regexp_replace(lower(strip_accents(line)), '[^a-z0-9]+', ' ', 'g') || ' ',
            ' (street|avenue|road|drive|lane|court|boulevard|place|apartment|unit|suite|ste|apt|st|ave|rd|dr|ln|ct|blvd|pl) ',
            ' ', 'g')), '') END

-- name: nine_digits
-- The digits of a text that has nine, as an integer. Most have no other signs than hyphens, and need no closer look.
CREATE OR REPLACE MACRO nine_digits(written) AS
    CASE WHEN regexp_full_match(written, '[0-9]{3}-?[0-9]{2}-?[0-9]{4}') THEN replace(written, '-', '')::INTEGER
        WHEN length(regexp_replace(written, '[^0-9]', '', 'g')) = 9
        THEN regexp_replace(written, '[^0-9]', '', 'g')::INTEGER END

-- name: ssn_key
-- Nine digits that can be issued: SSA POMS RM 10201.035 for SSNs, IRM 3.21.263 for ITINs (9xx). Numbers that were printed
-- in advertisements, and rows of digits, stand for none.
CREATE OR REPLACE MACRO ssn_key(nine) AS
    CASE WHEN nine >= 1000000 AND nine // 1000000 <> 666 AND nine // 10000 % 100 <> 0 AND nine % 10000 <> 0
        AND nine % 111111111 <> 0 AND nine <> 123456789 AND nine <> 12345678 AND nine <> 78051120 AND nine <> 219099999
        AND nine <> 457555462 AND nine NOT BETWEEN 987654320 AND 987654329
        AND (nine < 900000000 OR nine // 10000 % 100 BETWEEN 50 AND 99)
        THEN nine END

-- name: government_key
-- Another government's number, where it is digits alone, stands in for an SSN that is not there.
CREATE OR REPLACE MACRO government_key(number) AS
    CASE WHEN length(number) BETWEEN 6 AND 8 AND regexp_full_match(number, '[0-9]+')
        AND NOT regexp_full_match(number, '0+|1+|9+') THEN number::INTEGER END

-- name: phone_key
-- The last ten digits, without an extension. What has fewer than seven, was masked, or is a row of digits is nobody's.
CREATE OR REPLACE MACRO phone_key(phone) AS
    nullif(regexp_replace(right(regexp_replace(phone, '[^0-9*xX]|[xX][^0-9]*[0-9]*$', '', 'g'), 10),
        '^(?:.{0,6}|000.*|.*[*].*|.*(?:0{7}|1{7}|2{7}|3{7}|4{7}|5{7}|6{7}|7{7}|8{7}|9{7})|0?12345678?9?0?|9876543210)$', ''), '')

-- name: email_key
-- An address of which either part says that there is none ("noemail@", "@none.com") is nobody's, nor is one letter's.
CREATE OR REPLACE MACRO email_key(email) AS
    CASE WHEN contains(email, '@') AND NOT contains(email, '*') AND NOT regexp_matches(lower(trim(email)), no_email())
        THEN lower(trim(email)) END

-- name: no_email
CREATE OR REPLACE MACRO no_email() AS
    '^(?:(?:no[-_.]?e?-?mail|no[-_.]?mail|no[-_.]?address|none|no|na|n/a|null|nil|nan|unk|unknown|not[-_.]?(?:provided|available|given)|'
    || 'no[-_.]?reply|do[-_.]?not[-_.]?reply|declined?|refused?|anonymous|nobody|noone|invalid|undefined|test|fake|dummy|'
    || 'e?-?mail|gmail|yahoo|hotmail|aol|outlook|icloud|customer|x+|a+|z+|asdf|.)@'
    || '|[^@]*@(?:no[-_.]?e?-?mail|none|na|null|nil|unknown|test|noreply|fake|dummy|x+)(?:\.|$))'

-- name: number_key
-- A number of a contract, a licence or a device. One without a digit, masked or a row of digits is nobody's.
CREATE OR REPLACE MACRO number_key(number) AS
    CASE WHEN usable_number(regexp_replace(number, '[^0-9A-Za-z*]', '', 'g')) THEN upper(trim(number)) END

-- name: usable_number
CREATE OR REPLACE MACRO usable_number(number) AS
    regexp_matches(number, '[0-9]') AND NOT contains(number, '*') AND number <> repeat(left(number, 1), length(number))
    AND NOT starts_with('01234567890123456789', number) AND NOT starts_with('1234567890123456789', number)

-- name: no_line
CREATE OR REPLACE MACRO no_line(line) AS CASE WHEN regexp_matches(line, '[0-9]') THEN false ELSE
    regexp_full_match(trim(regexp_replace(lower(line), '[^\p{L}]+', ' ', 'g')), '(?:(?:unknown|unk|none|no|not|na|n a|null|nil|'
        || 'x+|homeless|transient|general|delivery|gen|del|fixed|permanent|known|address|addr|abode|residence|street|same|as|above|'
        || 'refused?|declined?|provided|given|available|applicable|tbd|tba|blank|test|bad|wrong|invalid|return(?:ed)?|to|sender|moved|left|'
        || 'undeliverable|mail|confidential|on|file|see|notes?|care|of|deceased|shelter|current|the|is|at|this|time)(?: |$))*') END

-- name: suffix_code
CREATE OR REPLACE MACRO suffix_code(suffix) AS
    CASE regexp_replace(upper(suffix), '[^A-Z0-9]', '', 'g')
        WHEN 'JR' THEN 1 WHEN 'JNR' THEN 1 WHEN 'JUNIOR' THEN 1 WHEN 'SR' THEN 2 WHEN 'SNR' THEN 2 WHEN 'SENIOR' THEN 2
        WHEN 'II' THEN 3 WHEN '2ND' THEN 3 WHEN '2' THEN 3 WHEN 'SECOND' THEN 3
        WHEN 'III' THEN 4 WHEN '3RD' THEN 4 WHEN '3' THEN 4 WHEN 'THIRD' THEN 4
        WHEN 'IV' THEN 5 WHEN '4TH' THEN 5 WHEN '4' THEN 5 WHEN 'V' THEN 6 WHEN '5TH' THEN 6 WHEN '5' THEN 6 ELSE 0 END

-- name: suffix_behind
CREATE OR REPLACE MACRO suffix_behind() AS '[ ,]+(jr|jnr|junior|sr|snr|senior|ii|iii|iv|2nd|3rd|4th|5th)[. ]*$'

-- name: title_before
CREATE OR REPLACE MACRO title_before() AS
    '^(?:(?:mr|mrs|ms|miss|mx|dr|prof|rev|fr|sir|capt|cpt|sgt|lt|maj|sr|sra|srta|mme|mlle|estate|of) )+'

-- name: particle
CREATE OR REPLACE MACRO particle() AS 'de|del|della|di|da|do|dos|das|la|las|los|le|el|al|van|von|der|den|bin|ibn|bint|of|y|e'

-- name: street_of
CREATE OR REPLACE MACRO street_of(line) AS nullif(trim(regexp_replace(line, '^[0-9]+ ', '')), '')

-- name: usable_day
-- A birth date that somebody alive may have; 1900-01-01 is what a form fills in.
CREATE OR REPLACE MACRO usable_day(dob) AS dob BETWEEN DATE '1900-01-02' AND DATE '2100-01-01'

-- name: hash_key
CREATE OR REPLACE MACRO hash_key(value) AS CASE WHEN trim(value) <> '' THEN hash(trim(value)) END

-- name: written
-- Every name that is written.
CREATE OR REPLACE TABLE written AS
SELECT name, regexp_full_match(name, '[A-Za-z]+') AS one_word FROM (
    SELECT DISTINCT unnest([given_name, middle_name, family_name]) AS name FROM entries
)

-- name: names
-- The keys of every name that is written. A placeholder stands for "nobody we know by name": only words of the list, or
-- one word that says so alone, or a word with a number ("Line 2"); `mark` tells such people of one house apart (boy or girl, A or B). A title is no given
-- name, the second of two given names is as good as a middle name, and a family name may carry a suffix; one Latin letter is
-- an initial, in other scripts one sign is a whole family name. A given name with a hyphen is one name; `behind` is what
-- comes after it. One plain word needs none of this.
CREATE OR REPLACE TABLE names AS
WITH plain_words AS MATERIALIZED (
    SELECT name, lower(name) AS word FROM written WHERE one_word AND lower(name) NOT IN (SELECT word FROM placeholder_words)
), listed AS (
    SELECT list(word) AS every, map(list(word), list(mark)) AS marks FROM placeholder_words
), letters AS (
    SELECT name, lower(strip_accents(name)) AS ascii, plain_letters(name) AS letters
    FROM written WHERE name IS NOT NULL AND name NOT IN (SELECT name FROM plain_words)
), words AS (
    SELECT name, letters, trim(regexp_replace(ascii, '[^a-z]+', ' ', 'g')) AS plain,
        string_split(regexp_replace(ascii, '[^a-z0-9]+', ' ', 'g'), ' ') AS tokens,
        trim(regexp_replace(regexp_replace(letters, '[\s.,/_]+', ' ', 'g'), '[^\p{L}\p{M} -]', '', 'g')) AS spaced,
        regexp_extract(letters, suffix_behind(), 1) AS tail
    FROM letters
), parts AS (
    SELECT words.*, string_split(regexp_replace(spaced, title_before(), ''), ' ') AS given_parts,
        plain IN (SELECT word FROM placeholder_words WHERE alone)
            OR CASE WHEN contains(plain, ' ') THEN list_has_all(every, string_split(plain, ' ')) ELSE false END
            OR regexp_full_match(lower(name), '[a-z]+ +#?[0-9]+ *') AS nobody
    FROM words, listed
), marked AS (
    SELECT parts.*, CASE WHEN nobody
        THEN list_sum(list_distinct(list_transform(tokens, lambda word: coalesce(marks[word], 0)))) END AS mark
    FROM parts, listed
), whole AS (
    SELECT name, nobody, CASE WHEN nobody THEN CASE WHEN mark > 0 THEN 10 + mark ELSE 0 END ELSE suffix_code(tail) END AS suffix,
        list_transform([
            given_parts[1], split_part(given_parts[1], '-', 2),
            list_filter(given_parts[2:], lambda part: NOT regexp_full_match(part, particle()) AND suffix_code(part) = 0)[1],
            letters, regexp_replace(letters, suffix_behind(), '')
        ], lambda part: letters_alone(part)) AS keys
    FROM marked
), keys AS (
    SELECT name, nobody, suffix, keys[1] AS given_raw, keys[2] AS behind, keys[3] AS second, keys[4] AS middle,
        CASE WHEN NOT regexp_full_match(keys[5], '[a-z]') THEN keys[5] END AS family
    FROM whole
)
SELECT keys.name, nobody, behind, suffix::TINYINT AS suffix, CASE WHEN NOT nobody THEN given_raw END AS given_raw,
    CASE WHEN NOT nobody THEN coalesce(nicknames.given_name, given_raw) END AS given,
    CASE WHEN NOT nobody THEN second END AS second, CASE WHEN NOT nobody THEN middle END AS middle,
    CASE WHEN NOT nobody THEN family END AS family
FROM keys LEFT JOIN nicknames ON nicknames.nickname = keys.given_raw
UNION ALL BY NAME
SELECT name, false AS nobody, NULL::VARCHAR AS behind, 0::TINYINT AS suffix, word AS given_raw,
    coalesce(nicknames.given_name, word) AS given, NULL::VARCHAR AS second, word AS middle,
    CASE WHEN length(word) > 1 THEN word END AS family
FROM plain_words LEFT JOIN nicknames ON nicknames.nickname = word

-- name: nobodies
CREATE OR REPLACE TABLE nobodies AS SELECT name FROM names WHERE nobody

-- name: name_words
CREATE OR REPLACE TABLE name_words AS
SELECT DISTINCT unnest([given_raw, given, second, middle, family]) AS word FROM names ORDER BY word

-- name: name_codes
-- The words by code, with the codes of how they begin: `start_3` is that of the first word with the same three letters.
CREATE OR REPLACE TABLE name_codes AS
SELECT (rowid)::INTEGER AS code, word,
    min(rowid) OVER (PARTITION BY left(word, 1))::INTEGER AS start_1,
    min(rowid) OVER (PARTITION BY left(word, 2))::INTEGER AS start_2,
    min(rowid) OVER (PARTITION BY left(word, 3))::INTEGER AS start_3,
    min(rowid) OVER (PARTITION BY left(word, 4))::INTEGER AS start_4
FROM name_words WHERE word IS NOT NULL

-- name: coded_names
CREATE OR REPLACE TABLE coded_names AS
SELECT name, suffix, raws.code AS given_raw, givens.code AS given, seconds.code AS second, length(seconds.word) > 1 AS second_written,
    middles.code AS middle, length(middles.word) > 1 AS middle_written, families.code AS family
FROM names
LEFT JOIN name_codes AS raws ON raws.word = names.given_raw
LEFT JOIN name_codes AS givens ON givens.word = names.given
LEFT JOIN name_codes AS seconds ON seconds.word = names.second
LEFT JOIN name_codes AS middles ON middles.word = names.middle
LEFT JOIN name_codes AS families ON families.word = names.family

-- name: lines
CREATE OR REPLACE TABLE lines AS
SELECT address_line, line_key(address_line) AS word
FROM (SELECT DISTINCT address_line FROM entries WHERE address_line IS NOT NULL)

-- name: line_words
CREATE OR REPLACE TABLE line_words AS SELECT DISTINCT word FROM lines WHERE word IS NOT NULL ORDER BY word

-- name: street_words
CREATE OR REPLACE TABLE street_words AS
SELECT DISTINCT street_of(word) AS word FROM line_words WHERE street_of(word) IS NOT NULL ORDER BY word

-- name: line_codes
-- The lines by code, with the number of the house and the code of the street.
CREATE OR REPLACE TABLE line_codes AS
SELECT line_words.rowid::INTEGER AS code, line_words.word,
    TRY_CAST(nullif(regexp_extract(left(line_words.word, 9), '^([0-9]+) ', 1), '') AS INTEGER) AS house,
    street_words.rowid::INTEGER AS street
FROM line_words LEFT JOIN street_words ON street_words.word = street_of(line_words.word)

-- name: coded_lines
CREATE OR REPLACE TABLE coded_lines AS
SELECT address_line, line_codes.code AS line FROM lines JOIN line_codes ON line_codes.word = lines.word

-- name: postcodes
CREATE OR REPLACE TABLE postcodes AS
SELECT postcode, nullif(left(trim(postcode), 5), '') AS word FROM (SELECT DISTINCT postcode FROM entries WHERE postcode IS NOT NULL)

-- name: postcode_words
CREATE OR REPLACE TABLE postcode_words AS SELECT DISTINCT word FROM postcodes WHERE word IS NOT NULL ORDER BY word

-- name: coded_postcodes
CREATE OR REPLACE TABLE coded_postcodes AS
SELECT postcodes.postcode, postcode_words.rowid::INTEGER AS code
FROM postcodes JOIN postcode_words ON postcode_words.word = postcodes.word

-- name: cities
CREATE OR REPLACE TABLE cities AS
SELECT city, nullif(lower(trim(city)), '') AS word FROM (SELECT DISTINCT city FROM entries WHERE city IS NOT NULL)

-- name: city_words
CREATE OR REPLACE TABLE city_words AS SELECT DISTINCT word FROM cities WHERE word IS NOT NULL ORDER BY word

-- name: coded_cities
CREATE OR REPLACE TABLE coded_cities AS
SELECT cities.city, city_words.rowid::INTEGER AS code FROM cities JOIN city_words ON city_words.word = cities.word

-- name: joins_as_written
-- The narrow side of every join stands on its right and is held in memory; estimates would put the wide side there.
SET disabled_optimizers = 'join_order,build_side_probe_side'

-- name: joins_as_estimated
RESET disabled_optimizers

-- name: entry_lines
-- The code of the line of every entry that has one, in no order. Lines are many, so this join is the one that may go to
-- disk, and it is kept narrow.
SELECT (spans.base + (abs(record_id) - spans.low))::INTEGER AS number, coded_lines.line
FROM entries
JOIN spans ON spans.taken = (record_id >= 0) AND spans.upper = abs(record_id) >> $shift
JOIN coded_lines ON coded_lines.address_line = entries.address_line

-- name: coded_entries
-- Entries but for their lines. Telephones and numbers that are only ever compared whole are kept as hashes.
SELECT
    (spans.base + (abs(record_id) - spans.low))::INTEGER AS number,
    givens.given_raw,
    givens.given,
    coalesce(middles.middle, givens.second) AS middle,
    coalesce(CASE WHEN middles.middle IS NULL THEN givens.second_written ELSE middles.middle_written END, false) AS middle_written,
    middles.middle IS NULL AND givens.second IS NOT NULL AS doubled,
    families.family,
    coalesce(nullif(suffix_code(entries.suffix), 0), nullif(families.suffix, 0), givens.suffix, 0)::TINYINT AS suffix,
    CASE WHEN usable_day(dob)
        THEN (year(dob) * 10000 + month(dob) * 100 + day(dob))::INTEGER END AS dob,
    coalesce(ssn_key(nine), government_key(trim(government_id))) AS ssn,
    coded_postcodes.code AS postcode,
    coded_cities.code AS city,
    hash_key(phone_key(phone)) AS phone,
    hash_key(email_key(email)) AS email,
    hash_key(number_key(account_number)) AS account,
    hash_key(number_key(driver_license)) AS license,
    hash_key(number_key(imei)) AS imei,
    hash_key(number_key(imsi)) AS imsi
FROM (SELECT *, nine_digits(ssn) AS nine FROM entries) AS entries
JOIN spans ON spans.taken = (record_id >= 0) AND spans.upper = abs(record_id) >> $shift
LEFT JOIN coded_names AS givens ON givens.name = given_name
LEFT JOIN coded_names AS middles ON middles.name = middle_name
LEFT JOIN coded_names AS families ON families.name = family_name
LEFT JOIN coded_postcodes ON coded_postcodes.postcode = entries.postcode
LEFT JOIN coded_cities ON coded_cities.city = entries.city

-- name: slim
CREATE OR REPLACE TABLE slim AS
SELECT *, line::BIGINT << 32 | coalesce(postcode, (1::BIGINT << 30) + city) AS address FROM lined_entries

-- name: generic_ssns
-- SSNs under more names, or more birth dates, than one human is given by mistake.
SELECT ssn FROM (SELECT DISTINCT ssn, given, family FROM slim WHERE ssn % $parts = $part) GROUP BY ssn HAVING count(*) > $names
UNION
SELECT ssn FROM (SELECT DISTINCT ssn, dob FROM slim WHERE ssn % $parts = $part AND dob IS NOT NULL) GROUP BY ssn HAVING count(*) > $births

-- name: demote_generic_ssns
UPDATE slim SET ssn = NULL WHERE ssn IN (SELECT ssn FROM generic_ssns)

-- name: frequent_contacts
-- Telephones, e-mails and accounts of more than $names entries.
SELECT phone AS contact FROM slim WHERE phone % $parts = $part GROUP BY phone HAVING count(*) > $names
UNION ALL
SELECT email AS contact FROM slim WHERE email % $parts = $part GROUP BY email HAVING count(*) > $names
UNION ALL
SELECT account AS contact FROM slim WHERE account % $parts = $part GROUP BY account HAVING count(*) > $names

-- name: generic_contacts
-- Telephones, e-mails and accounts under more than $names names: more than a household shares.
CREATE OR REPLACE TABLE generic_contacts AS
WITH held AS (
    SELECT phone AS contact, given, family FROM slim WHERE phone IN (SELECT contact FROM frequent_contacts)
    UNION
    SELECT email AS contact, given, family FROM slim WHERE email IN (SELECT contact FROM frequent_contacts)
    UNION
    SELECT account AS contact, given, family FROM slim WHERE account IN (SELECT contact FROM frequent_contacts)
)
SELECT contact FROM held GROUP BY contact HAVING count(*) > $names

-- name: demote_generic_phones
UPDATE slim SET phone = NULL WHERE phone IN (SELECT contact FROM generic_contacts)

-- name: demote_generic_emails
UPDATE slim SET email = NULL WHERE email IN (SELECT contact FROM generic_contacts)

-- name: demote_generic_accounts
UPDATE slim SET account = NULL WHERE account IN (SELECT contact FROM generic_contacts)

-- name: crowded
-- Addresses under more than $names names, as of a house of many flats, and lines that name no house: a name alone says
-- too little there.
SELECT address FROM (
    SELECT DISTINCT address, given, family FROM slim
    WHERE address IN (SELECT address FROM slim WHERE address % $parts = $part GROUP BY address HAVING count(*) > $names)
) GROUP BY address HAVING count(*) > $names
UNION ALL
SELECT DISTINCT address FROM slim
WHERE line IN (SELECT code FROM line_codes WHERE NOT regexp_matches(word, '[0-9]')) AND address % $parts = $part

-- name: common_days
-- Birth dates that stand in more than one of five hundred entries: rather what a form fills in than a day of birth.
CREATE OR REPLACE TABLE common_days AS
SELECT dob FROM slim WHERE dob IS NOT NULL GROUP BY dob
HAVING count(*) > greatest($least, (SELECT count(dob) FROM slim) // 500)

-- name: common_names
-- Full names with more than $days birth dates: two strangers of such a name are born on one day often enough.
SELECT given, middle, family FROM (
    SELECT DISTINCT given, middle, family, dob FROM slim
    WHERE middle_written AND given % $parts = $part AND family IS NOT NULL AND dob IS NOT NULL
) GROUP BY ALL HAVING count(*) > $days

-- name: attributes
-- What the exact pass asks of an entry, 0 where it is not known; in no order. A middle name that is the second of two
-- given names is negative.
SELECT number, coalesce(ssn, 0)::INTEGER AS ssn, coalesce(dob, 0)::INTEGER AS dob, coalesce(given + 1, 0)::INTEGER AS given,
    suffix, (coalesce(middle + 1, 0) * CASE WHEN doubled THEN -1 ELSE 1 END)::INTEGER AS middle
FROM slim
