-- name: make_offers
-- Who is offered what: one product a living person, for the longer of the policy and what the person's law requires; who has
-- none by either is offered nothing.
-- $inner and $outer are the HMAC key XORed with 0x36 and 0x5c (see codes.py).
create or replace temp table offers as
with required as (
    select jurisdiction, max(credit_monitoring_months) as months
    from duties
    where audience = 'individuals' and credit_monitoring_months is not null
    group by jurisdiction
)
select
    persons.person_id,
    case when coalesce(persons.minor, false) then 'minor' else 'adult' end as product,
    greatest(
        $offer_months::integer,
        coalesce(theirs.months, 0),
        coalesce((select months from required where jurisdiction is null), 0)
    )::integer as months
from persons
left join required as theirs on theirs.jurisdiction = persons.jurisdiction
where not coalesce(persons.deceased, false)
    and greatest($offer_months::integer, theirs.months, (select max(months) from required where jurisdiction is null)) > 0;

-- name: make_issued
-- The codes of the last commit, as numbers: a letter that went out keeps its code, whatever a later wave brings.
create or replace temp table issued as
select
    person_id,
    product,
    list_sum([
        (instr($alphabet::varchar, code[place]) - 1)::bigint * ($powers::bigint[])[place] for place in range(1, 13)
    ])::bigint as number
from previous_codes;

-- name: make_retired
-- Codes that were issued to people who are offered nothing now; nobody else may get them.
create or replace temp table retired as
select number from issued anti join offers using (person_id, product);

-- name: draw
-- The number of each person's code: HMAC-SHA-256(key, "person|product|counter"), its first 124 bits modulo $space.
-- Counter -1 marks a number that was issued before.
create or replace temp table drawn as
select
    offers.person_id,
    offers.product,
    offers.months,
    case when issued.number is null then 0 else -1 end::integer as counter,
    coalesce(issued.number, (('0x' || substr(
        sha256($outer::blob || unhex(sha256(
            $inner::blob || encode(concat_ws('|', offers.person_id, offers.product, 0))
        ))), 1, 31
    ))::hugeint % $space::hugeint)::bigint) as number
from offers
left join issued using (person_id, product);

-- name: make_clashes
-- Everyone whose number another person holds already: the lower counter keeps it, then the lower person_id.
create or replace temp table clashes as
select person_id, product
from (
    select
        person_id, product, counter, number,
        row_number() over (partition by number order by counter, person_id, product) as place
    from drawn
    where number in (select number from drawn group by number having count(*) > 1)
        or number in (select number from retired)
)
where place > 1 or (counter >= 0 and number in (select number from retired));

-- name: clashes
select count(*) as clashes from clashes;

-- name: draw_again
update drawn
set
    counter = drawn.counter + 1,
    number = (('0x' || substr(
        sha256($outer::blob || unhex(sha256(
            $inner::blob || encode(concat_ws('|', drawn.person_id, drawn.product, drawn.counter + 1))
        ))), 1, 31
    ))::hugeint % $space::hugeint)::bigint
from clashes
where clashes.person_id = drawn.person_id and clashes.product = drawn.product;

-- name: codes
-- The number written in base 29, twelve symbols, highest first, and the check symbol that makes the sum over the
-- symbols, weighted 13 down to 1, divisible by 29.
with spelled as (
    select
        person_id, product, months,
        [((number // power29) % 29)::integer for power29 in $powers::bigint[]] as symbols
    from drawn
),
summed as (
    select *, list_sum([symbols[place] * (14 - place) for place in range(1, 13)])::integer as total
    from spelled
)
select
    person_id,
    product,
    array_to_string(
        [substr($alphabet::varchar, symbol + 1, 1) for symbol in list_append(symbols, (29 - total % 29) % 29)], ''
    ) as code,
    months,
    $enrol_by::date as enrol_by
from summed
order by person_id, product;

-- name: counts
select
    (select count(*) from persons) as people,
    (select count(*) from persons where coalesce(deceased, false)) as deceased,
    (select count(*) from persons anti join drawn using (person_id) where not coalesce(deceased, false)) as not_offered,
    (select count(*) from drawn) as drawn,
    (select count(distinct number) from drawn) as distinct_numbers,
    (select count(*) from drawn where product = 'adult') as adult,
    (select count(*) from drawn where product = 'minor') as minor,
    (select count(*) from drawn where months > $offer_months::integer) as raised_by_law;
