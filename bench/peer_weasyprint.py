"""WeasyPrint sets letters from HTML, in its own environment (notices_letters.py): the better of alone and together."""

import json
import sys
import time
from html import escape
from pathlib import Path

from weasyprint import HTML

STYLE = """<style>@page { size: letter; margin: 0.55in 1in 0.7in; @bottom-right { content: counter(page) } }
body { font: 10.5pt/1.2 serif } h1 { font-size: 16pt } h2 { font-size: 11.5pt } article { break-after: page }
address { position: absolute; top: 2in; font-style: normal } .body { margin-top: 3.15in } .bars { font-size: 7pt }
</style>"""
SINGLY = 12
TOGETHER = 24


def article(letter: dict) -> str:
    """A letter as HTML."""

    def lines(given: list) -> str:
        return "<br>".join(map(escape, given))

    parts = [
        f"<address><span class=bars>{letter['bars']}</span><br>{lines(letter['window'])}</address><div class=body>"
    ]
    for role, text in letter["paragraphs"]:
        tag = {"title": "h1", "heading": "h2"}.get(role, "p")
        parts.append(f"<{tag}>{lines(text)}</{tag}>")
    return f"<article>{''.join(parts)}</div></article>"


def rate(bodies: list) -> float:
    """Letters a second of processor time, each list of articles in a document of its own."""
    start = time.process_time()
    for body in bodies:
        HTML(string=f"<html lang=en>{STYLE}<body>{''.join(body)}</body></html>").write_pdf()
    return sum(map(len, bodies)) / (time.process_time() - start)


def main() -> None:
    """Read letters, print the rate."""
    made = [article(letter) for letter in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))]
    rate([made[:1]])
    best = max(max(rate([[one] for one in made[:SINGLY]]), rate([made[:TOGETHER]])) for _ in range(2))
    print(json.dumps({"letters_per_second": best}))


if __name__ == "__main__":
    main()
