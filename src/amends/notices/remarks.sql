-- name: make_remarks
-- People of whom something is to be said: why no notice goes to them, or what somebody should look at before one does.
create or replace temp table remarks as
with alike as (
    select likeness, min(person_id) as first_id
    from persons
    where likeness is not null
    group by likeness
    having count(*) > 1
),
named as (
    select
        plan.person_id, plan.kind, plan.channel, plan.reason, hostile_place, first_id,
        concat_ws(' ', clean(given_name), clean(middle_name), clean(family_name), clean(suffix)) as name,
        concat(given_name, middle_name, family_name, suffix) as whole,
        concat(address_line, city, region, postcode) as place,
        coalesce(told_people.elements & ~plan.elements, 0) <> 0 as told_too_much
    from plan
    join persons using (person_id)
    left join alike using (likeness)
    left join told_people on told_people.person_id = plan.person_id
),
said as (
    select person_id, unnest(list_filter([
        case when kind is null then {remark: 'no_notice', why: reason} end,
        case when kind is not null and (hostile_place or hostile(whole)) then
            {remark: 'control_character', why: 'a control character in the name or address is printed as a space'} end,
        case when kind is not null and name = '' then
            {remark: 'no_name', why: 'no name is known: the notice greets a customer'} end,
        case when kind is not null and length(name) > $longest::integer then
            {remark: 'long_name', why: 'a name of ' || length(name) || ' characters: a letter may be held back'} end,
        case when channel = 'letter' and not regexp_full_match(name || place, $script::varchar) then
            {remark: 'other_script', why: 'a script or sign that letters may lack: such a letter is held back'} end,
        case when kind is not null and first_id <> person_id then
            {remark: 'same_person', why: 'the name, date of birth and address of person ' || first_id} end,
        case when told_too_much then
            {remark: 'told_too_much', why: 'a notice before stated elements that are not theirs by what is known today'} end
    ], lambda remark: remark is not null)) as one
    from named
)
select person_id, one.remark, one.why from said order by person_id, one.remark;

-- name: counts
select remark, count(*) as people from remarks where remark <> 'no_notice' group by remark order by remark;
