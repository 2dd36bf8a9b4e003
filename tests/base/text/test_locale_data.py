"""What was looked up in Babel is known; what Babel read for it is let go."""

from babel import core, localedata

from members import places
from members.places import country_name, language_code


def test_the_own_names_of_languages_leave_nothing_behind() -> None:
    places._own_names.cache_clear()
    assert (language_code("Nederlands"), language_code("Dutch")) == ("nl", "nl")
    assert (localedata._cache, core._global_data) == ({}, None)
    places.countries.cache_clear()
    assert (country_name("NL"), country_name("nl", "nl")) == ("Netherlands", "Nederland"), "it is read again"
