"""Sounds that transcribe to nothing: every one of them is answered, whether it cut AVA off or not."""

from pipecat.turns.empty_user_turn import EmptyUserTurnConfig

NOTHING_HEARD = "The caller made a sound that could not be understood. Ask them to say it again."
NOTHING_HEARD_OVER_AVA = (
    "A sound that could not be understood cut you off. Ask the caller to say it again, and repeat what they missed."
)
_MORE_THAN_A_CALL_HAS = 1000  # the dialogue counts failed turns itself and hands over

EVERY_SOUND_IS_ANSWERED = EmptyUserTurnConfig(
    interrupted_prompt=NOTHING_HEARD_OVER_AVA,
    idle_prompt=NOTHING_HEARD,
    max_consecutive_recoveries=_MORE_THAN_A_CALL_HAS,
)


if __name__ == "__main__":
    print(EVERY_SOUND_IS_ANSWERED)
