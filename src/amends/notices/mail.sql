-- name: make_place_line
-- City, state and code as one line: without a comma in the United States (USPS Publication 28, 212).
create or replace temp macro place_line(city, region, postcode, country) as
    concat_ws(' ', concat_ws(case when coalesce(country, 'US') = 'US' then ' ' else ', ' end, city, region), postcode);

-- name: make_mailing
-- Letters and e-mails in mail order (letters first, by variant, current holders first, then by person) with what is
-- printed on each.
create or replace temp table mailing as
with named as (
    select
        plan.person_id,
        plan.notice_id,
        plan.channel,
        plan.addressed_to,
        plan.language,
        plan.elements,
        plan.tranche,
        case when plan.kind = 'supplementary' then plan.new_elements end as new_elements,
        form_variants.variant,
        plan.channel = 'letter' as letter,
        concat_ws(' ',
            clean(given_name), clean(middle_name), clean(family_name),
            case upper(clean(suffix)) when 'JR' then 'Jr.' when 'SR' then 'Sr.' else clean(suffix) end
        ) as name,
        address_line,
        city,
        region,
        postcode,
        country,
        country_line,
        email,
        case when plan.offer then code end as code,
        case when plan.offer then months end as months,
        case when plan.offer then enrol_by end as enrol_by
    from plan
    join form_variants using (content, channel, kind, addressed_to, language, offer, line, login)
    join persons on persons.person_id = plan.person_id
    left join offers on offers.person_id = plan.person_id
)
select
    row_number() over (order by letter desc, variant, tranche, person_id) as piece_id,
    person_id,
    notice_id,
    channel,
    variant,
    language,
    elements,
    new_elements,
    coalesce(nullif(name, ''), no_name) as name,
    concat(addressee_before, coalesce(nullif(name, ''), no_name), addressee_after) as addressee,
    case when letter then address_line end as address_line,
    case when letter then city end as city,
    case when letter then region end as region,
    case when letter then postcode end as postcode,
    case when letter then country end as country,
    country_line,
    case when not letter then email end as email,
    code,
    months,
    enrol_by
from named
join wording using (language, addressed_to);

-- name: mail_extent
select coalesce(min(piece_id), 1) as first_piece, count(*) as pieces from mailing where channel = $channel;

-- name: masks
select distinct unnest([elements, new_elements]) as elements from mailing order by elements nulls last;

-- name: enrol_days
select distinct enrol_by from mailing where enrol_by is not null order by enrol_by;

-- name: render
-- The texts of some pieces. `literals` are the fixed parts of the variant and `sequence` the order in which they and the
-- person's values follow each other: values are put beside the fixed parts, never searched for slots.
select
    mailing.piece_id,
    mailing.person_id,
    mailing.variant,
    mailing.language,
    variants.subject,
    array_to_string(list_select(
        [
            concat_ws(chr(10),
                addressee,
                address_line,
                place_line(city, region, postcode, country),
                country_line
            ),
            name,
            notice_id,
            element_lists.words,
            code,
            months::varchar,
            enrol_days.words,
            new_lists.words
        ] || variants.literals,
        variants.sequence
    ), '') as text
from mailing
join variants on variants.variant = mailing.variant
join element_lists on element_lists.elements = mailing.elements and element_lists.language = mailing.language
left join element_lists as new_lists
    on new_lists.elements = mailing.new_elements and new_lists.language = mailing.language
left join enrol_days on enrol_days.enrol_by = mailing.enrol_by and enrol_days.language = mailing.language
where mailing.piece_id between $first_piece and $last_piece
order by mailing.piece_id;

-- name: make_read_back
create or replace temp table read_back (
    piece_id bigint, person_id bigint, variant varchar, language varchar, subject varchar, sha256 varchar,
    elements varchar, name varchar, code varchar, months varchar, enrol_by varchar,
    new_elements varchar, window_lines varchar[], fixed boolean
);

-- name: make_said
-- The words that a line states between the fixed words before and after; null where the fixed words are not there.
create or replace temp macro said(line, before, after) as
    case when starts_with(line, before) and ends_with(line, after)
        then substr(line, length(before) + 1, length(line) - length(before) - length(after)) end;

-- name: read_back
-- What a finished mail file says. No personal value holds a line end, so a statement stands on the line where the variant
-- has it, and no name can pass for a statement. The address block ends on its line and begins after the first blank one
-- before it.
insert into read_back
with split as (
    select finished.* exclude (text), string_split(text, chr(10)) as lines, sha256(text) as sha256, marks.* exclude (variant)
    from finished
    left join marks on marks.variant = finished.variant
        and marks.line_count = strlen(text) - strlen(replace(text, chr(10), '')) + 1
)
select
    piece_id, person_id, variant, language, subject, sha256,
    said(lines[elements_line], elements_before, elements_after),
    said(lines[name_line], name_before, name_after),
    said(lines[code_line], code_before, code_after),
    said(lines[months_line], months_before, months_after),
    said(lines[enrol_by_line], enrol_by_before, enrol_by_after),
    said(lines[new_elements_line], new_elements_before, new_elements_after),
    case when address_block_line is not null then lines[address_block_line - 3:address_block_line] end,
    array_to_string(list_select(lines, fixed_lines), chr(10)) = fixed
from split;

-- name: element_texts
select distinct language, unnest([elements, new_elements]) as words from read_back order by all;

-- name: repeated
select count(*) - count(distinct piece_id) as repeated from read_back;

-- name: mismatches
-- Pieces whose text does not say what the tables say, by what is wrong. Everything is taken afresh from the tables of
-- the case, nothing from the plan that the texts were made of.
with compared as (
    select
        read_back.piece_id,
        case
            when persons.person_id is null then 'person'
            when facets.variant is null or facets.language <> read_back.language then 'variant'
            when facets.addressed_to <> case
                when coalesce(persons.deceased, false) then 'estate'
                when coalesce(persons.minor, false) then 'guardian'
                else 'self'
            end then 'addressee'
            when lower(persons.language[1:2]) in (select language from languages)
                and lower(persons.language[1:2]) <> read_back.language then 'language'
            when stated.elements is distinct from persons.elements then 'elements'
            when facets.kind <> 'supplementary' and coalesce(told_people.lawful, false) then 'second first notice'
            when facets.kind = 'supplementary'
                and stated_new.elements is distinct from persons.elements & ~told_people.elements then 'new elements'
            when not coalesce(read_back.fixed, false) then 'fixed words'
            when read_back.name is distinct from coalesce(nullif(concat_ws(' ',
                clean(given_name), clean(middle_name), clean(family_name),
                case upper(clean(suffix)) when 'JR' then 'Jr.' when 'SR' then 'Sr.' else clean(suffix) end
            ), ''), wording.no_name) then 'name'
            when facets.offer and read_back.code is distinct from offered.code then 'code'
            when facets.offer and read_back.months is distinct from offered.months::varchar then 'months'
            when facets.offer and stated_day.enrol_by is distinct from offered.enrol_by then 'enrol-by date'
            when not facets.offer and offered.code is not null
                and offered.months is not null and offered.enrol_by is not null then 'offer left out'
            when facets.channel = 'letter' and not coalesce(
                list_contains(window_lines, persons.address_line)
                and list_contains(window_lines, place_line(
                    persons.city, persons.region, persons.postcode, persons.country))
                and (persons.country_line is null or list_contains(window_lines, persons.country_line)),
            false) then 'address'
        end as wrong
    from read_back
    left join facets on facets.variant = read_back.variant
    left join persons on persons.person_id = read_back.person_id
    left join wording on wording.language = read_back.language and wording.addressed_to = facets.addressed_to
    left join stated on stated.words = read_back.elements and stated.language = read_back.language
    left join told_people on told_people.person_id = read_back.person_id
    left join stated as stated_new
        on stated_new.words = read_back.new_elements and stated_new.language = read_back.language
left join offers as offered on offered.person_id = read_back.person_id and not coalesce(persons.deceased, false)
    left join enrol_days as stated_day
        on stated_day.words = read_back.enrol_by and stated_day.language = read_back.language
)
select wrong, count(*) as pieces, min(piece_id) as piece_id
from compared
where wrong is not null
group by wrong
order by pieces desc, wrong;

-- name: pieces
-- One row a piece; `position` counts from 0 in the mail file of its channel, `sha256` is of the text read back from it.
select
    mailing.piece_id, notice_id, mailing.person_id, channel, mailing.variant, mailing.language, addressee,
    address_line, city, region, postcode, country, email, mailing.code, mailing.elements,
    'mail/' || case channel when 'letter' then 'letters' else 'emails' end || '.parquet' as mail_file,
    mailing.piece_id - case channel when 'letter' then $first_letter::bigint else $first_email::bigint end as position,
    read_back.sha256
from mailing
join read_back using (piece_id)
order by mailing.piece_id;
