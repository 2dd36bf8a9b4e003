"""`python -m app` is `commonplace`."""

from app.cli import main

main(prog_name="commonplace")
