"""An Odoo of the tests, empty, and the same one with a practice in it."""

from collections.abc import Iterator

import pytest

from tests.fakes.odoo_server import OdooServer
from tests.odoo.calendar_practice import Practice


@pytest.fixture
def odoo() -> Iterator[OdooServer]:
    with OdooServer() as server:
        yield server


@pytest.fixture
def practice(odoo: OdooServer) -> Practice:
    return Practice(odoo)
