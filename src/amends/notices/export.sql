-- name: make_guard
-- A spreadsheet runs a cell that begins like a formula; an apostrophe in front makes it a text (OWASP, CSV injection).
create or replace temp macro guard(value) as
    case when regexp_matches(value, '^[=+\-@\t\r]') then '''' || value else coalesce(value, '') end;

-- name: manifest
-- One row a piece in mail order, in the columns that mail houses of breach letters use.
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
    pieces.sha256 as TEXT_SHA256
from pieces
join persons using (person_id)
left join offers using (person_id)
join element_lists on element_lists.elements = pieces.elements and element_lists.language = pieces.language
order by pieces.piece_id;

-- name: masks
select distinct elements from pieces order by elements;
