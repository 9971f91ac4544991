"""The service's error tree. Domain errors know no HTTP; `app.kit.problems` maps them to RFC 9457 problems.

Every error carries a stable `code` (what clients and catalogues key on) and one plain sentence.
"""


class KaochangError(Exception):
    """Base of all refusals. `code` never changes once released; `detail` is a plain sentence."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class Invalid(KaochangError):
    """The input itself is wrong, whatever the state."""

    code = "invalid"


class NotAllowedNow(KaochangError):
    """The input is right but the state forbids the act."""

    code = "not_allowed_now"


class NotFound(KaochangError):
    """There is no such object in the caller's scope (which of the two is not said)."""

    code = "not_found"


class NotSignedIn(KaochangError):
    """No valid session came with the request."""

    code = "not_signed_in"


class SignInRefused(KaochangError):
    """The credentials do not fit. Which part was wrong is not said."""

    code = "sign_in_refused"


class Forbidden(KaochangError):
    """Signed in, but the role or the origin does not permit this."""

    code = "forbidden"


class TooMany(KaochangError):
    """A limit of attempts or of size was reached."""

    code = "too_many_attempts"


class TooLarge(KaochangError):
    """The body is larger than the limit of its endpoint."""

    code = "too_large"


class Unavailable(KaochangError):
    """A part that the act needs cannot be reached; nothing was changed."""

    code = "unavailable"


class FieldInvalid(Invalid):
    """One field of what somebody wrote is wrong: `field` names it, `texts` says why, by language (zh, en)."""

    def __init__(self, detail: str, *, code: str, field: str, texts: dict[str, str]) -> None:
        super().__init__(detail, code=code)
        self.field = field
        self.texts = texts


class Infeasible(Invalid):
    """A blueprint that its bank cannot fill; `problems` says which cells are short."""

    code = "blueprint_infeasible"

    def __init__(self, detail: str, problems: list[dict[str, str]]) -> None:
        super().__init__(detail)
        self.problems = problems
