-- name: make_plain_words
-- Words of an address as USPS prints them: upper case without accents, points and commas; hyphens, slashes and # stay.
create or replace temp macro plain_words(value) as
    nullif(trim(regexp_replace(regexp_replace(regexp_replace(
        upper(strip_accents(clean(value))), '\b([A-Z])\.', '\1', 'g'
    ), '[.,;:''"()]+', ' ', 'g'), ' +', ' ', 'g')), '');

-- name: make_digits
create or replace temp macro digits(value) as regexp_replace(coalesce(value, ''), '[^0-9]', '', 'g');

-- name: make_standard
-- The addresses of `raw` (person_id, address_line, city, region, postcode, country): those in the United States as USPS
-- Publication 28 writes them (the last suffix, the directions before and after the street's name, the unit), others as
-- they are but for `clean`. A territory that the source calls a country is a state to the mail. A line whose digits would change stays as it is, in upper case.
create or replace temp table standard as
with plain as (
    select
        person_id,
        coalesce(country, 'US') = 'US' or territories.short is not null as domestic,
        clean(address_line) as given_line,
        plain_words(address_line) as line,
        clean(city) as city,
        plain_words(city) as plain_city,
        coalesce(clean(region), territories.short) as region,
        case when regexp_full_match(region, '[A-Z]{2}') then region else plain_words(coalesce(region, territories.short)) end as plain_region,
        clean(postcode) as postcode,
        case when territories.short is null then clean(country) else 'US' end as country
    from raw
    left join abbreviations as territories on territories.kind = 'territory' and territories.word = raw.country
),
parted as (
    select
        *,
        case when regexp_matches(line, '$any_unit') then
            regexp_extract(line, '$unit', ['street', 'unit', 'number', 'letter', 'alone'])
        else {street: '', unit: '', number: '', letter: '', alone: ''} end as parts
    from plain
    where domestic
),
named as (
    select
        *,
        regexp_full_match(line, '(POST OFFICE|P ?O) ?B(OX)? ?#? ?[0-9][0-9A-Z-]*') as box,
        string_split(coalesce(nullif(parts.street, ''), line), ' ') as words
    from parted
),
placed as (
    select
        named.*,
        len(words) as count,
        after.short is not null and len(words) >= 4 as ends,
        after.short as after_short,
        units.short as unit_short,
        case when len(words) >= 4 and regexp_matches(words[1], '[0-9]') then words[2] end as before_word
    from named
    left join abbreviations as after on after.kind = 'direction' and after.word = words[-1]
    left join abbreviations as units
        on units.kind = case when parts.unit = '' then 'unit_alone' else 'unit' end
        and units.word = coalesce(nullif(parts.unit, ''), parts.alone)
),
formed as (
    select
        placed.*,
        case
            when line is null then null
            when box then 'PO BOX ' || regexp_extract(line, '[0-9][0-9A-Z-]*$')
            else concat_ws(' ',
                case when before.short is not null then words[1] || ' ' || before.short end,
                nullif(array_to_string(words[case when before.short is null then 1 else 3 end:
                    count - ends::integer - (suffixes.short is not null)::integer], ' '), ''),
                suffixes.short,
                case when ends then after_short end,
                unit_short,
                case when unit_short is not null then parts.number || parts.letter end
            )
        end as made
    from placed
    left join abbreviations as suffixes
        on suffixes.kind = 'suffix' and count - ends::integer >= 3 and suffixes.word = words[count - ends::integer]
    left join abbreviations as before
        on before.kind = 'direction' and before.word = before_word and count - ends::integer >= 4
)
select
    person_id,
    case when digits(made) = digits(line) then trim(regexp_replace(made, ' +', ' ', 'g')) else line end as address_line,
    plain_city as city,
    coalesce(regions.short, plain_region) as region,
    case
        when regexp_full_match(postcode, '[0-9]{5}') then postcode
        when regexp_full_match(postcode, '[0-9]{5}[- ]?[0-9]{4}') then postcode[1:5] || '-' || postcode[-4:]
        when zeros.short is not null and regexp_full_match(postcode, '[0-9]{3,4}') then lpad(postcode, 5, '0')
        else postcode
    end as postcode,
    country
from formed
left join abbreviations as regions on regions.kind = 'region' and regions.word = plain_region
left join abbreviations as zeros on zeros.kind = 'zero' and zeros.word = coalesce(regions.short, plain_region)
union all
select person_id, given_line, city, region, postcode, country from plain where not domestic;
