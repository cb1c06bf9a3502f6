from core.accounts.sso.service.add_domain import AddDomain
from core.accounts.sso.service.answer_sso import AnswerSso
from core.accounts.sso.service.create_connection import CreateConnection
from core.accounts.sso.service.delete_connection import DeleteConnection
from core.accounts.sso.service.discover_sso import DiscoverSso
from core.accounts.sso.service.examine_connection import ExamineConnection
from core.accounts.sso.service.exchange_sso_code import ExchangeSsoCode
from core.accounts.sso.service.get_connection import GetConnection
from core.accounts.sso.service.link_identity import LinkIdentity
from core.accounts.sso.service.list_connections import ListConnections
from core.accounts.sso.service.list_domains import ListDomains
from core.accounts.sso.service.list_identities import ListIdentities
from core.accounts.sso.service.remove_domain import RemoveDomain
from core.accounts.sso.service.set_sso_enforcement import SetSsoEnforcement
from core.accounts.sso.service.start_sso import StartSso
from core.accounts.sso.service.unlink_identity import UnlinkIdentity
from core.accounts.sso.service.update_connection import UpdateConnection
from core.accounts.sso.service.verify_domain import VerifyDomain

__all__ = (
    "AddDomain",
    "AnswerSso",
    "CreateConnection",
    "DeleteConnection",
    "DiscoverSso",
    "ExamineConnection",
    "ExchangeSsoCode",
    "GetConnection",
    "LinkIdentity",
    "ListConnections",
    "ListDomains",
    "ListIdentities",
    "RemoveDomain",
    "SetSsoEnforcement",
    "StartSso",
    "UnlinkIdentity",
    "UpdateConnection",
    "VerifyDomain",
)
