"""What the pages say, by language."""

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "complete": "Account aanmaken",
        "for_address": "Voor",
        "first_name": "Voornaam",
        "last_name": "Achternaam",
        "password": "Wachtwoord",
        "password_hint": "Minstens {length} tekens. Een paar losse woorden werken goed.",
        "terms": "Ik ga akkoord met de voorwaarden",
        "submit": "Account aanmaken",
        "refused": "Dit lukt niet",
        "welcome": "Welkom bij Koerier",
        "problem_incomplete": "Vul alle velden in.",
        "problem_terms": "U moet akkoord gaan met de voorwaarden.",
        "problem_weak_password": "Dit wachtwoord is te makkelijk te raden. Kies een langer of minder bekend.",
        "problem_try_again": "Het is nu niet gelukt. Probeer het zo nog eens.",
        "problem_link_invalid": "Deze link is niet (meer) geldig. Meld u opnieuw aan voor een nieuwe link.",
        "problem_link_expired": "Deze link is verlopen. Meld u opnieuw aan voor een nieuwe link.",
        "problem_link_used": "Deze link is al gebruikt. U kunt inloggen.",
        "problem_account_ready": "Uw account is klaar. U kunt nu inloggen.",
        "problem_help": (
            "Het antwoord dat naar deze pagina verwees zegt in detail wat er aan de hand was, en in errors om welke "
            "velden het ging. Vermeld bij een vraag de requestId uit dat antwoord."
        ),
    },
    "en": {
        "complete": "Create account",
        "for_address": "For",
        "first_name": "First name",
        "last_name": "Last name",
        "password": "Password",
        "password_hint": "At least {length} characters. A few unrelated words work well.",
        "terms": "I accept the terms",
        "submit": "Create account",
        "refused": "This does not work",
        "welcome": "Welcome to Koerier",
        "problem_incomplete": "Fill in all fields.",
        "problem_terms": "You must accept the terms.",
        "problem_weak_password": "This password is too easy to guess. Choose a longer or less common one.",
        "problem_try_again": "That did not work just now. Try again in a moment.",
        "problem_link_invalid": "This link is not valid (any more). Register again to get a new one.",
        "problem_link_expired": "This link has expired. Register again to get a new one.",
        "problem_link_used": "This link was used before. You can log in.",
        "problem_account_ready": "Your account is ready. You can log in now.",
        "problem_help": (
            "The answer that pointed to this page says in detail what was wrong, and in errors which fields it was "
            "about. When you ask for help, name the requestId of that answer."
        ),
    },
}
