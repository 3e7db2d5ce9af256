"""How an edit stands towards the catalogue, as `pending_edit.state` holds it."""

WAITING = "waiting"
"""The edit has still to be sent."""

IN_FLIGHT = "in_flight"
"""The edit was sent, and no answer has come."""

PARKED = "parked"
"""The catalogue does not take the edit; it stays here until it is changed or taken back."""

SUGGESTED = "suggested"
"""The edit was sent as a suggestion, and nobody has decided about it."""

REFUSED = "declined"
"""An editor declined it, or a part of it; it stays here until it is changed or taken back."""
