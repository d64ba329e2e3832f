-- name: make_holders
-- Mask of everything taken from each person, in the order of the tables.
create or replace temp table holders as
select person_id, coalesce(elements, 0)::bigint as elements
from persons
order by person_id;

-- name: make_verdicts
-- One row per distinct mask and authenticator. A rule whose kills is null can never be met.
create or replace temp table verdicts as
select
    masks.elements,
    rules.authenticator,
    coalesce(bit_or(rules.kills) filter (where masks.elements & rules.kills = rules.kills), 0)::bigint as because
from (select distinct elements from holders) as masks
cross join rules
group by masks.elements, rules.authenticator;

-- name: bounds
-- First and last person of each part of $people people, so that a part can be sorted in memory.
select min(person_id) as first_id, max(person_id) as last_id
from (select person_id, (row_number() over (order by person_id) - 1) // $people as part from holders)
group by part
order by first_id;

-- name: authenticators
select
    holders.person_id,
    verdicts.authenticator,
    case when verdicts.because = 0 then 'alive' else 'dead' end as state,
    verdicts.because
from holders
join verdicts on verdicts.elements = holders.elements
where holders.person_id between $first_id and $last_id
order by holders.person_id, verdicts.authenticator;

-- name: counts
select
    coalesce(sum(held.people) filter (where verdicts.because = 0), 0)::bigint as alive,
    coalesce(sum(held.people) filter (where verdicts.because <> 0), 0)::bigint as dead
from (select elements, count(*) as people from holders group by elements) as held
join verdicts on verdicts.elements = held.elements;

-- name: people
select count(*) as people from holders;
