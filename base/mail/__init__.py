"""Outgoing mail: letters are queued in the database and sent by the post office."""

from base.mail.address import Address, normal_address
from base.mail.letter import Letter, letter_from
from base.mail.post_office import post_office, take_back_letters
from base.mail.send import send

__all__ = ["Address", "Letter", "letter_from", "normal_address", "post_office", "send", "take_back_letters"]
