"""The codes of a lead in words that staff read."""

from call import TRANSFER_NOT_ANSWERED, Intent

ABOUT: dict[Intent, str] = {
    "book": "Appointment",
    "reschedule": "Reschedule",
    "cancel": "Cancellation",
    "hours": "Question about hours",
    "location": "Question about an office",
    "insurance": "Question about insurance",
    "cost": "Question about cost",
    "optical_ready": "Are the glasses ready?",
    "prescription_copy": "Copy of a prescription",
    "refill": "Refill",
    "records": "Medical records",
    "billing": "Billing",
    "post_op": "Question after surgery",
    "person": "Asked for a person",
    "complaint": "Complaint",
    "wrong_number": "Wrong number",
    "spam": "Sales call",
}
HANDED_OVER = {
    "angry": "the caller was angry",
    "asked_for_person": "the caller asked for a person",
    "blocked": "AVA could not give answers that the records bear out",
    "blocklist": "AVA was not sure of an answer",
    "complaint": "a complaint",
    "emergency": "an emergency",
    "keypad": "the caller pressed 0",
    "no_answer": "the records do not hold what the caller asked for",
    "not_understood": "AVA did not understand the caller three times in a row",
    "repeated_question": "the caller asked the same again and again",
    "spanish": "the caller speaks Spanish",
    "transfer_failed": "nobody could be reached",
}
TENTATIVE: frozenset[Intent] = frozenset({"book", "reschedule", "cancel"})
LANGUAGES = {"en": "English", "es": "Spanish", "ht": "Haitian Creole", "pt": "Portuguese", "fr": "French"}
REVIEW = {
    "made-by-rules": "no model read the transcript; the fields come from the conversation alone",
    "extraction-failed": "the call could not be read at all; listen to the recording",
    "no-name": "no name was understood",
    "no-phone": "no number to call back is known",
    "phone-not-confirmed": "the call-back number was said, but not confirmed",
    "other-number-not-confirmed": "the caller named another call-back number and did not confirm it",
    "unknown-location": "an office was named that the practice does not have",
    "unknown-service": "a service was named that the practice does not list",
    "time-in-the-past": "a wished time was over before the call",
    TRANSFER_NOT_ANSWERED: "the call was put through and nobody answered: please call back",
    "call-interrupted": "the call broke off: our service stopped",
    "call-failed": "the call broke off: a fault on our side",
    "name-not-said": "the name does not stand in what was heard of the caller",
    "phone-not-said": "the number to call back does not stand in what was heard",
    "date-not-said": "a wished day does not stand in what was heard",
    "time-not-said": "a wished time does not stand in what was heard",
    "birth-date-not-said": "the date of birth does not stand in what was heard",
    "location-not-said": "the office does not stand in what was heard",
    "service-not-said": "the service does not stand in what was heard",
    "insurance-not-said": "the insurance does not stand in what was heard",
    "reason-not-said": "the reason says more than what was heard",
    "message-not-said": "the message says more than what was heard",
    "sensitive-number": "a number was taken out of the text; the recording has it",
    "differs-from-confirmed-name": "the name was read differently from what the caller confirmed; the latter stands",
    "differs-from-confirmed-location": "the office was read differently from what was confirmed; the latter stands",
    "differs-from-confirmed-service": "the service was read differently from what was confirmed; the latter stands",
    "after-call-name": "another name was heard in the recording than in the call",
    "after-call-number": "another telephone number was heard in the recording than in the call",
    "after-call-date": "another day was heard in the recording than in the call",
    "after-call-place": "another office was heard in the recording than in the call",
    "read-again": "the transcript made after the call told more than the call did",
}
_DIFFERS = "differs-after-call-"


def review_words(code: str) -> str:
    """A review reason in words; a code that is not in the table is shown readably."""
    if code.startswith(_DIFFERS):
        return f"the transcript made after the call says otherwise: {code.removeprefix(_DIFFERS).replace('-', ' ')}"
    return REVIEW.get(code, code.replace("-", " "))


if __name__ == "__main__":
    for reason in (*REVIEW, f"{_DIFFERS}date-of-birth"):
        print(f"{reason:32} {review_words(reason)}")
