import pytest

from adapters.memory.mails import Mailer
from tests.contracts.mailer import Inbox, MailerContract


class TestMailerInMemory(MailerContract):
    """The list keeps the contract."""

    @pytest.fixture
    def mailer(self) -> Mailer:
        return Mailer()

    @pytest.fixture
    def inbox(self, mailer: Mailer) -> Inbox:
        return lambda: mailer.sent
