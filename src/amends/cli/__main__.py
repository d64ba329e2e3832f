"""`python -m amends.cli`: the command line without the installed script."""

from amends.cli import main

main()
