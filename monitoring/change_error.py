"""Why a change is not made: a code that the dashboard counts, and a sentence that tells staff what to do."""

from errors import AvaError


class ChangeError(AvaError):
    """A change that is refused, or that did not happen. Nothing is changed unless the message says so.

    Codes: `not-allowed` (the file), `invalid`, `old-text-gone`, `no-such-record`, `record-exists`, `not-a-record`,
    `says-who-called`, `changes-nothing`, `already-applied`, `facts-wrong-already`, `contradicts`; of the repository
    `no-repository`, `differs-there`, `conflict`, `gitea-*`, `git-*`; of applying `service-refused`, `not-written`,
    `changed-since`, `already-undone`, `no-such-change`, `busy`, `half-way`.

    The message is for staff and names no caller.
    """

    code = "change"


if __name__ == "__main__":
    print(repr(ChangeError("the old text is gone", code="old-text-gone")))
