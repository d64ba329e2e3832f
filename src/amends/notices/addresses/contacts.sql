-- name: repeated
select count(*) - count(distinct person_id) as repeated from as_found;

-- name: make_given
create or replace temp table given (
    file varchar, row bigint, person_id varchar, address_line varchar, city varchar, region varchar, postcode varchar,
    country varchar, dpv varchar, return_code varchar, move_date varchar, vacant varchar, deceased varchar
);

-- name: give
insert into given select * from given_rows;

-- name: make_results
-- What each row of the address service's files says of its person: the last file that names a person holds. A row with a
-- fault has a reason and changes nothing.
create or replace temp table results as
with typed as (
    select
        given.* exclude (person_id, country, move_date),
        try_cast(given.person_id as bigint) as person_id,
        upper(given.country) as country,
        coalesce(
            try_strptime(given.move_date, '%Y-%m-%d'), try_strptime(given.move_date, '%Y-%m'),
            try_strptime(given.move_date, '%Y%m')
        )::date as move_date,
        given.move_date is not null as dated,
        return_codes.means,
        len(list_filter([given.address_line, given.city, given.region, given.postcode], lambda part: part is not null)) as filled,
        file = max(file) over (partition by try_cast(given.person_id as bigint)) as last_file,
        count(*) over (partition by file, try_cast(given.person_id as bigint)) as times
    from given
    left join return_codes on return_codes.code = lpad(given.return_code, 2, '0')
        or return_codes.code = upper(given.return_code)
)
select
    file, row, typed.person_id, move_date, typed.country,
    typed.address_line, typed.city, typed.region, typed.postcode,
    case
        when typed.person_id is null then 'person_id is missing, or the row has not as many fields as the header'
        when as_found.person_id is null then 'there is no such person'
        when times > 1 then 'the person is in the file more than once'
        when dated and move_date is null then 'move_date is not a date such as 2021-07-31 or 2021-07'
        when coalesce(upper(typed.dpv), 'Y') not in ('Y', 'S', 'D', 'N') then 'dpv is not Y, S, D or N'
        when coalesce(upper(typed.vacant), 'N') not in ('Y', 'N') then 'vacant is not Y or N'
        when coalesce(upper(typed.deceased), 'N') not in ('Y', 'N') then 'deceased is not Y or N'
        when typed.return_code is not null and means is null then 'return_code is not one of NCOALink'
        when filled > 0 and (clean(typed.address_line) is null or clean(typed.city) is null
            or (coalesce(typed.country, 'US') = 'US' and filled < 4)) then 'the address is not whole'
        when means = 'moved' and filled = 0 then 'return_code says that the person moved, but no new address is there'
    end as fault,
    case
        when fault is not null then 'refused'
        when not last_file then 'superseded by a later file'
        when upper(typed.deceased) = 'Y' then 'deceased'
        when means = 'gone' or (dated and filled = 0) then 'moved without a new address'
        when upper(typed.dpv) = 'N' then 'not an address that mail reaches'
        when upper(typed.vacant) = 'Y' then 'vacant'
        when means = 'moved' or dated then 'moved'
        when filled > 0 then 'corrected'
        else 'confirmed'
    end as outcome
from typed
left join as_found using (person_id);

-- name: make_applied
create or replace temp table applied as
select * from results where outcome not in ('refused', 'superseded by a later file');

-- name: make_raw
-- The address of each person before it is written as USPS writes it: that of the address service where it gave one.
create or replace temp view raw as
select
    as_found.person_id,
    case when applied.address_line is null then as_found.address_line else applied.address_line end as address_line,
    case when applied.address_line is null then as_found.city else applied.city end as city,
    case when applied.address_line is null then as_found.region else applied.region end as region,
    case when applied.address_line is null then as_found.postcode else applied.postcode end as postcode,
    case when applied.address_line is null then as_found.country else applied.country end as country
from as_found
left join applied using (person_id);

-- name: make_persons
-- The persons whom notices plan for, with the address that a letter bears. Two who are alike in name, date of birth and
-- address have the same `likeness`.
create or replace temp table persons as
select
    as_found.person_id, given_name, middle_name, family_name, as_found.suffix,
    standard.address_line, standard.city, standard.region, standard.postcode, standard.country,
    case when standard.country <> 'US' then coalesce(countries.name, standard.country) end as country_line,
    email, phone, phone_source, account_number, jurisdiction, language, status, minor,
    coalesce(deceased, false) or coalesce(outcome = 'deceased', false) as deceased,
    account_holder, registry_matches, email_consent, first_wave, last_wave, elements,
    coalesce(outcome in ('moved without a new address', 'not an address that mail reaches', 'vacant'), false)
        as undeliverable,
    hostile(concat(as_found.address_line, as_found.city, as_found.region, as_found.postcode, as_found.country))
        as hostile_place,
    case when given_name is not null and family_name is not null and dob is not null and as_found.address_line is not null
        then hash(lower(given_name), lower(family_name), as_found.suffix, dob, lower(as_found.address_line))
    end as likeness
from as_found
join standard using (person_id)
left join countries on countries.code = standard.country
left join applied using (person_id);

-- name: outcomes
select outcome, count(*) as rows from results group by outcome order by outcome;

-- name: moved_away
-- People whose new address is in another state than the one whose law was taken to protect them.
select count(*) as people
from applied
join persons using (person_id)
where outcome = 'moved' and applied.address_line is not null and coalesce(persons.country, 'US') = 'US'
    and starts_with(persons.jurisdiction, 'US-') and persons.jurisdiction <> 'US-' || persons.region;

-- name: results
select file, row, person_id, outcome, fault as reason, move_date, address_line, city, region, postcode, country
from results
order by file, row;

-- name: make_exported
-- Whom the address service is asked about, and why the others are left out.
create or replace temp table exported as
select
    persons.person_id,
    case
        when coalesce(persons.elements, 0) = 0 then 'nothing of theirs was taken'
        when coalesce(persons.country, 'US') <> 'US' then 'the address is abroad'
        when persons.address_line is null or persons.city is null then 'no address is known'
        when not coalesce(regexp_full_match(persons.region, '[A-Z]{2}')
            and regexp_full_match(persons.postcode, '[0-9]{5}(-[0-9]{4})?'), false)
            then 'state or ZIP code are not usable'
    end as reason
from persons;

-- name: asked
select
    persons.person_id,
    guard(clean(persons.given_name)) as given_name,
    guard(clean(persons.middle_name)) as middle_name,
    guard(clean(persons.family_name)) as family_name,
    guard(clean(persons.suffix)) as suffix,
    guard(concat_ws(', ', clean(raw.address_line), clean(raw.city), clean(raw.region), clean(raw.postcode))) as original,
    persons.address_line,
    persons.city,
    persons.region,
    persons.postcode,
    persons.country
from exported
join persons using (person_id)
join raw using (person_id)
where reason is null
order by persons.person_id;

-- name: left_out
select person_id, reason from exported where reason is not null order by person_id;
