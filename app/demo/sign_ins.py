"""The demonstration's sign-ins: known to everybody, which is why a site that has them stays on this machine."""

from dataclasses import dataclass

from app.demo.content import content

PASSWORD = "demonstration"  # noqa: S105 - it is printed at every start


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person the visitor may be."""

    email: str
    password: str
    what: str


def sign_ins() -> list[SignIn]:
    """Return the people of the demonstration who can sign in."""
    people = [one for one in content("network")["people"] if "email" in one]
    return [SignIn(one["email"], PASSWORD, f"{one['name']}, {one['what']}") for one in people]
