"""scan: what personal data the taken files hold.

Reads the folder `inputs.taken`. Writes `files` (every file and archive member, read or not, and why), `columns` (what
each column of a table holds), `mentions` (values in free text, `find`), `records` (one human in one place) and
`reviews` (columns of which only a human can say what they hold). Every file, row and byte is accounted for.
"""

from amends.scan.classify import ColumnVerdict, classify
from amends.scan.find import Mention, find
from amends.scan.verb import run

__all__ = ["ColumnVerdict", "Mention", "classify", "find", "run"]
