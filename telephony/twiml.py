"""What Twilio is told to do with a call (TwiML).

https://www.twilio.com/docs/voice/twiml. Every answer ends with a person or with words that say what to do in an
emergency; no call is ever rejected. The emergency advice follows the practice's triage: 911 or an emergency room.
"""

import sys
from urllib.parse import urlsplit

from twilio.twiml.voice_response import Connect, Dial, VoiceResponse

from telephony.stream import TOKEN_PARAMETER

MAX_CHARS = 4000  # Twilio's limit for TwiML in a REST request
DIAL_TIMEOUT_SECS = 25
EMERGENCY_ADVICE = (
    "If this is an emergency, or you have lost vision or hurt your eye, hang up and call 911, "
    "or go to the nearest emergency room."
)
EMERGENCY_ADVICE_ES = "Si es una emergencia, cuelgue y llame al 911, o vaya a la sala de emergencias."
SAY_LANGUAGE = {"en": "en-US", "es": "es-US"}
_NOBODY_ANSWERED = {
    "en": "I am sorry, nobody could answer right now.",
    "es": "Lo siento, nadie pudo contestar en este momento.",
}
_EMERGENCY_NOW = {
    "en": "Please call 911 now, or go to the nearest emergency room. Please do not wait for a call.",
    "es": "Por favor llame al 911 ahora, o vaya a la sala de emergencias más cercana. No espere una llamada.",
}
_STAFF_CALL_BACK = {
    "en": "Our staff will call you back.",
    "es": "Nuestro personal le devolverá la llamada.",
}
_CALL_US_AGAIN = {
    "en": "Please call us again.",
    "es": "Por favor llámenos de nuevo.",
}
_GOODBYE = {"en": "Goodbye.", "es": "Adiós."}
_ONE_MOMENT = "Please stay on the line while I connect you."
_AFTER_DIAL = "If you could not speak with anyone, please call again in a few minutes. Goodbye."
_CALL_AGAIN = "Please call again in a few minutes. Goodbye."


def connect(ws_url: str, token: str, *, handoff_number: str | None = None) -> str:
    """Open the media stream; what follows runs when our side breaks the stream off.

    Args:
        ws_url: `wss://host/ws`, without a query: Twilio would strip it.
        token: goes with the stream as a parameter and comes back in its `start`.
        handoff_number: E.164 of the person who then takes over; without one, words ask to call again.
    """
    response = VoiceResponse()
    opening = Connect()
    opening.stream(url=ws_url).parameter(name=TOKEN_PARAMETER, value=token)
    response.append(opening)
    _add_apology(response, "I'm sorry, our assistant was cut off.", handoff_number)
    return _rendered(response)


def person(handoff_number: str | None) -> str:
    """No stream: an apology, the emergency advice, and a person if there is a number."""
    response = VoiceResponse()
    _add_apology(response, "I'm sorry, our assistant is not available.", handoff_number)
    return _rendered(response)


def full(overflow_number: str | None, *, practice_name: str = "") -> str:
    """Every line is taken, or the service is starting or stopping: the emergency advice, then a person if there is one.

    Without an `overflow_number` the caller is asked to call again: there is no voice mail behind this line.
    """
    response = VoiceResponse()
    thanks = f"Thank you for calling {practice_name}." if practice_name else "Thank you for calling."
    _add_apology(response, f"{thanks} All of our lines are busy right now.", overflow_number)
    return _rendered(response)


def transfer(number: str, *, words: str | None = None, action_url: str | None = None) -> str:
    """Hand a live call to a person.

    Args:
        number: E.164.
        words: said to the caller first.
        action_url: where Twilio reports the end of the dial. Absolute: Twilio refuses a relative one here (15004).

    Raises:
        ValueError: `action_url` is not absolute.
    """
    if action_url is not None and not (
        urlsplit(action_url).scheme in ("http", "https") and urlsplit(action_url).netloc
    ):
        raise ValueError("action_url must be an absolute http(s) URL")
    response = VoiceResponse()
    if words:
        response.say(words)
    _add_dial(response, number, action_url)
    if action_url is None:
        response.say(_AFTER_DIAL)
    return _rendered(response)


def hang_up() -> str:
    """The call is over."""
    response = VoiceResponse()
    response.hangup()
    return _rendered(response)


def nobody_answered(language: str, *, emergency: bool, calls_back: bool) -> str:
    """After a transfer that reached nobody: what to do now, and whether staff will call; then the end of the call.

    Args:
        language: `en` or `es`; English for any other.
        emergency: the advice (911, an emergency room) comes before everything else.
        calls_back: a number to call back is known.
    """
    spoken = language if language in SAY_LANGUAGE else "en"
    parts = [_NOBODY_ANSWERED, *([_EMERGENCY_NOW] if emergency else [])]
    parts += [_STAFF_CALL_BACK] if calls_back else [] if emergency else [_CALL_US_AGAIN]
    response = VoiceResponse()
    response.say(" ".join(part[spoken] for part in (*parts, _GOODBYE)), language=SAY_LANGUAGE[spoken])
    response.hangup()
    return _rendered(response)


def _add_apology(response: VoiceResponse, words: str, number: str | None) -> None:
    response.say(f"{words} {EMERGENCY_ADVICE}")
    response.say(EMERGENCY_ADVICE_ES, language="es-US")
    if number is None:
        response.say(_CALL_AGAIN)
        return
    response.say(_ONE_MOMENT)
    _add_dial(response, number)
    response.say(_AFTER_DIAL)


def _add_dial(response: VoiceResponse, number: str, action_url: str | None = None) -> None:
    options = {"action": action_url, "method": "POST"} if action_url else {}
    dial = Dial(timeout=DIAL_TIMEOUT_SECS, **options)
    dial.number(number)
    response.append(dial)


def _rendered(response: VoiceResponse) -> str:
    xml = str(response)
    if len(xml) > MAX_CHARS:
        raise ValueError(f"TwiML of {len(xml)} characters; Twilio takes {MAX_CHARS}")
    return xml


if __name__ == "__main__":
    handoff = sys.argv[1] if len(sys.argv) > 1 else None
    print(connect("wss://phone.example.com/ws", "TOKEN", handoff_number=handoff))
    print(full(handoff, practice_name="Advanced Vision Care"))
    print(nobody_answered("es", emergency=True, calls_back=True))
