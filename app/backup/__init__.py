"""One file that holds the whole site as it was at one moment, and back: docs/decisions/backup.md."""
