"""TwiML as Twilio reads it: the verbs that a voice webhook answers with, checked strictly.

A mistake that Twilio would log as error 12100 (not well-formed), 12200 (schema) or 31920 (stream URL) is a
`TwimlError` here, so that a server which works with the simulator is not refused in production.
"""

import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from urllib.parse import urlsplit

from errors import TelephonyError

_MAX_STREAM_PARAMETERS_CHARS = 500


class TwimlError(TelephonyError):
    """The answer is no TwiML that Twilio would run."""

    code = "bad-twiml"


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Stream:
    """`<Connect><Stream>`: a bidirectional media stream."""

    url: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Dial:
    numbers: tuple[str, ...]
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    reason: str


Verb = Say | Stream | Dial | Record | Redirect | Pause | Hangup | Reject


def parse(text: str) -> list[Verb]:
    """The verbs of a TwiML document, in order.

    Raises:
        TwimlError: not well-formed, or a verb, attribute or nesting that Twilio refuses.
    """
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as exc:
        raise TwimlError(f"12100: not well-formed XML ({exc})") from exc
    if root.tag != "Response":
        raise TwimlError(f"12100: the document begins with <{root.tag}>; expected <Response>")
    return [_verb(element) for element in root]


def parse_instructions(text: str) -> list[Verb]:
    """As `parse`, for TwiML that came over REST: it has no URL of its own, so an action in it has to be absolute.

    Raises:
        TwimlError: as `parse`, or a relative action (15004).
    """
    verbs = parse(text)
    for verb in verbs:
        action = verb.action if isinstance(verb, Dial | Record) else None
        if action and urlsplit(action).scheme not in ("http", "https"):
            raise TwimlError(f"15004: the action {action!r} is relative, and nothing says to what")
    return verbs


def _verb(element: ElementTree.Element) -> Verb:
    words = (element.text or "").strip()
    action = element.get("action")
    if element.tag == "Say":
        return Say(_required(words, "<Say> without text"))
    if element.tag == "Connect":
        return _stream(element)
    if element.tag == "Dial":
        numbers = [(number.text or "").strip() for number in element if number.tag == "Number"]
        return Dial(tuple(filter(None, [words, *numbers])), action)
    if element.tag == "Record":
        return Record(action)
    if element.tag == "Redirect":
        return Redirect(_required(words, "<Redirect> without a URL"))
    if element.tag == "Pause":
        return Pause(float(element.get("length", "1")))
    if element.tag == "Hangup":
        return Hangup()
    if element.tag == "Reject":
        return Reject(element.get("reason", "rejected"))
    raise TwimlError(f"12200: <{element.tag}> is no verb that a voice call knows")


def _stream(connect: ElementTree.Element) -> Stream:
    if len(connect) != 1 or connect[0].tag != "Stream":
        raise TwimlError("12200: <Connect> holds exactly one <Stream> here")
    stream = connect[0]
    url = urlsplit(_required(stream.get("url", ""), "<Stream> without a url"))
    if url.scheme != "wss":
        raise TwimlError(f"31920: the stream's url has the scheme {url.scheme!r}; expected wss")
    if url.query:
        raise TwimlError("31920: the stream's url has a query string; pass <Parameter> instead")
    parameters = {}
    for child in stream:
        if child.tag != "Parameter":
            raise TwimlError(f"12200: <{child.tag}> inside <Stream>; expected <Parameter>")
        name, value = child.get("name", ""), child.get("value", "")
        if len(name) + len(value) > _MAX_STREAM_PARAMETERS_CHARS:
            raise TwimlError("12200: a <Parameter> is longer than 500 characters")
        parameters[_required(name, "<Parameter> without a name")] = value
    return Stream(url.geturl(), parameters)


def _required(value: str, problem: str) -> str:
    if not value:
        raise TwimlError(f"12200: {problem}")
    return value


if __name__ == "__main__":
    try:
        for verb in parse(sys.stdin.read()):
            print(verb)
    except TwimlError as error:
        sys.exit(str(error))
