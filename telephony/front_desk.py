"""Who is let in: the answer to Twilio's webhook, and the check of the media stream that follows it."""

import sys
from dataclasses import dataclass

from call import Call, Clock
from config import Settings
from errors import HandshakeError, TelephonyError
from log import log_event
from metrics import CALLS_REFUSED
from telephony import caller_id, twiml
from telephony.capacity import Admission, CapacityGate
from telephony.signature import FormParams
from telephony.stream import CALL_SID, StreamStart, StreamTokens

FINAL_STATUSES = frozenset({"completed", "failed", "canceled", "busy", "no-answer"})


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Webhook in, TwiML out; then the stream's `start` in, the call out.

    Attributes:
        settings: PUBLIC_HOST, HANDOFF_NUMBER and OVERFLOW_NUMBER are read.
        practice_name: said to callers who find every line taken.
    """

    settings: Settings
    practice_name: str
    clock: Clock
    gate: CapacityGate
    tokens: StreamTokens

    def answer(self, params: FormParams, closed_because: str | None = None) -> str:
        """TwiML for a call that comes in.

        Args:
            params: the signed fields of the webhook.
            closed_because: why the service takes no calls at the moment, as a code; None when it does.

        Raises:
            TelephonyError: `CallSid` is missing or odd (code `bad-call-sid`).
        """
        call = self._call(params)
        if closed_because is not None:
            return self._turned_away(call.sid, closed_because)
        match self.gate.reserve(call):
            case Admission.RESERVED:
                log_event("call_admitted", call=call.sid, withheld=call.caller is None, in_use=self.gate.in_use)
                return self._to_stream(call.sid)
            case Admission.FULL:
                return self._turned_away(call.sid, "full")
            case Admission.RUNNING | Admission.OVER as admission:
                refuse("replayed-webhook", call.sid, call_is=admission.value)
                return twiml.person(self.settings.handoff_number)

    def admit(self, start: StreamStart) -> Call:
        """Let a stream in: its token is used up and the reserved slot becomes a running one.

        Raises:
            HandshakeError: a token that is not good for this call (its codes), or `no-slot`.
        """
        self.tokens.redeem(start.token, start.call_sid)
        call = self.gate.claim(start.call_sid)
        if call is None:
            raise HandshakeError("no slot is reserved for this call", code="no-slot")
        return call

    def call_sid(self, params: FormParams) -> str:
        """The CallSid of a webhook.

        Raises:
            TelephonyError: it is missing or odd (code `bad-call-sid`).
        """
        sid = params.first("CallSid")
        if not CALL_SID.fullmatch(sid):
            raise TelephonyError("CallSid is missing or odd", code="bad-call-sid")
        return sid

    def _call(self, params: FormParams) -> Call:
        return Call(
            sid=self.call_sid(params),
            account_sid=params.first("AccountSid")[:64],
            caller=caller_id.normalise(params.first("From")),
            called=caller_id.normalise(params.first("To")) or "",
            started_at=self.clock.now(),
        )

    def _to_stream(self, call_sid: str) -> str:
        return twiml.connect(
            f"wss://{self.settings.public_host}/ws",
            self.tokens.mint(call_sid),
            handoff_number=self.settings.handoff_number,
        )

    def _turned_away(self, call_sid: str, reason: str) -> str:
        refuse(reason, call_sid)
        return twiml.full(self.settings.overflow_number, practice_name=self.practice_name)


def refuse(code: str, call_sid: str | None = None, **fields: str) -> None:
    """Log and count a call, or a stream, that was not let in."""
    CALLS_REFUSED.labels(code).inc()
    log_event("call_refused", call=call_sid, level="WARNING", reason=code, **fields)


if __name__ == "__main__":
    from clock import SystemClock

    system_clock = SystemClock()
    desk = FrontDesk(
        Settings(_env_file=None),
        "Advanced Vision Care",
        system_clock,
        CapacityGate(1, clock=system_clock),
        StreamTokens("only-for-this-trial", clock=system_clock),
    )
    for number in sys.argv[1:] or ["+13055550123", "anonymous"]:
        fields = FormParams({"CallSid": [f"CA{abs(hash(number)):032x}"], "From": [number]})
        print(desk.answer(fields), end="\n\n")
