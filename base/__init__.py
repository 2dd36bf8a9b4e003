"""The ground floor: settings, errors, clock, text, journal and web; knows no feature."""
