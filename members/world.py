"""The world as squares: one for each country, roughly where it lies, so that small countries are seen as well.

Placed by hand. What has no square (a few islands without a population) stands in the table below the map alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_DRAWN: Final = {
    "americas": """
        .. .. .. .. .. .. .. GL .. ..
        .. .. CA .. .. .. PM .. .. ..
        .. .. US .. .. BM .. .. .. ..
        .. MX .. .. CU BS TC .. .. ..
        .. .. BZ KY JM HT DO PR VG AI
        .. GT HN .. .. .. .. VI SX MF
        .. SV NI .. AW CW BQ KN AG BL
        .. .. CR PA CO VE .. MS GP DM
        .. .. .. EC .. GY TT GD MQ LC
        .. .. .. PE BR SR GF .. VC BB
        .. .. .. BO PY .. .. .. .. ..
        .. .. .. CL AR UY .. .. .. ..
        .. .. .. .. FK .. GS .. .. ..
    """,
    "europe": """
        IS .. .. .. SJ .. .. .. ..
        .. FO .. .. NO SE AX FI RU
        .. .. .. .. .. .. .. EE ..
        IE GB IM .. DK .. .. LV ..
        .. JE GG NL DE PL .. LT BY
        .. .. BE LU CZ SK .. UA ..
        .. FR LI CH AT HU MD .. ..
        PT ES AD MC IT SI HR RO ..
        .. GI .. SM VA BA RS BG ..
        .. .. .. MT ME XK MK .. ..
        .. .. .. .. AL GR .. CY ..
    """,
    "africa": """
        .. EH MA DZ TN LY EG .. ..
        CV MR ML NE TD SD ER DJ ..
        SN GM BF BJ NG CF SS ET SO
        GW GN CI GH TG CM UG KE ..
        SL LR .. ST GQ GA CG RW TZ
        .. SH .. .. AO CD BI MW SC
        .. .. .. .. NA ZM ZW MZ KM
        .. .. .. .. .. BW SZ MG YT
        .. .. .. .. ZA LS .. RE MU
    """,
    "asia": """
        .. .. .. KZ .. .. MN .. .. ..
        GE AZ TM UZ KG .. CN KP KR JP
        TR AM IR AF TJ NP BT .. .. ..
        SY IQ KW PK IN BD MM LA .. TW
        LB JO BH .. LK .. TH VN HK MO
        PS IL SA QA MV .. KH .. PH ..
        .. YE OM AE .. MY SG BN .. ..
        .. .. .. IO CC CX ID TL .. ..
    """,
    "oceania": """
        .. MP GU .. MH .. .. UM
        PW FM .. NR KI .. .. ..
        PG SB TV TK .. .. .. ..
        .. VU FJ WF WS AS CK PF
        AU NC NF TO NU .. .. PN
        .. .. NZ .. .. .. .. ..
    """,
}


@dataclass(frozen=True, slots=True)
class Square:
    """Where a country stands in its part of the world, counted from the top left."""

    code: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the world, so many squares wide and high."""

    name: str
    columns: int
    rows: int
    squares: tuple[Square, ...]


@lru_cache(maxsize=1)
def world() -> tuple[Part, ...]:
    """Return the parts of the world with their squares."""
    return tuple(
        _part(name, [line.split() for line in drawn.split("\n") if line.strip()]) for name, drawn in _DRAWN.items()
    )


def _part(name: str, lines: list[list[str]]) -> Part:
    squares = (
        Square(code, column, row) for row, line in enumerate(lines) for column, code in enumerate(line) if code != ".."
    )
    return Part(name, max(map(len, lines)), len(lines), tuple(squares))
