"""Why the service closes a socket: one code and one word each, for the page to act on.

Codes of 4400 and up are ours; pages give up after them. 1013 is the protocol's "try again later".
"""

from enum import Enum


class Closing(Enum):
    """(close code, reason). Neither changes once released: pages key on the code."""

    TRY_AGAIN = (1013, "try_again")
    NOT_SIGNED_IN = (4401, "not_signed_in")
    FORBIDDEN = (4403, "forbidden")
    NOT_FOUND = (4404, "not_found")
    SUPERSEDED = (4408, "superseded")
    SITTING_OVER = (4409, "sitting_over")

    @property
    def code(self) -> int:
        """The close code."""
        return self.value[0]

    @property
    def reason(self) -> str:
        """The word sent with it."""
        return self.value[1]
