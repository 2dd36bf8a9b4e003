"""The top floor: everything put together."""
