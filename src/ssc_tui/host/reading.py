"""A plugin of Kinto for processes that only answer reads, beside one that writes.

Kinto's own setting `readonly` refuses every POST, and with it the batch in which a client asks for its changes. Here the storage alone is
told not to write, as it would at every first look at a collection; that nothing else is written is the database's affair.
"""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Called by Kinto, which finds this module in `kinto.includes`."""
    config.registry.storage.readonly = True
