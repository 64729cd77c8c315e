"""Where leads go: a journal in a folder of the test's own, and a CRM that keeps what it is given."""

from pathlib import Path

import pytest

from journal import LeadJournal
from tests.fakes.crm import FakeCrm


@pytest.fixture
def journal(tmp_path: Path) -> LeadJournal:
    return LeadJournal(tmp_path / "recordings" / "leads.jsonl")


@pytest.fixture
def crm() -> FakeCrm:
    return FakeCrm()
