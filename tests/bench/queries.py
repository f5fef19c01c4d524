"""What DuckDB and PostgreSQL are asked: mean and variance of each unit, stratum and leaf."""

MEAN = ("avg", "var_pop")
COUNT = ("count", *MEAN)


def wide_names(answers):
    return ["unit", "stratum", *(f"q{i}" for i in range(answers))]


def wide(source, answers, functions=MEAN):
    """Of a table with a line a sheet."""
    found = ",".join(f"{function}(q{i})" for i in range(answers) for function in functions)
    return f"select unit,stratum,{found} from {source} group by unit,stratum"


def long(source, functions=MEAN):
    """Of a table with a line a rating."""
    found = ",".join(f"{function}(answer)" for function in functions)
    return f"select unit,stratum,leaf,{found} from {source} group by unit,stratum,leaf"


# ---- files as DuckDB reads them ----

def told(path, columns):
    """With their types told, it need not guess."""
    types = ",".join(f"'{name}':'{kind}'" for name, kind in columns.items())
    return (f"read_csv('{path}', header=false, auto_detect=false, delim=',', quote='', "
            f"escape='', columns={{{types}}})")


def guessed(path, names):
    quoted = ",".join(f"'{name}'" for name in names)
    return f"read_csv('{path}', header=false, names=[{quoted}])"


def told_wide(path, answers):
    return told(path, dict.fromkeys(wide_names(answers), "UTINYINT"))


def told_long(path):
    return told(path, {"unit": "UTINYINT", "stratum": "UTINYINT", "leaf": "USMALLINT",
                       "answer": "UTINYINT"})


def long_of_wide(answers):
    columns = ",".join(f"q{i}" for i in range(answers))
    return ("select unit,stratum,leaf::usmallint leaf,answer from (select unit,stratum,"
            f"unnest([{columns}]) answer,unnest(range({answers})) leaf from wide)")
