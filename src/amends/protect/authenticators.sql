-- name: make_masks
-- The distinct sets of taken elements, of which only those that kill an authenticator matter ($killing), numbered.
create or replace temp table masks as
select elements, row_number() over (order by elements) - 1 as number
from (select distinct coalesce(elements, 0)::bigint & $killing::bigint as elements from persons);

-- name: verdicts
-- For every distinct set and authenticator, in order: what killed it. A rule whose kills is null can never be met.
select coalesce(bit_or(rules.kills) filter (where masks.elements & rules.kills = rules.kills), 0)::bigint as because
from masks
cross join rules
group by masks.number, rules.authenticator
order by masks.number, rules.authenticator;

-- name: holders
-- Everyone and the number of the set that was taken from them.
select persons.person_id, masks.number
from persons
join masks on masks.elements = coalesce(persons.elements, 0) & $killing::bigint
order by persons.person_id;

-- name: people
select count(*) as people from persons;
