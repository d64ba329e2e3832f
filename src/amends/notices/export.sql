-- name: make_guard
-- A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it a text (OWASP, CSV injection).
create or replace temp macro guard(value) as
    case when regexp_matches(value, '^[=+\-@\t\r]') then '''' || value else coalesce(value, '') end;

-- name: manifest
-- One row a printed letter in mail order, in the columns that mail houses of breach letters use.
select
    guard(clean(persons.given_name)) as FRST_NM,
    guard(clean(persons.family_name)) as LST_NM,
    guard(pieces.addressee) as ADDRESSEE,
    guard(pieces.address_line) as ADDR_LIN_1_TX,
    '' as ADDR_LIN_2_TX,
    guard(pieces.city) as CTY_NM,
    guard(pieces.region) as ST_CD,
    case when coalesce(pieces.country, 'US') = 'US'
        then coalesce(pieces.postcode[1:5], '') else guard(pieces.postcode) end as ZIP_FRST_5_CD,
    guard(pieces.country) as COUNTRY,
    guard(pieces.email) as EMAIL,
    pieces.notice_id as REFERENCE_NUMBER,
    pieces.variant as VARIANT,
    pieces.language as LANGUAGE,
    element_lists.words as ELEMENTS,
    coalesce(pieces.code, '') as ACTIVATION_CODE,
    case when pieces.code is not null then coalesce(offers.enrol_by::varchar, '') else '' end as ENROL_BY,
    pieces.sha256 as TEXT_SHA256,
    coalesce(printed.tracking, '') as IMB_TRACKING_CODE,
    coalesce(printed.file, '') as FILE,
    coalesce(printed.first_page::varchar, '') as FIRST_PAGE,
    coalesce(printed.pages::varchar, '') as PAGES,
    coalesce(printed.first_byte::varchar, '') as FIRST_BYTE,
    coalesce(printed.bytes::varchar, '') as BYTES,
    coalesce(printed.sha256, '') as LETTER_SHA256
from pieces
join persons using (person_id)
left join offers using (person_id)
join printed using (piece_id)
join element_lists on element_lists.elements = pieces.elements and element_lists.language = pieces.language
order by pieces.piece_id;

-- name: held
-- The pieces that are not made, for someone to write by hand or to mend.
select notice_id as REFERENCE_NUMBER, variant as VARIANT, reason as REASON
from held
join pieces using (piece_id)
order by piece_id;

-- name: counts
-- What the print house or mail system and the sender count alike: pieces, what was made of them, and pages.
select
    pieces.variant as VARIANT,
    pieces.language as LANGUAGE,
    pieces.channel as CHANNEL,
    count(*) as PIECES,
    count(printed.piece_id) as PRINTED,
    count(sent.piece_id) as WRITTEN,
    count(held.piece_id) as HELD_BACK,
    coalesce(sum(printed.pages), 0)::bigint as PAGES,
    count(distinct coalesce(printed.file, sent.file)) as FILES
from pieces
left join printed using (piece_id)
left join sent using (piece_id)
left join held using (piece_id)
group by all
order by 1;

-- name: masks
select distinct elements from pieces order by elements;
