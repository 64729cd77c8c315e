"""AVA's first words: that she is automated, and that the call is recorded.

Sources: the owner's rule (she identifies herself as automated at call start, without exception); Texas HB 149 (AI that
is used in relation to a health care service is disclosed); Fla. Stat. 934.03(2)(d) (a call is recorded only with the
consent of all parties, so everyone is told before anything is kept).
"""


def disclosure(*, agent_name: str, practice_name: str, recording_notice: str | None) -> str:
    """The wording, played whole before the caller can say anything over it.

    Args:
        recording_notice: the sentence that tells of the recording; None when calls are not recorded.
    """
    first = f"Thank you for calling {practice_name}. This is {agent_name}, an automated assistant."
    return f"{first} {recording_notice}" if recording_notice else first


if __name__ == "__main__":
    print(disclosure(agent_name="AVA", practice_name="Advanced Vision Care", recording_notice="This call is recorded."))
