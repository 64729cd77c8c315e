from dialogue.reply import Reply
from stages.frames import SentenceFrame, TransferRequestFrame, reply_frames


def test_what_was_told_has_its_records_and_the_question_behind_it_has_none() -> None:
    reply = Reply(("We open at 8:00 AM.", "Is there anything else?"), record_ids=("hours-kendall",))
    told = [(one.text, one.record_ids) for one in reply_frames(reply) if isinstance(one, SentenceFrame)]
    assert told == [("We open at 8:00 AM.", ("hours-kendall",)), ("Is there anything else?", ())]


def test_the_words_of_an_emergency_cannot_be_talked_over_and_the_transfer_follows_them() -> None:
    *words, last = reply_frames(Reply(("Call 911 now.",), then="transfer", reason="emergency", protected=True))
    assert [one.interruptible for one in words if isinstance(one, SentenceFrame)] == [False]
    assert isinstance(last, TransferRequestFrame)
    assert last.reason == "emergency"
