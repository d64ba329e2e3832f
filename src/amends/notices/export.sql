-- name: make_guard
-- A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it a text (OWASP, CSV injection).
create or replace temp macro guard(value) as
    case when regexp_matches(value, '^[=+\-@\t\r]') then '''' || value else coalesce(value, '') end;

-- name: manifest
-- One row a printed letter in mail order, in the columns that mail houses of breach letters use; the seeds of a file after
-- its letters.
with columns as (
    select
        persons.given_name,
        persons.family_name,
        addressee,
        pieces.address_line,
        pieces.city,
        pieces.region,
        pieces.postcode,
        coalesce(pieces.country, 'US') as country,
        pieces.email,
        pieces.notice_id as reference,
        pieces.variant,
        pieces.language,
        pieces.channel,
        element_lists.words,
        pieces.code,
        case when pieces.code is not null then offers.enrol_by end as enrol_by,
        pieces.sha256 as text_sha256,
        '' as seed,
        piece_id
    from pieces
    join persons using (person_id)
    left join offers using (person_id)
    join element_lists on element_lists.elements = pieces.elements and element_lists.language = pieces.language
    union all by name
    select
        name as family_name, name as addressee, address_line, city, region, postcode, 'US' as country, reference, variant,
        language, 'letter' as channel, 'Y' as seed, piece_id
    from seeds
)
select
    guard(clean(given_name)) as FRST_NM,
    guard(clean(family_name)) as LST_NM,
    guard(addressee) as ADDRESSEE,
    guard(address_line) as ADDR_LIN_1_TX,
    '' as ADDR_LIN_2_TX,
    guard(city) as CTY_NM,
    guard(region) as ST_CD,
    case when country = 'US' then coalesce(postcode[1:5], '') else guard(postcode) end as ZIP_FRST_5_CD,
    case when country = 'US' then substr(regexp_replace(coalesce(postcode, ''), '[^0-9]', '', 'g'), 6, 4) else '' end
        as ZIP_PLUS_4_CD,
    guard(case when channel = 'letter' then country end) as COUNTRY,
    guard(email) as EMAIL,
    reference as REFERENCE_NUMBER,
    variant as VARIANT,
    language as LANGUAGE,
    coalesce(words, '') as ELEMENTS,
    coalesce(code, '') as ACTIVATION_CODE,
    coalesce(enrol_by::varchar, '') as ENROL_BY,
    guard($return_line) as RETURN_ADDR_LIN_1_TX,
    guard($return_city) as RETURN_CTY_NM,
    guard($return_region) as RETURN_ST_CD,
    guard($return_postcode) as RETURN_ZIP_CD,
    seed as SEED,
    coalesce(text_sha256, '') as TEXT_SHA256,
    coalesce(printed.tracking, '') as IMB_TRACKING_CODE,
    coalesce(printed.file, '') as FILE,
    coalesce(printed.first_page::varchar, '') as FIRST_PAGE,
    coalesce(printed.pages::varchar, '') as PAGES,
    coalesce(printed.first_byte::varchar, '') as FIRST_BYTE,
    coalesce(printed.bytes::varchar, '') as BYTES,
    coalesce(printed.sha256, '') as LETTER_SHA256
from columns
join printed using (piece_id)
order by variant, printed.file, printed.first_page, piece_id;

-- name: held
-- The pieces that are not made, for someone to write by hand or to mend.
select notice_id as REFERENCE_NUMBER, variant as VARIANT, reason as REASON
from held
join pieces using (piece_id)
order by piece_id;

-- name: counts
-- What the print house or mail system and the sender count alike: pieces, what was made of them, seeds beside them, and the
-- paper of both, printed on two sides.
select
    pieces.variant as VARIANT,
    pieces.language as LANGUAGE,
    pieces.channel as CHANNEL,
    count(*) as PIECES,
    count(printed.piece_id) as PRINTED,
    count(sent.piece_id) as WRITTEN,
    count(held.piece_id) as HELD_BACK,
    coalesce(any_value(own.seeds), 0) as SEEDS,
    (coalesce(sum(printed.pages), 0) + coalesce(any_value(own.pages), 0))::bigint as PAGES,
    ((coalesce(sum(printed.pages), 0) + coalesce(any_value(own.pages), 0)) // 2)::bigint as SHEETS,
    count(distinct coalesce(printed.file, sent.file)) as FILES
from pieces
left join printed using (piece_id)
left join sent using (piece_id)
left join held using (piece_id)
left join (
    select variant, count(*) as seeds, sum(pages) as pages from seeds join printed using (piece_id) group by variant
) as own on own.variant = pieces.variant
group by pieces.variant, pieces.language, pieces.channel
order by 1;

-- name: masks
select distinct elements from pieces order by elements;
