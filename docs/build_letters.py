"""Draw the letters that docs/notices.md shows, of made people: `python docs/build_letters.py`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from amends import notices
from amends.case import open_case
from amends.notices.letters.picture import pictures
from bench.made_mailing import write

PEOPLE = 60
DOTS_PER_INCH = 80
HERE = Path(__file__).parent
SHOWN = {"letter-first-self-en": "letter-en", "letter-first-self-es": "letter-es"}


def main() -> None:
    """Write letter-en-1.png, letter-en-2.png, letter-es-1.png and proof-en-1.png beside this file."""
    with TemporaryDirectory() as folder:
        mail = Path(folder) / "mail"
        write(PEOPLE, Path(folder) / "case")
        with open_case(Path(folder) / "case") as case:
            notices.export(case, mail)
        chosen = {name: _first(mail, facets) for facets, name in SHOWN.items()}
        for name, row in chosen.items():
            drawn = list(pictures(mail / row["FILE"], DOTS_PER_INCH))[: int(row["PAGES"])]
            for number, picture in enumerate(drawn[: 2 if name == "letter-en" else 1], 1):
                (HERE / f"{name}-{number}.png").write_bytes(picture)
        proof = next(pictures(mail / f"proof_{chosen['letter-en']['VARIANT']}.pdf", DOTS_PER_INCH))
        (HERE / "proof-en-1.png").write_bytes(proof)


def _first(mail: Path, facets: str) -> dict[str, str]:
    """The manifest row of the first letter of the first variant whose name begins so."""
    with min(mail.glob(f"mail_{facets}*.csv")).open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))


if __name__ == "__main__":
    main()
