"""addresses: where a letter goes: as USPS writes it, and as an address service (CASS, NCOALink) says it is today."""

from __future__ import annotations

from amends.notices.addresses.contacts import Contacts, make_persons
from amends.notices.addresses.vendor import write_addresses

__all__ = ["Contacts", "make_persons", "write_addresses"]
