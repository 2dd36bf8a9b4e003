"""The organisation that stands beside a person's name."""

from typing import Final

MAIN_ORGANISATION: Final = """
  LEFT JOIN memberships ms ON ms.id = (
    SELECT MIN(x.id) FROM memberships x WHERE x.member_id = m.id AND x.state = 'active' AND x.main)
  LEFT JOIN organisations o ON o.id = ms.organisation_id
"""
"""Joins the main organisation as `o` to members `m`."""
