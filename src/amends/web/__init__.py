"""web: the public pages, the responders' console and the APIs of carrier and partner systems.

Not built yet; `amends serve` says so. Its contract: everything shown comes from the case's tables and the live
database, values are masked by default, and servers bind to loopback unless told otherwise.
"""
