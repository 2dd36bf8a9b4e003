"""The organisation that stands beside a person's name."""

from typing import Final

MAIN_ORGANISATION: Final = """
  LEFT JOIN memberships ms ON ms.id = (
    SELECT MIN(x.id) FROM memberships x WHERE x.member_id = m.id AND x.state = 'active' AND x.main)
  LEFT JOIN organisations o ON o.id = ms.organisation_id
"""
"""Joins the main organisation as `o` to members `m`."""

FORMER_ORGANISATION: Final = """CASE WHEN o.id IS NULL AND m.state = 'active' THEN (
  SELECT fo.name FROM memberships fs JOIN organisations fo ON fo.id = fs.organisation_id
  WHERE fs.member_id = m.id AND fs.state = 'left' ORDER BY fs.until DESC, fs.id DESC LIMIT 1) END"""
"""The name of the organisation that a member `m` without a main one `o` left last."""
