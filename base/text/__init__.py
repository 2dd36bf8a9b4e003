"""Text: Markdown to safe HTML, plain text, excerpts, slugs, differences."""
