from core.accounts.api_keys.service.authenticate_api_key import AuthenticateApiKey
from core.accounts.api_keys.service.create_api_key import CreateApiKey
from core.accounts.api_keys.service.introspect import Introspect
from core.accounts.api_keys.service.list_api_keys import ListApiKeys
from core.accounts.api_keys.service.revoke_api_key import RevokeApiKey

__all__ = ("AuthenticateApiKey", "CreateApiKey", "Introspect", "ListApiKeys", "RevokeApiKey")
