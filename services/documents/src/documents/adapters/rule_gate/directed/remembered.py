"""Documents that are looked at in every run, however short: each of them once showed what no other did.

A difference that a long run finds gets its key in here (a mutant: a sample that has what it needs).
"""

REMEMBERED = frozenset(
    {
        # `$` is the very end of a text, also when a line feed stands there.
        "pad-each/invoice-denmark.xml/PaymentMeans/PayeeFinancialAccount/ID: behind",
        # The string value of a code is compared as it is, blanks and all.
        "pad-each/invoice-full.xml/AdditionalDocumentReference/DocumentTypeCode: behind",
        # One of many rules of a pattern, which nothing else asks for.
        "delete-each/credit-note-categories.xml/AllowanceCharge[2]/TaxCategory/Percent",
        "empty-each/invoice-outside-scope.xml/AccountingCustomerParty/Party/EndpointID",
        # number() of nothing is NaN, not 0.
        "empty-each/invoice-sweden.xml/AccountingSupplierParty/Party/PartyLegalEntity/CompanyID",
    }
)
