"""The tree of errors.

AvaError
 |- ConfigError        a setting or a file of facts is wrong; nothing starts
 |- TelephonyError     Twilio's side of the wire
 |   |- SignatureError     the request was not signed by our account
 |   |- HandshakeError     a media stream that is not a call of ours
 |   |- TwilioRestError    Twilio's REST API refused or did not answer
 |- EngineError        speech or language engine
 |   |- SttError  |- LlmError  |- TtsError
 |- ExtractionError    no valid lead could be read from an engine's answer
 |- CrmError           the CRM refused or did not answer
 |- StorageError       the record of a call could not be written

Every error carries a short `code` that logs and metrics count, and says whether trying the same thing again can help.
Messages never hold what a caller said: words of callers live in the call's folder and nowhere else.
"""


class AvaError(Exception):
    """Base of all our errors.

    Attributes:
        code: short kebab-case name for logs and metrics; the class's own unless the raiser is more exact.
        retryable: True when the same request may succeed later.
        spoken: what the caller hears when this error reaches a conversation.
    """

    code = "error"
    retryable = False
    spoken = "I'm sorry, something went wrong on my side."

    def __init__(self, message: str, *, code: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        if retryable is not None:
            self.retryable = retryable


class ConfigError(AvaError):
    code = "config"


class TelephonyError(AvaError):
    code = "telephony"


class SignatureError(TelephonyError):
    code = "bad-signature"


class HandshakeError(TelephonyError):
    code = "bad-handshake"


class TwilioRestError(TelephonyError):
    code = "twilio-rest"


class EngineError(AvaError):
    code = "engine"
    retryable = True


class SttError(EngineError):
    code = "stt"
    spoken = "I'm sorry, could you say that again?"


class LlmError(EngineError):
    code = "llm"


class TtsError(EngineError):
    code = "tts"


class ExtractionError(AvaError):
    code = "extraction"
    retryable = True


class CrmError(AvaError):
    code = "crm"


class StorageError(AvaError):
    code = "storage"
    retryable = True


if __name__ == "__main__":

    def show(kind: type[AvaError], depth: int = 0) -> None:
        print(f"{'  ' * depth}{kind.__name__:18} code={kind.code} retryable={kind.retryable}")
        for child in kind.__subclasses__():
            show(child, depth + 1)

    show(AvaError)
