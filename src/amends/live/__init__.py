"""live: the database of what changes once people answer: deliveries, returns, self-checks, enrolments, locks, resets.

Not built yet. Its contract: `publish(case)` is the only door from the tables into it, `amends send` and `amends serve`
work from it, SQLite by default and PostgreSQL when shared, with its personal columns encrypted under the case key.
"""
