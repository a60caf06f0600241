"""Errors of the company register: `{"fout": [{"code": "IPD…", "omschrijving": …}]}`, in its own Dutch words."""

from fastapi import Request
from fastapi.responses import JSONResponse


class RegisterError(Exception):
    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(f"{code} {description}")
        self.status = status
        self.code = code
        self.description = description


def malformed_kvk_number(number: str) -> RegisterError:
    return RegisterError(400, "IPD0004", f"Het KVK-nummer {number} is niet valide.")


def unknown_kvk_number(number: str) -> RegisterError:
    return RegisterError(404, "IPD0005", f"Op basis van het KVK-nummer {number} kan het product niet worden geleverd.")


def malformed_establishment(number: str) -> RegisterError:
    return RegisterError(400, "IPD0006", f"Het vestigingsnummer {number} is niet valide.")


def unknown_establishment(number: str) -> RegisterError:
    text = f"Op basis van het vestigingsnummer {number} kan het product niet worden geleverd."
    return RegisterError(404, "IPD0007", text)


def malformed_rsin(number: str) -> RegisterError:
    return RegisterError(400, "IPD0010", f"Het RSI-nummer {number} is niet valide.")


def being_processed(number: str, code: str) -> RegisterError:
    """Build one of the two errors of a company whose data is being changed."""
    if code == "IPD1002":
        text = f"De gegevens bij KVK-nummer {number} zijn tijdelijk niet leverbaar omdat deze in behandeling zijn."
    else:
        text = f"De gegevens bij {number} zijn tijdelijk niet leverbaar. Probeer het over 5 minuten nog een keer."
    return RegisterError(404, code, text)


def no_criterion() -> RegisterError:
    return RegisterError(400, "IPD1998", "Er is geen geldige zoekparameter opgegeven.")


def invalid_parameters(names: list[str]) -> RegisterError:
    verb = "is" if len(names) == 1 else "zijn"
    noun = "parameter" if len(names) == 1 else "parameters"
    return RegisterError(400, "IPD1999", f"De volgende opgegeven {noun} {verb} ongeldig: {', '.join(names)}")


def nothing_found() -> RegisterError:
    text = "Er zijn geen gegevens gevonden die voldoen aan de opgegeven zoekparameters."
    return RegisterError(404, "IPD5200", text)


def unauthorized() -> RegisterError:
    return RegisterError(401, "IPD0003", "Niet geautoriseerd.")


def unavailable() -> RegisterError:
    return RegisterError(503, "IPD9999", "Er is een fout opgetreden. Probeer het later nog een keer.")


async def render(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RegisterError):
        raise error
    body = {"fout": [{"code": error.code, "omschrijving": error.description}]}
    return JSONResponse(body, status_code=error.status, headers={"Cache-Control": "no-store"})
