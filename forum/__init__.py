"""Questions, case studies, discussions and their posts."""
