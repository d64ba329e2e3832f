-- name: make_segments
-- The segment of everyone from whom something was taken: one each. The deceased and minors are spoken to through others,
-- so that comes before what they were to the organisation.
create or replace temp table segmented as
select
    plan.person_id,
    plan.content,
    plan.channel,
    plan.kind,
    plan.told,
    plan.addressed_to,
    plan.language,
    plan.elements,
    plan.offer,
    plan.line,
    plan.login,
    coalesce(not regexp_full_match(persons.jurisdiction, 'US(-.*)?'), false) as abroad,
    case
        when plan.addressed_to = 'estate' then 'estate'
        when plan.addressed_to = 'guardian' then 'minor'
        when persons.status in ('current', 'former', 'prospective') then persons.status
        else 'unknown'
    end as segment
from plan
join persons using (person_id)
where plan.elements <> 0;

-- name: segments
-- The distinct sets of elements of each segment, with the people who lost them.
select
    segment, elements, count(*) as people, bool_or(offer) as offer, bool_or(line) as line, bool_or(login) as login,
    bool_and(abroad) as abroad
from segmented
group by segment, elements
order by segment, elements;

-- name: contents
-- For each demand of the laws, the people who are owed a notice or have had one, how many of them cannot be reached by letter
-- or e-mail, and everything that was taken from them: what is public says no less because some were written to before.
select
    content,
    count(*) as people,
    count(*) filter (where channel = 'substitute') as unreached,
    bit_or(elements) as elements,
    bool_or(offer) as offer,
    bool_or(line) as line,
    bool_or(login) as login,
    bool_and(abroad) as abroad,
    count(distinct elements) > 1 as differs
from segmented
where kind is not null or told
group by content
order by content;

-- name: make_messages
-- Text messages as a courtesy: one a number, to adults who are owed a notice, at numbers from the organisation's own list.
-- Where people share a number, the first of them decides the words.
create or replace temp table messages as
select
    min(person_id) as person_id,
    phone,
    arg_min(case when channel = 'substitute' then 'unreached' else 'mailed' end, person_id) as text,
    arg_min(plan.language, person_id) as language,
    count(*) as people
from plan
join persons using (person_id)
where plan.kind is not null and plan.addressed_to = 'self'
    and phone_source = 'registry' and regexp_full_match(phone, '\+[1-9][0-9]{7,14}')
group by phone;

-- name: message_counts
select text, language, count(*) as numbers, sum(people)::bigint as people from messages group by all order by all;

-- name: messages
select person_id, phone, language, text from messages order by person_id;

-- name: make_accounts
-- The banner of each account that is tied to a person. Where anything of anyone on it was taken it is affected; where the
-- taken files name someone on it and no element is known yet, it is still being determined. No account is cleared here.
create or replace temp table accounts as
select
    account_number,
    case when bool_or(coalesce(elements, 0) <> 0) then 'affected' else 'undetermined' end as state
from persons
where account_number is not null
group by account_number;

-- name: account_counts
select state, count(*) as accounts from accounts group by state;

-- name: accounts
select account_number, state from accounts order by account_number;

-- name: callers
-- Whom the call centre can look up: everybody whom the taken files name, with every reference number that a notice to them
-- bears. Nobody is cleared by it: who is not listed is still being determined. Where no ZIP code tells people of one name
-- apart, the e-mail address may.
with earlier as (
    select coalesce(memberships.person_id, told.person_id) as person_id, list(distinct notice_id) as notice_ids
    from told
    left join memberships on memberships.record_id = told.person_id
    group by all
)
select
    array_to_string(list_sort(list_distinct(
        coalesce(earlier.notice_ids, []) || case when plan.kind is not null then [plan.notice_id] else [] end
    )), ' ') as reference,
    persons.given_name,
    persons.family_name,
    persons.postcode,
    case when persons.postcode is null then persons.email end as email,
    case when plan.elements <> 0 then 'affected' else 'undetermined' end as state,
    segmented.segment,
    plan.language
from plan
join persons using (person_id)
left join segmented using (person_id)
left join earlier using (person_id)
order by family_name, given_name, persons.person_id;

-- name: people
select count(*) as people from plan;

-- name: unplaced
-- People who may hold an account that nobody has tied to them: nothing says that they are not customers now.
select count(*) as people
from persons
where coalesce(elements, 0) <> 0 and account_number is null and not coalesce(deceased, false)
    and coalesce(status, 'unknown') not in ('former', 'prospective');

-- name: listed_twice
-- People of whom the registry has more than one row: persons keeps one account of each, and a second one would be missing
-- among the accounts.
select count(*) as people from persons where registry_matches > 1;

-- name: unread_files
select count(*) as files
from files
where (coalesce(state, '') not in ('read', 'empty') or coalesce(rows_rejected, 0) > 0)
    and not list_contains($by_hand::integer[], file_id);

-- name: unowned_mentions
-- Values found in texts that no record has: whoever they are of may hold any account.
select count(*) as mentions from mentions where record_id is null
    and not list_contains($by_hand::integer[], file_id);

-- name: open_reviews
select count(*) as questions from reviews where state = 'open';
