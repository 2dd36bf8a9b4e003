"""The whole site as one documented file, and back: JSON lines in a zip, see docs/archive.md."""
