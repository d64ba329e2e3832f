-- name: make_mails
-- The e-mails that are written, each with the token of its message id: HMAC-SHA-256 (RFC 2104) over what the message is,
-- under a key derived from the case key, so the token says nothing to who lacks the key. $inner and $outer are the key
-- XORed with 0x36 and 0x5c. The same words to the same address have the same token whenever they are written.
create or replace temp table mails as
select piece_id, substr(sha256($outer::blob || unhex(sha256(
    $inner::blob || encode(concat_ws('|', notice_id, variant, sha256, email))
))), 1, 32) as token
from pieces
where channel = 'email' and carried(email);

-- name: make_carried
-- Whether an address can stand in a message without quotation (RFC 5322, 3.4.1; 6532 for letters beyond ASCII) and be
-- given to a mail server (RFC 5321, 4.5.3.1: at most 64 and 254 bytes).
create or replace temp macro carried(address) as coalesce(
    regexp_full_match(address,
        '[A-Za-z0-9!#$%&''*+/=?^_`{|}~\p{L}\p{M}\p{N}-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~\p{L}\p{M}\p{N}-]+)*'
        || '@[A-Za-z0-9\p{L}\p{M}\p{N}-]+(\.[A-Za-z0-9\p{L}\p{M}\p{N}-]+)+')
    and octet_length(encode(address)) <= 254
    and octet_length(encode(string_split(address, '@')[1])) <= 64, false);

-- name: hold
-- E-mails that cannot be written, and why.
insert into held
select piece_id, 'the e-mail address is not one that a message can carry'
from pieces
where channel = 'email' and not carried(email);

-- name: make_sent
-- One row a message that is written, read back and found true, and where it lies: `sha256` is of the message there.
create or replace temp table sent (
    piece_id bigint, variant varchar, file varchar, first_byte bigint, bytes bigint, sha256 varchar
);

-- name: values
-- The values of each message: whom it is for, the address, the token, then the lines of one person.
select
    split.piece_id,
    split.variant,
    [pieces.addressee, pieces.email, mails.token] || list_transform(own_lines, lambda place: lines[place]) as values
from (select piece_id, variant, string_split(text, chr(10)) as lines from finished) as split
join mail_plans using (variant)
join pieces using (piece_id)
join mails using (piece_id)
order by split.piece_id;

-- name: make_said
-- The words that a line states between the fixed words before and after; null where the fixed words are not there.
create or replace temp macro said(line, before, after) as
    case when starts_with(line, before) and ends_with(line, after)
        then substr(line, length(before) + 1, length(line) - length(before) - length(after)) end;

-- name: make_mailbox_name
-- The name in a header as a reader sees it: words in quotation marks, or encoded words (RFC 2047).
create or replace temp macro mailbox_name(words) as
    case
        when starts_with(words, '"') then regexp_replace(words[2:-2], '\\(.)', '\1', 'g')
        else array_to_string(list_transform(
            regexp_extract_all(words, '=\?utf-8\?B\?([A-Za-z0-9+/]+=*)\?=', 1),
            lambda word: try(decode(from_base64(word)))
        ), '')
    end;

-- name: make_found
create or replace temp table found (
    piece_id bigint, file varchar, first_byte bigint, bytes bigint, sha256 varchar, wrong varchar, same_headers boolean,
    to_name varchar, to_address varchar, message_id varchar, leave varchar, text_sha256 varchar,
    elements varchar, name varchar, code varchar, months varchar, enrol_by varchar
);

-- name: find
-- What the messages in the view `arrived` say, read from the file. A folded header is one line; signatures are looked at
-- elsewhere.
insert into found
with unfolded as (
    select
        arrived.* exclude (head, text),
        list_filter(string_split(replace(try(decode(head)), chr(13) || chr(10) || ' ', ' '), chr(13) || chr(10)),
            lambda line: line <> '' and not starts_with(line, 'DKIM-Signature:')) as headers,
        try(decode(text)) as text
    from arrived
),
split as (
    select
        *,
        list_filter(headers, lambda line: regexp_matches(line, '^(To|Message-ID|List-Unsubscribe):')) as own,
        string_split(text, chr(10)) as lines
    from unfolded
)
select
    piece_id, $file::varchar, first_byte, bytes, sha256(message), wrong,
    list_transform(headers, lambda line: string_split(line, ':')[1]) = $names::varchar[]
        and list_filter(headers, lambda line: not list_contains(own, line)) = $fixed::varchar[],
    mailbox_name(regexp_extract(own[1], '^To: (.*) <[^<>]*>$', 1)),
    regexp_extract(own[1], ' <([^<>]*)>$', 1),
    regexp_extract(own[2], '^Message-ID: <(.*)>$', 1),
    regexp_extract(own[3], '^List-Unsubscribe: <(.*)>$', 1),
    sha256(text),
    said(lines[elements_line], elements_before, elements_after),
    said(lines[name_line], name_before, name_after),
    said(lines[code_line], code_before, code_after),
    said(lines[months_line], months_before, months_after),
    said(lines[enrol_by_line], enrol_by_before, enrol_by_after)
from split
join mail_plans on mail_plans.variant = $variant;

-- name: stated
select distinct elements as words from found where elements is not null order by all;

-- name: false
-- The first message of a file that is not what the tables of the case say. `persons`, `pieces` and `offers` are taken
-- afresh, not from what the messages were made of.
with compared as (
select found.piece_id, case
        when found.wrong <> '' then found.wrong
        when pieces.piece_id is null or pieces.variant <> $variant or pieces.channel <> 'email' then 'the piece'
        when lower(persons.language[1:2]) in (select language from languages)
            and lower(persons.language[1:2]) <> mail_plans.language then 'the language'
        when not coalesce(same_headers, false) then 'the headers'
        when to_name is distinct from pieces.addressee then 'the name in the header'
        when to_address is distinct from pieces.email or to_address is distinct from persons.email then 'the address'
        when message_id is distinct from mails.token || '@' || $domain then 'the Message-ID'
        when leave <> $leave || mails.token then 'the address to leave'
        when stated.elements is distinct from persons.elements then 'the list of elements'
        when mail_plans.addressee_before || found.name || mail_plans.addressee_after is distinct from pieces.addressee
            or not contains(found.name, coalesce(clean(persons.family_name), '')) then 'the name'
        when mail_plans.code_line is null and mail_plans.addressed_to <> 'estate'
            and offers.code is not null and offers.months is not null and offers.enrol_by is not null then 'the offer'
        when found.code is distinct from (case when mail_plans.code_line is not null then offers.code end) then 'the code'
        when found.months is distinct from
            (case when mail_plans.months_line is not null then offers.months::varchar end) then 'the months'
        when last_days.enrol_by is distinct from
            (case when mail_plans.enrol_by_line is not null then offers.enrol_by end) then 'the last day'
        when text_sha256 is distinct from pieces.sha256 then 'the text'
    end as mismatch
from found
join mail_plans on mail_plans.variant = $variant
left join pieces using (piece_id)
left join persons using (person_id)
left join offers using (person_id)
left join mails using (piece_id)
left join stated on stated.words = found.elements and stated.language = mail_plans.language
left join last_days on last_days.words = found.enrol_by and last_days.language = mail_plans.language
)
select piece_id, mismatch from compared where mismatch is not null order by piece_id limit 1;

-- name: keep
insert into sent select piece_id, $variant, file, first_byte, bytes, sha256 from found;

-- name: last_days
select distinct enrol_by from offers where enrol_by is not null order by enrol_by;

-- name: balance
-- E-mails to write, those found in the files, and how many different pieces and message ids these are.
select
    (select count(*) from mails) as wanted,
    (select count(*) from sent) as found,
    (select count(distinct piece_id) from sent) as pieces,
    (select count(distinct token) from mails) as tokens;

-- name: sampled
-- What the pieces of some messages are bound to.
select piece_id, notice_id, variant, sha256, email, addressee, language
from pieces
where piece_id in (select unnest($piece_ids::bigint[]));

-- name: manifest
-- One row a message, in the order of the files.
select
    sent.piece_id as PIECE_ID,
    pieces.notice_id as REFERENCE_NUMBER,
    guard(pieces.email) as EMAIL,
    mails.token || '@' || $domain as MESSAGE_ID,
    sent.variant as VARIANT,
    pieces.language as LANGUAGE,
    case when regexp_full_match(pieces.email, '[\x00-\x7f]*') then 'no' else 'yes' end as SMTPUTF8,
    sent.file as FILE,
    lpad(sent.piece_id::varchar, 12, '0') || '.eml' as MEMBER,
    sent.first_byte as FIRST_BYTE,
    sent.bytes as BYTES,
    sent.sha256 as SHA256
from sent
join pieces using (piece_id)
join mails using (piece_id)
order by sent.piece_id;
