-- name: make_told_people
-- What earlier notices told each person, as far as the exports show. A record stays with its human, so the record that
-- gave a person its number leads to the person of today, whatever was merged or split since. `lawful`: not a courtesy alone.
create or replace temp table told_people as
select
    coalesce(memberships.person_id, told.person_id) as person_id,
    bit_or(told.elements) as elements,
    count(distinct notice_id) as notices,
    bool_or(told.kind <> 'courtesy') as lawful
from told
left join memberships on memberships.record_id = told.person_id
where not list_contains($withdrawn::integer[], told.export)
group by all;

-- name: next
-- The number of the next export.
select coalesce(max(export), 0) + 1 as export from told_before;

-- name: told
-- The notices of all exports, the one at work the last.
select notice_id, export, person_id, kind, channel, elements from told_before
union all
select notice_id, $export::integer, pieces.person_id, notices.kind, pieces.channel, pieces.elements
from pieces
join notices using (notice_id)
left join printed using (piece_id)
left join sent using (piece_id)
where coalesce(printed.piece_id, sent.piece_id) is not null
order by notice_id, export;
