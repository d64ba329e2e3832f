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
-- The duties toward individuals that each profile meets; a rule that is not in force yet makes nobody owed anything.
-- Where no state of residence is known, every duty that the elements would meet somewhere counts for the embargo, and of
-- those that bind the residents of one place only the one with the nearest date makes the content.
create or replace temp table owed as
with met as (
    select
        profiles.profile,
        profiles.jurisdiction,
        duties.duty_id,
        duties.due,
        max(duties.not_before) over (partition by profiles.profile) as not_before,
        duties.state,
        duties.methods is null or len(list_filter(duties.methods, lambda m: starts_with(m, 'email'))) > 0 as email_allowed,
        coalesce(duties.content, []) as content,
        coalesce(duties.content_prohibited, []) as content_prohibited
    from profiles
    join duties on duties.audience = 'individuals'
        and coalesce(duties.status, 'in_force') = 'in_force' and duties.state <> 'shadow'
        and (
            duties.jurisdiction is null or profiles.jurisdiction is null
            or duties.jurisdiction = profiles.jurisdiction
            or (profiles.jurisdiction = 'US' and starts_with(duties.jurisdiction, 'US-'))
        )
        and len(list_filter(duties.triggers, lambda t: profiles.elements & t = t)) > 0
    qualify profiles.jurisdiction <> 'US' or duties.jurisdiction is null
        or row_number() over (
            partition by profiles.profile, duties.jurisdiction is null order by duties.due nulls last, duties.duty_id
        ) = 1
)
select
    profile,
    jurisdiction,
    first(duty_id order by due nulls last, duty_id) as duty_id,
    first(state order by due nulls last, duty_id) as state,
    min(due) as due,
    max(not_before) as not_before,
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
        concat_ws('-',
            persons.person_id,
            coalesce(case when told_people.notices is null then persons.first_wave
                else coalesce(persons.last_wave, persons.first_wave) end, 'none'),
            told_people.notices + 1
        ) as notice_id,
        coalesce(persons.elements, 0) as elements,
        coalesce(persons.elements, 0) & ~coalesce(told_people.elements, 0) as new_elements,
        told_people.notices is not null as told,
        coalesce(told_people.lawful, false) as told_lawfully,
        coalesce(persons.jurisdiction = 'US', true) as no_residence,
        persons.language as wish,
        coalesce(languages.language, 'en') as language,
        case
            when coalesce(persons.deceased, false) then 'estate'
            when coalesce(persons.minor, false) then 'guardian'
            else 'self'
        end as addressed_to,
        case
            when persons.status = 'current' and coalesce(persons.account_holder, false) then 1
            when persons.status = 'current' then 2
            when persons.status = 'former' then 3
            else 4
        end::integer as tranche,
        not coalesce(undeliverable, false) and address_line is not null and city is not null and (
            (coalesce(country, 'US') = 'US' and regexp_full_match(region, '[A-Z]{2}')
                and regexp_full_match(postcode, '[0-9]{5}(-?[0-9]{4})?'))
            or coalesce(country, 'US') <> 'US'
        ) as has_address,
        coalesce(undeliverable, false) as undeliverable,
        coalesce(regexp_full_match(email, '[^@\s\p{Cc}<>",;]+@[^@\s\p{Cc}<>",;]+\.[^@\s\p{Cc}<>",;]+'), false) as has_email,
        coalesce(email_consent, false) as has_consent,
        persons.elements & (element_mask('password') | element_mask('security_answer')) <> 0
            and persons.elements & (element_mask('email') | element_mask('username')) <> 0 as mailbox_open,
        owed.duty_id,
        owed.state,
        owed.due,
        owed.not_before,
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
    left join told_people on told_people.person_id = persons.person_id
    left join languages on languages.language = lower(persons.language[1:2])
),
chosen as (
    select
        *,
        case
            when elements = 0 then null
            when told and new_elements <> 0 and (duty_id is not null or $courtesy::boolean) then 'supplementary'
            when duty_id is not null and not told_lawfully then 'first'
            when $courtesy::boolean and not told then 'courtesy'
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
    new_elements,
    told,
    told_lawfully,
    kind,
    case when kind is not null then channel end as channel,
    addressed_to,
    language,
    tranche,
    duty_id,
    due,
    case when kind is not null then not_before end as not_before,
    content,
    offer,
    elements & (element_mask('phone') | element_mask('imsi') | element_mask('iccid') | element_mask('pin')) <> 0 as line,
    elements & (element_mask('password') | element_mask('security_answer')) <> 0 as login,
    concat_ws('; ',
        case
            when elements = 0 then 'no element of theirs was taken'
            when kind is null and told and new_elements = 0 then 'told before of everything that is known'
            when kind is null then 'no duty that binds today requires a notice and courtesy notices are off'
            when kind = 'supplementary' then 'more was found than the notice before stated'
        end,
        case
            when kind is null then null
            when duty_id is null then 'no duty that binds today requires a notice'
            when no_residence then 'residence unknown: dated by the nearest duty that the elements meet'
            when state <> 'owed' then 'required by law; the duty is ' || state
            else 'required by law'
        end,
        case when kind is not null then 'not before ' || not_before::varchar end,
        case
            when kind is null then null
            when channel = 'letter' then 'postal address known'
            when channel = 'email' then 'no usable postal address; agreed to notices by e-mail'
            when undeliverable and not has_email then 'mail does not reach the address'
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
    notice_id, person_id, kind, channel, addressed_to, duty_id, due, not_before, tranche, variant, language, elements,
    new_elements, reason
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
    count(*) filter (where kind = 'supplementary') as supplementary,
    count(*) filter (where kind = 'courtesy') as courtesy,
    count(*) filter (where kind is null and told and elements <> 0 and new_elements = 0) as told_before,
    count(*) filter (where elements = 0) as nothing_taken,
    count(*) filter (where kind is null and elements <> 0 and not (told and new_elements = 0)) as not_owed,
    count(*) filter (where reason like '%residence unknown%') as no_residence,
    count(*) filter (where reason like '%no text in the wished language yet') as other_language,
    count(*) filter (where channel = 'substitute' and reason like '%only an e-mail address%') as only_email,
    count(*) filter (where kind is not null and not offer and addressed_to <> 'estate') as no_code,
    (select count(*) from offers where codes > 1) as several_codes
from plan;

-- name: embargoes
select not_before as day, count(*) as notices
from plan
where not_before is not null
group by not_before
order by not_before;

-- name: late
-- Notices that bear a later day than the last one that their law allows.
select due as day, count(*) as notices
from plan
where kind is not null and due < $dated::date
group by due
order by due;
