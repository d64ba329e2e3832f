"""Single values: what a number, a date, a word can be, by validators, check digits and word lists."""
