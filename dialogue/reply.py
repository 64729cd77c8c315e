"""What AVA answers to one turn of the caller."""

from dataclasses import dataclass
from typing import Literal

from call import Intent, Urgency

Then = Literal["listen", "hang_up", "transfer"]
Failure = Literal["repeated-question", "no-answer"]


@dataclass(frozen=True, slots=True)
class Reply:
    """Sentences to speak, and what happens when they have been spoken.

    Attributes:
        sentences: whole sentences in written form; at most one question, the last sentence. When `then` is
            `hang_up` the last one contains "Goodbye", a word that stands in no other reply.
        then: listen to the caller, end the call, or hand it to a person.
        intent: what the caller wanted, when the turn said so.
        understood: False for a turn that AVA could not use (a failed turn).
        record_ids: ids of the practice's records that the sentences were made from.
        reason: short code of a transfer or an ending: `asked_for_person`, `keypad`, `angry`, `complaint`, `emergency`,
            `blocklist`, `idle`, `timed_out`, `service_stops`, `wrong_number`, `spam`; or of the failed turns that led
            to it: `not_understood`, `repeated_question`, `blocked`, `no_answer`.
        failure: why the turn failed although it was understood: the caller asked the same again, or AVA does not have
            what was asked for. None when it did not fail, and when it was not understood.
        protected: the caller cannot talk over the sentences; they are the words of an emergency.
        finding: what triage made of the turn: its class and the row of the table; None when it found nothing.
        refuses_recording: the caller does not want to be recorded.
    """

    sentences: tuple[str, ...]
    then: Then = "listen"
    intent: Intent | None = None
    understood: bool = True
    record_ids: tuple[str, ...] = ()
    reason: str | None = None
    protected: bool = False
    finding: tuple[Urgency, str] | None = None
    refuses_recording: bool = False
    failure: Failure | None = None

    @property
    def text(self) -> str:
        """All sentences as one line."""
        return " ".join(self.sentences)


if __name__ == "__main__":
    print(Reply(("Thank you for calling.", "Goodbye."), then="hang_up").text)
