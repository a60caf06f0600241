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
        "reset_password": "Nieuw wachtwoord instellen",
        "password_set": "Uw wachtwoord is gewijzigd",
        "verify_address": "E-mailadres bevestigen",
        "address_verified": "Dit e-mailadres is bevestigd",
        "refused": "Dit lukt niet",
        "welcome": "Welkom bij Koerier",
        "problem_incomplete": "Vul alle velden in.",
        "problem_terms": "U moet akkoord gaan met de voorwaarden.",
        "problem_weak_password": "Dit wachtwoord is te makkelijk te raden. Kies een langer of minder bekend.",
        "problem_try_again": "Het is nu niet gelukt. Probeer het zo nog eens.",
        "problem_link_invalid": "Deze link is niet (meer) geldig. Vraag een nieuwe aan.",
        "problem_link_expired": "Deze link is verlopen. Vraag een nieuwe aan.",
        "problem_link_used": "Deze link is al gebruikt. U kunt inloggen.",
        "problem_password_set": "U kunt nu inloggen met uw nieuwe wachtwoord. U bent overal uitgelogd.",
        "problem_address_verified": "U kunt er voortaan mee inloggen.",
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
        "reset_password": "Set a new password",
        "password_set": "Your password is changed",
        "verify_address": "Confirm e-mail address",
        "address_verified": "This e-mail address is confirmed",
        "refused": "This does not work",
        "welcome": "Welcome to Koerier",
        "problem_incomplete": "Fill in all fields.",
        "problem_terms": "You must accept the terms.",
        "problem_weak_password": "This password is too easy to guess. Choose a longer or less common one.",
        "problem_try_again": "That did not work just now. Try again in a moment.",
        "problem_link_invalid": "This link is not valid (any more). Ask for a new one.",
        "problem_link_expired": "This link has expired. Ask for a new one.",
        "problem_link_used": "This link was used before. You can log in.",
        "problem_password_set": "You can log in with your new password. You are logged out everywhere.",
        "problem_address_verified": "From now on you can log in with it.",
        "problem_account_ready": "Your account is ready. You can log in now.",
        "problem_help": (
            "The answer that pointed to this page says in detail what was wrong, and in errors which fields it was "
            "about. When you ask for help, name the requestId of that answer."
        ),
    },
}
