"""People, organisations, regions, sign-in, roles and inbox."""
