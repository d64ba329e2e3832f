-- name: make_printed
-- One row a letter that is printed, and where: `first_byte` and `bytes` are what `sha256` is of.
create or replace temp table printed (
    piece_id bigint, file varchar, first_page bigint, pages integer, tracking varchar, first_byte bigint, bytes bigint,
    sha256 varchar
);

-- name: make_held
-- Letters that are not printed, and why.
create or replace temp table held (piece_id bigint, reason varchar);

-- name: make_seeds
-- Letters to addresses of one's own; in `printed` too, but in no other table.
create or replace temp table seeds (
    piece_id bigint, variant varchar, language varchar, reference varchar, name varchar, address_line varchar,
    city varchar, region varchar, postcode varchar, lines varchar[], typeset varchar[]
);

-- name: seed
insert into seeds by name select * exclude (sheet, window_lines, routing, domestic) from seeding;

-- name: astray
-- Letters that are neither printed once nor held back once.
select count(*) as letters from (
    select pieces.piece_id
    from pieces
    left join (select piece_id from printed union all select piece_id from held) as done using (piece_id)
    where channel = 'letter'
    group by pieces.piece_id
    having count(done.piece_id) <> 1
);

-- name: letter
select piece_id, variant, language from pieces where notice_id = $reference and channel = 'letter';

-- name: last_piece
select coalesce(max(piece_id), 0) as last from pieces;

-- name: sheets
-- The sheets that the finished texts need: one for each variant and each wording of its lines that typst sets.
select distinct finished.variant, list_transform(typeset, lambda place: lines[place]) as typeset
from (select variant, string_split(text, chr(10)) as lines from finished) as finished
join stamp_plans using (variant)
order by all;

-- name: lines
-- What is stamped on each letter: four window lines, then the other lines with a value of one person; its sheet; and the
-- digits of its barcode, which stands where a fourth line of the address would. Accents that stand alone are joined to
-- their letter (Unicode normal form C).
select
    split.piece_id,
    split.variant,
    sheets.sheet,
    list_transform(
        list_resize(list_resize([]::varchar[], greatest(4 - len(address), 0), '') || address, 4, '')
            || list_transform(stamped, lambda place: lines[place]),
        lambda line: nfc_normalize(line)
    ) as lines,
    len(address) as window_lines,
    split.typeset,
    case when coalesce(pieces.country, 'US') = 'US'
        then coalesce(regexp_replace(pieces.postcode, '[^0-9]', '', 'g'), '') else '' end as routing,
    coalesce(pieces.country, 'US') = 'US' and window_lines < 4 as domestic
from (
    select
        piece_id,
        variant,
        lines,
        stamped,
        list_filter(lines[window_first:window_last], lambda line: line <> '') as address,
        list_transform(typeset, lambda place: lines[place]) as typeset
    from (select piece_id, variant, string_split(text, chr(10)) as lines from finished)
    join stamp_plans using (variant)
) as split
join sheets on sheets.variant = split.variant and sheets.typeset = split.typeset
join pieces on pieces.piece_id = split.piece_id
order by split.piece_id;

-- name: print
insert into printed select piece_id, file, first_page, pages, tracking, first_byte, octet_length(body), sha256(body) from stamped;

-- name: hold
insert into held select * from unprinted;

-- name: expected
-- What each printed letter must say, from its finished text and the address in `pieces` alone.
select
    split.piece_id,
    split.variant,
    text,
    list_transform(typeset, lambda place: lines[place]) as typeset,
    list_filter(list_transform(
        lines[window_first:window_last] || list_transform(stamped, lambda place: lines[place]),
        lambda line: nfc_normalize(line)
    ), lambda line: line <> '') as lines,
    len(list_filter(lines[window_first:window_last], lambda line: line <> '')) as window_lines,
    printed.file,
    printed.first_page,
    printed.pages,
    printed.tracking,
    coalesce(regexp_replace(pieces.postcode, '[^0-9]', '', 'g'), '') as routing
from (select piece_id, variant, nfc_normalize(text) as text, string_split(text, chr(10)) as lines from finished) as split
join stamp_plans using (variant)
join printed using (piece_id)
join pieces using (piece_id)
order by split.piece_id;

-- name: pages
-- The number of pages of each letter of a file, in the order of the file, and the lines of those that are seeds.
select pages, list_filter(lines, lambda line: line <> '') as seed
from printed
left join seeds using (piece_id)
where file = $file
order by first_page;
