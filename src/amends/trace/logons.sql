-- name: make_lines
-- Every line of every log: host and time where it has a syslog head, and the message of sshd.
create or replace temp table lines (
    export varchar, line bigint, host varchar, day varchar, clock time, time timestamp, message varchar, times integer
);

-- name: take_lines
-- $head splits a syslog line; a year-less stamp is kept as day and clock until all days are known.
-- sshd's own lines lose the wrapper "message repeated N times: [ … ]"; N counts further occurrences.
insert into lines
with split as (
    select line, regexp_extract(text, $head::varchar, ['stamp', 'iso', 'host', 'process', 'message']) as part
    from raw_lines
),
unwrapped as (
    select
        line,
        part,
        case when part.process like 'sshd%' or part.process like '%/sshd' then part.message end as message,
        regexp_extract(part.message, '^message repeated ([0-9]{1,9}) times: \[ (.*)\]$', ['times', 'inner']) as again
    from split
)
select
    $export::varchar as export,
    line,
    nullif(part.host, '') as host,
    nullif(regexp_replace(left(part.stamp, 6), ' +', ' '), '') as day,
    try_cast(right(part.stamp, 8) as time) as clock,
    try_cast(replace(part.iso, ',', '.') as timestamptz)::timestamp as time,
    case when message is null then null when again.times <> '' then again.inner else message end as message,
    least(coalesce(try_cast(again.times as integer), 1), $most_repeats::integer) as times
from unwrapped;

-- name: set_years
-- A year-less day lies in the year that brings it nearest to $around.
create or replace temp table days as
select
    day,
    arg_min(date, abs(date - $around::date)) as date
from (
    select day, unnest([
        try_strptime(concat(day, ' ', year($around::date) + step), '%b %d %Y')::date for step in [0, -1, 1]
    ]) as date
    from (select distinct day from lines where day is not null)
)
where date is not null
group by day;

-- name: make_events
-- Logons, successful or not: what sshd says when a user is let in or turned away. The account is what stands between
-- "for" and the last "from … port …", so that an account name with "from" in it cannot pretend another source.
create or replace temp table events as
with told as (
    select
        lines.*,
        regexp_extract(
            message,
            '^(?:Accepted|Failed) \S+ for (?:invalid user |illegal user )?(.*) from (\S+) port [0-9]+(?: ssh[0-9]*)?(?:: .*)?$',
            ['account', 'address']
        ) as said
    from lines
    where message like 'Accepted %' or message like 'Failed %'
)
select
    told.export,
    told.line,
    told.times,
    told.host,
    coalesce(told.time, days.date + told.clock) as time,
    case when told.message like 'Accepted %' then 'logon' else 'failed_logon' end as kind,
    nullif(trim(said.account), '') as account,
    regexp_replace(lower(said.address), '^::ffff:', '') as source_address
from told
left join days on days.day = told.day
where said.address <> '';

-- name: line_counts
select
    (select count(*) from lines) as lines,
    (select count(*) from events) as logon_lines,
    (select coalesce(sum(times), 0)::bigint from events) as logons,
    (select count(*) from lines where host is null) as headless,
    (select count(*) from lines where times >= $most_repeats::integer) as capped,
    (select count(*) from events where time is null) as undated;

-- name: coverage
-- From when to when the logs in which a host appears reach: they are collected per file, so a quiet host is covered
-- as long as the file goes on.
with dated as (
    select lines.export, lines.host, coalesce(lines.time, days.date + lines.clock) as time
    from lines
    left join days on days.day = lines.day
    where lines.host is not null
),
spans as (
    select export, min(time) as first_time, max(time) as last_time from dated group by export
)
select
    host,
    min(spans.first_time)::date as first_day,
    max(spans.last_time)::date as last_day,
    arg_min(concat(export, ' line ', first_line), export) as source
from (
    select export, host, min(line) as first_line from lines where host is not null group by export, host
)
join spans using (export)
group by host
order by host;

-- name: accesses
select
    row_number() over (order by events.export, events.line, repetition) as access_id,
    hosts.system_id,
    events.time::timestamptz as time,
    events.kind,
    events.account,
    events.source_address,
    null::bigint as bytes,
    concat(events.export, ' line ', events.line) as evidence
from events
cross join lateral (select unnest(range(events.times)) as repetition)
left join hosts on hosts.host = events.host
order by access_id;

-- name: source_addresses
select distinct source_address from events where source_address is not null order by source_address;

-- name: seen
-- Logons within the incident, by system, account, source and outcome, with the instants (µs) and lines of each.
-- `opened` lists the accounts that a found credential opens, `sources` the systems behind source addresses.
select
    hosts.system_id,
    events.account,
    coalesce(sources.system_id, '') as source_system,
    events.kind = 'logon' as accepted,
    events.export,
    coalesce(list(epoch_us(events.time) order by events.time, events.line) filter (where events.time is not null), [])
        ::bigint[] as instants,
    list(events.line order by events.time nulls last, events.line)::bigint[] as lines
from events
join hosts on hosts.host = events.host
join opened on opened.system_id = hosts.system_id and opened.account = events.account
left join sources on sources.source_address = events.source_address
where (events.time is null or $from_day::date is null or events.time >= $from_day::date)
    and (events.time is null or $to_day::date is null or events.time < $to_day::date + 1)
    and (sources.system_id is not null or events.kind = 'logon')
group by all
order by all;

-- name: unexplained
-- Successful logons from one system to another by an account that no found credential opens.
select hosts.system_id, sources.system_id as source_system, count(*) as logons
from events
join hosts on hosts.host = events.host
join sources on sources.source_address = events.source_address
left join opened on opened.system_id = hosts.system_id and opened.account = events.account
where events.kind = 'logon'
    and opened.account is null
    and sources.system_id <> hosts.system_id
    and (events.time is null or $from_day::date is null or events.time >= $from_day::date)
    and (events.time is null or $to_day::date is null or events.time < $to_day::date + 1)
group by all
order by all;

-- name: guessed
-- Successful logons after at least $guesses failures from the same source on the same system within an hour before.
with busy as (
    select host, source_address
    from events
    where time is not null and source_address is not null
    group by host, source_address
    having coalesce(sum(times) filter (where kind = 'failed_logon'), 0) >= $guesses::integer
        and bool_or(kind = 'logon')
),
counted as (
    select
        events.*,
        sum(case when kind = 'failed_logon' then times else 0 end) over (
            partition by host, source_address order by time range between interval 1 hour preceding and current row
        ) as failures
    from events
    semi join busy using (host, source_address)
    where time is not null
)
select
    hosts.system_id,
    counted.source_address,
    max(counted.failures)::bigint as failures,
    epoch_us(min(counted.time)) as first_seen,
    epoch_us(max(counted.time)) as last_seen,
    arg_min(concat(counted.export, ' line ', counted.line), counted.time) as evidence
from counted
join hosts on hosts.host = counted.host
where counted.kind = 'logon' and counted.failures >= $guesses::integer
    and ($from_day::date is null or counted.time >= $from_day::date)
    and ($to_day::date is null or counted.time < $to_day::date + 1)
group by all
order by all;
