"""Directed documents for national rules: a country chooses them, and many ask for the means of payment as well."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from lxml import etree

from documents.adapters.rule_gate.bases import BaseDocument
from documents.adapters.rule_gate.directed.document import Directed
from documents.adapters.rule_gate.material import Material, RulePath
from documents.adapters.rule_gate.trees import below, is_leaf, local_name, parent_of, put_value, tag_of, value_of

_MOST_CODES = 10
_COUNTRY_NAMES = frozenset({"IdentificationCode", "CountryID"})
_MEANS_NAMES = frozenset({"PaymentMeansCode"})
# In CII these two names mean many things; the parent tells.
_MEANS_PARENT = "SpecifiedTradeSettlementPaymentMeans"
_TAX_PARENTS = frozenset({"PartyTaxScheme", "SpecifiedTaxRegistration"})
_COUNTRY_LENGTH = 2


def country_documents(base: BaseDocument, paths: list[RulePath], material: Material) -> Iterator[Directed]:
    """Each of ten countries with each of ten payment means codes."""
    means = _codes(paths, material, _is_means)
    for country in countries_of(paths, material):
        for code in means[:_MOST_CODES]:
            change = partial(put_country_and_means, country=country, means=code)
            yield Directed(kind="country-and-means", name=f"{country} {code}", base=base, change=change)


def national_variants(base: BaseDocument, paths: list[RulePath], material: Material) -> Iterator[BaseDocument]:
    """The document as if all its parties were in one country, for each country that rules name."""
    for country in countries_of(paths, material):
        change = partial(put_country_and_means, country=country, means=None)
        content = Directed(kind="", name="", base=base, change=change).content()
        yield replace(base, name=f"{country} {base.name}", group="national", content=content)


def countries_of(paths: list[RulePath], material: Material) -> list[str]:
    return _codes(paths, material, _is_country)[:_MOST_CODES]


def _codes(paths: list[RulePath], material: Material, wanted: Callable[[tuple[str, ...]], bool]) -> list[str]:
    """What rules compare such elements with, then what base documents have in them."""
    named = [path.value for path in paths if path.value and wanted(path.tags)]
    tags = {path.tags[-1] for path in paths if wanted(path.tags)}
    seen = [value for tag, values in material.values.items() if tag in tags for value in values]
    return list(dict.fromkeys(code for code in [*named, *seen] if code.strip() == code != ""))


def _is_country(tags: tuple[str, ...]) -> bool:
    return bool(tags) and local_name(tags[-1]) in _COUNTRY_NAMES


def _is_means(tags: tuple[str, ...]) -> bool:
    names = [local_name(tag) for tag in tags[-2:]]
    return bool(names) and (names[-1] in _MEANS_NAMES or names == [_MEANS_PARENT, "TypeCode"])


def put_country_and_means(root: etree._Element, *, country: str, means: str | None) -> None:
    """Move every party, and its tax number, to a country; with a means, pay everything by it."""
    for element in below(root):
        tags = (tag_of(parent_of(element)), tag_of(element))
        if _is_country(tags):
            put_value(element, country)
        elif means is not None and _is_means(tags):
            put_value(element, means)
        elif is_leaf(element) and local_name(tags[0]) in _TAX_PARENTS:
            put_value(element, country + value_of(element)[_COUNTRY_LENGTH:])
