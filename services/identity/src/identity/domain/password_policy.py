"""Which passwords are taken: long enough, and not among what is guessed first. No rules about kinds of characters."""

from dataclasses import dataclass

from identity.domain.errors import WeakPassword

MIN_LENGTH = 12
MAX_LENGTH = 128
MIN_SCORE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordStrength:
    """`score` goes from 0 (guessed at once) to 4; `hints` say in words what is weak about it."""

    score: int
    hints: tuple[str, ...] = ()


def check_length(password: str) -> None:
    """Raise `WeakPassword` for a password that need not be looked at any further."""
    if len(password) < MIN_LENGTH:
        raise WeakPassword(f"A password has at least {MIN_LENGTH} characters.", min_length=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise WeakPassword(f"A password has at most {MAX_LENGTH} characters.", max_length=MAX_LENGTH)


def check_strength(strength: PasswordStrength) -> None:
    """Raise `WeakPassword` when a guesser would soon arrive at it."""
    if strength.score < MIN_SCORE:
        raise WeakPassword(hints=list(strength.hints))
