"""The simulated company register: fixed data and made-up companies, so that it is the same after every restart."""

from collections.abc import Iterator, Mapping

from sandbox.kvk.generated import generated_company, generated_number
from sandbox.kvk.model import Company, Establishment, read_companies


class CompanyRegister:
    def __init__(self) -> None:
        self.companies = read_companies()
        self._by_number = {company.kvk: company for company in self.companies}
        self._establishments = {
            establishment.number: (company, establishment)
            for company in self.companies
            for establishment in company.establishments
        }
        self.calls = 0
        """How many priced look-ups were made; the real register bills profiles, searching is free."""

    def company(self, kvk_number: str) -> Company | None:
        return self._by_number.get(kvk_number) or generated_company(kvk_number)

    def establishment(self, number: str) -> tuple[Company, Establishment] | None:
        found = self._establishments.get(number)
        if found is None:
            company = generated_company(generated_number("vestigingsnummer", number))
            if company is not None and company.main_establishment is not None:
                return company, company.main_establishment
        return found

    def candidates(self, criteria: Mapping[str, str]) -> Iterator[Company]:
        """List every company that a search has to look at; of the made-up ones only who can be meant."""
        yield from self.companies
        numbers = dict.fromkeys(generated_number(name, value) for name, value in criteria.items())
        for number in numbers:
            company = generated_company(number)
            if company is not None:
                yield company
