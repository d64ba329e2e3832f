-- name: make_clean
-- A value as it may stand on one line of a notice: control characters, line ends and marks that turn the direction of
-- the text become a space; an empty value becomes null.
create or replace temp macro clean(value) as
    nullif(trim(regexp_replace(
        value, '[\s\p{Cc}\p{Z}\x{202A}-\x{202E}\x{2066}-\x{2069}]+', ' ', 'g'
    )), '');

-- name: make_hostile
-- Whether a value holds a character that `clean` takes out because it could break or turn a line.
create or replace temp macro hostile(value) as
    coalesce(regexp_matches(value, '[\p{Cc}\p{Zl}\p{Zp}\x{202A}-\x{202E}\x{2066}-\x{2069}]'), false);

-- name: make_profiles
-- People who live in one place and lost the same elements are owed the same: one row for each such pair.
create or replace temp table profiles as
select row_number() over (order by jurisdiction nulls first, elements) as profile, jurisdiction, elements
from (select distinct jurisdiction, coalesce(elements, 0) as elements from persons);

-- name: make_owed
-- The duties toward individuals that each profile meets. Where residence is unknown, every duty that the elements would
-- meet somewhere counts, and the one with the nearest date is taken.
create or replace temp table owed as
with met as (
    select
        profiles.profile,
        profiles.jurisdiction,
        duties.duty_id,
        duties.due,
        duties.not_before,
        duties.state,
        duties.methods is null or len(list_filter(duties.methods, lambda m: starts_with(m, 'email'))) > 0 as email_allowed,
        coalesce(duties.content, []) as content,
        coalesce(duties.content_prohibited, []) as content_prohibited
    from profiles
    join duties on duties.audience = 'individuals'
        and (duties.jurisdiction is null or profiles.jurisdiction is null or duties.jurisdiction = profiles.jurisdiction)
        and len(list_filter(duties.triggers, lambda t: profiles.elements & t = t)) > 0
    qualify profiles.jurisdiction is not null
        or row_number() over (partition by profiles.profile order by duties.due nulls last, duties.duty_id) = 1
)
select
    profile,
    jurisdiction,
    first(duty_id order by due nulls last, duty_id) as duty_id,
    first(state order by due nulls last, duty_id) as state,
    min(due) as due,
    bool_and(email_allowed) as email_allowed,
    list_sort(list_distinct(flatten(list(content)))) as required,
    list_sort(list_distinct(flatten(list(content_prohibited)))) as prohibited
from met
group by profile, jurisdiction;

-- name: make_contents
-- The distinct demands of the laws on the content of a notice; number 0 is the notice that no law shapes.
create or replace temp table contents as
select row_number() over (order by jurisdiction nulls first, required, prohibited)::integer as content, *
from (
    select distinct jurisdiction, required, prohibited
    from owed
    where jurisdiction is not null or len(required) > 0 or len(prohibited) > 0
)
union all
select 0, null, [], [];

-- name: contents
select content, jurisdiction, required, prohibited from contents order by content;

-- name: make_offers
-- The code of each person; should protect ever give one person two products, the first by name is stated.
create or replace temp table offers as
select person_id, first(code order by product) as code, first(months order by product) as months,
    first(enrol_by order by product) as enrol_by, count(*) as codes
from codes
group by person_id;

-- name: make_plan
-- One row a person: what kind of notice, over which channel, to whom, in which language, in which form, and why.
create or replace temp table plan as
with known as (
    select
        persons.person_id,
        persons.person_id || '-' || coalesce(persons.first_wave, 'none') as notice_id,
        coalesce(persons.elements, 0) as elements,
        persons.jurisdiction is null as no_residence,
        persons.language as wish,
        coalesce(languages.language, 'en') as language,
        case
            when coalesce(persons.deceased, false) then 'estate'
            when coalesce(persons.minor, false) then 'guardian'
            else 'self'
        end as addressed_to,
        clean(address_line) is not null and clean(city) is not null and (
            (coalesce(country, 'US') = 'US' and regexp_full_match(region, '[A-Z]{2}')
                and regexp_full_match(postcode, '[0-9]{5}(-?[0-9]{4})?'))
            or coalesce(country, 'US') <> 'US'
        ) as has_address,
        coalesce(regexp_full_match(email, '[^@\s\p{Cc}<>",;]+@[^@\s\p{Cc}<>",;]+\.[^@\s\p{Cc}<>",;]+'), false) as has_email,
        coalesce(email_consent, false) as has_consent,
        persons.elements & element_mask('password') <> 0 and persons.elements & element_mask('email') <> 0 as mailbox_open,
        owed.duty_id,
        owed.state,
        owed.due,
        coalesce(owed.email_allowed, true) as email_allowed,
        coalesce(contents.content, 0) as content,
        offers.code is not null and offers.months is not null and offers.enrol_by is not null
            and not coalesce(persons.deceased, false) as offer
    from persons
    join profiles on profiles.jurisdiction is not distinct from persons.jurisdiction
        and profiles.elements = coalesce(persons.elements, 0)
    left join owed using (profile)
    left join contents on contents.jurisdiction is not distinct from owed.jurisdiction
        and contents.required = owed.required and contents.prohibited = owed.prohibited
    left join offers on offers.person_id = persons.person_id
    left join languages on languages.language = lower(persons.language[1:2])
),
chosen as (
    select
        *,
        case
            when elements = 0 then null
            when duty_id is not null then 'first'
            when $courtesy::boolean then 'courtesy'
        end as kind,
        case
            when has_address then 'letter'
            when has_email and has_consent and email_allowed and addressed_to = 'self' and not mailbox_open then 'email'
            else 'substitute'
        end as channel
    from known
)
select
    person_id,
    notice_id,
    elements,
    kind,
    case when kind is not null then channel end as channel,
    addressed_to,
    language,
    duty_id,
    due,
    content,
    offer,
    elements & (element_mask('phone') | element_mask('imsi') | element_mask('iccid') | element_mask('pin')) <> 0 as line,
    elements & (element_mask('password') | element_mask('security_answer')) <> 0 as login,
    concat_ws('; ',
        case
            when elements = 0 then 'no element of theirs was taken'
            when kind is null then 'no duty that binds today requires a notice and courtesy notices are off'
            when kind = 'courtesy' then 'no duty that binds today requires a notice'
            when no_residence then 'residence unknown: dated by the nearest duty that the elements meet'
            when state <> 'owed' then 'required by law; the duty is ' || state
            else 'required by law'
        end,
        case
            when kind is null then null
            when channel = 'letter' then 'postal address known'
            when channel = 'email' then 'no usable postal address; agreed to notices by e-mail'
            when not has_email then 'no usable address of any kind'
            when addressed_to <> 'self' then 'only an e-mail address, and ' || addressed_to || ' never agreed to e-mail'
            when not has_consent then 'only an e-mail address, and no consent to notices by e-mail'
            when not email_allowed then 'only an e-mail address, and the law does not allow e-mail'
            else 'only an e-mail address, and its password may have been taken'
        end,
        case
            when kind is not null and wish is not null and lower(wish[1:2]) <> language
                then 'no text in the wished language yet'
        end
    ) as reason
from chosen;

-- name: forms
-- The forms of text that the planned letters and e-mails need, and how many people need each.
select content, channel, kind, addressed_to, language, offer, line, login, count(*) as people
from plan
where channel in ('letter', 'email')
group by all
order by all;

-- name: notices
select
    notice_id, person_id, kind, channel, addressed_to, duty_id, due, variant, language, elements, reason
from plan
left join form_variants using (content, channel, kind, addressed_to, language, offer, line, login)
where kind is not null
order by notice_id;

-- name: counts
select
    (select count(*) from persons) as people,
    count(*) filter (where channel = 'letter') as letters,
    count(*) filter (where channel = 'email') as emails,
    count(*) filter (where channel = 'substitute') as substitute,
    count(*) filter (where kind = 'first') as first_notices,
    count(*) filter (where kind = 'courtesy') as courtesy,
    count(*) filter (where elements = 0) as nothing_taken,
    count(*) filter (where kind is null and elements <> 0) as not_owed,
    count(*) filter (where kind = 'first' and reason like 'residence unknown%') as no_residence,
    count(*) filter (where reason like '%no text in the wished language yet') as other_language,
    count(*) filter (where channel = 'substitute' and reason like '%only an e-mail address%') as only_email,
    count(*) filter (where kind is not null and not offer and addressed_to <> 'estate') as no_code,
    (select count(*) from offers where codes > 1) as several_codes,
    (select count(*) from persons where hostile(concat(given_name, middle_name, family_name, suffix,
        address_line, city, region, postcode, country))) as hostile
from plan;

-- name: embargoes
select duties.not_before as day, count(*) as notices
from plan
join duties using (duty_id)
where plan.kind is not null and duties.not_before is not null
group by duties.not_before
order by duties.not_before;
