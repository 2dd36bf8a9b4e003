"""Words that people put into passwords first, and so do those who guess them."""

from typing import Final

_WORDS: Final = """
abc abcd access account admin administrator amazon america amsterdam android angel apple april arsenal august austin
autumn azerty baby bailey banana barcelona baseball basketball batman beautiful berlin blessed boston brandon brazil
bubbles buster butterfly canada caroline casino champion changeme charlie chelsea chester chicago chocolate church
clinic computer cookie corona corvette cowboys dallas daniel default demo dennis diamond doctor dolphin dragon
eagles elephant emergency england facebook family ferrari flower football forever forum france freedom friday friend
friends fuckyou garden george germany ginger google guest guitar hallo hannah happy hardcore harley health
healthcare heaven hello hockey home hospital house hunter iceman iloveyou india instagram internet italy jackson
january jasmine jennifer jessica jesus jordan joseph joshua july june justin killer knowledge lakers letmein linkedin
liverpool login london love lovely loveme madison manager manchester march marina martin master matrix matthew
maverick maximus medical medicine melissa member mercedes merlin michael michelle midnight money monday monkey
montana mother mountain mustang myspace naruto nicholas nicole nirvana november nurse nursing october office orange
panther paris parola pass passe passwd password passwort patient patrick peanut pepper phoenix piano pikachu playboy
pokemon princess private purple qwerty qwertz rainbow ranger rebecca red robert root samantha samsung saturday
scooter secret secure september server service shadow shannon silver simple snoopy soccer spain spider spring
staff starwars station success summer sunday sunshine superman support sweden system taylor team teacher temp tennis
test tester testing thomas thunder thursday tiger tigger toyota travel trustno tuesday twitter user victoria
vodafone wachtwoord web website wednesday welcome welkom whatever william willkommen winner winter wizard wonderful
yankees yellow youtube zaterdag
"""
COMMON: Final = frozenset(_WORDS.split())

ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaq12wsxcde34rfvbgt56yhnmju78ik",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "!@#$%^&*()_+",
    '!"§$%&/()=?',
)
"""What fingers walk along: keyboards and the alphabet."""
