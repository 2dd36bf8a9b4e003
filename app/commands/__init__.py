"""The commands of `commonplace`."""
