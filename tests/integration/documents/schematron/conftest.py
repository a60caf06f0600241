"""One reference engine for the tests of this folder: starting it takes a while."""

import pytest
from support.xpath_reference import XPathReference


@pytest.fixture(scope="session")
def reference() -> XPathReference:
    return XPathReference()
