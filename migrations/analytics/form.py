"""The form that all lists of figures have."""

SUMS = (
    *(
        "matches",
        "bat_innings",
        "not_outs",
        "runs",
        "balls",
        "fifties",
        "hundreds",
        "fours",
        "sixes",
        "bat_dots",
    ),
    *(
        "rotated",
        "bowl_innings",
        "bowl_balls",
        "maidens",
        "conceded",
        "wickets",
        "four_wickets",
        "five_wickets",
    ),
    *("bowl_dots", "wides", "no_balls", "catches", "stumpings", "run_outs"),
)

# Every list has the same form: $1 the tenant, $2 the filter, $3 after which place, $4 how many rows. `base` has a label
# and an id; keys that sort ascending are worked out for each row, what is shown for those of the page alone.
SIGNATURE = """
  create function {name}(p_tenant uuid, p_filter jsonb, p_sort text, p_after jsonb, p_limit integer)
  returns table (k1 numeric, k2 numeric, label text, id text, document jsonb) language plpgsql as $f$
  declare
    keys text;
    base text;
  begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    keys := {keys};
    base := {base};
    return query execute
      'with base as (' || base || '), keyed as (
         select b.*, ' || keys || ' from base b where {having}
       ), page as (
         select * from keyed k where $3 is null or (k.k1, k.k2, k.label collate "C", k.id collate "C")
           > (($3 ->> 0)::numeric, ($3 ->> 1)::numeric, $3 ->> 2, $3 ->> 3)
         order by k.k1, k.k2, k.label collate "C", k.id collate "C" limit $4
       )
       select p.k1, p.k2, p.label, p.id, {shown}
       from page p {beside}
       order by p.k1, p.k2, p.label collate "C", p.id collate "C"'
      using p_tenant, p_filter, p_after, p_limit;
  end $f$
"""


def quoted(sql: str) -> str:
    return "'" + sql.replace("'", "''") + "'"


def listing(
    name: str, keys: dict[str, tuple[str, str]], base: str, having: str, shown: str, beside: str = ""
) -> str:
    """A function that lists; ``keys`` by the name of the order, the first of them where none is named."""
    first = next(iter(keys.values()))
    cases = " ".join(
        f"when '{order}' then {quoted(f'({k1})::numeric as k1, ({k2})::numeric as k2')}"
        for order, (k1, k2) in keys.items()
    )
    chosen = (
        f"case p_sort {cases} else {quoted(f'({first[0]})::numeric as k1, ({first[1]})::numeric as k2')} end"
    )
    inner = {"having": having, "shown": shown, "beside": beside}
    return SIGNATURE.format(
        name=name, keys=chosen, base=base, **{key: value.replace("'", "''") for key, value in inner.items()}
    )


def over(number: str, divisor: str, nothing: str, sign: str = "") -> str:
    """A rate as a key; ``nothing`` where nothing divides."""
    return f"coalesce({sign}({number})::numeric / nullif({divisor}, 0), {nothing})"


def matching(row: str, *columns: str) -> str:
    """Rows for which each of the columns is what the filter says, where it says anything."""
    return " and ".join(f"($2 ->> '{name}' is null or {row}.{name} = $2 ->> '{name}')" for name in columns)


WHERE = ("tournament", "season", "venue", "team", "opponent")
NEWEST = "order by r.played_at desc, r.match_id desc"
LEAST = "coalesce(($2 ->> 'min_innings')::int, 1)", "coalesce(($2 ->> 'min_balls')::int, 0)"


def shown(*names: str, **others: str) -> str:
    pairs = [f"'{name}', p.{name}" for name in names] + [f"'{name}', {sql}" for name, sql in others.items()]
    return f"jsonb_build_object({', '.join(pairs)})"
