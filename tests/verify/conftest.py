"""A sound exam of two variants, for tests to spoil."""

import pytest

from tests.verify.making import Made, make


@pytest.fixture(scope="session")
def sound() -> list[Made]:
    return make(2)
