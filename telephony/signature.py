"""Twilio's request signature (`X-Twilio-Signature`), over the public URL.

Twilio signs the exact URL that it called, followed by every POST field's name and value, with HMAC-SHA1 keyed by the
account's primary Auth Token (https://www.twilio.com/docs/usage/webhooks/webhooks-security). TLS ends at the proxy in
front of us, so the URL is built from PUBLIC_HOST and the raw path and query, never from forwarded headers.
"""

import re
import sys
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

from errors import ConfigError, TelephonyError
from log import log_event

MAX_FORM_FIELDS = 200
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,4})?")
_LOCAL_HOSTS = ("localhost", "127.", "0.0.0.0", "10.", "192.168.")


class FormParams(dict[str, list[str]]):
    """Fields of a form, blank ones included; a name may have several values."""

    def getall(self, name: str) -> list[str]:
        """Every value of a field; Twilio's validator reads fields through this method."""
        return self.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a field, or an empty string."""
        values = self.get(name)
        return values[0] if values else ""


def parse_form(body: bytes) -> FormParams:
    """Read an `application/x-www-form-urlencoded` body as it was signed: nothing trimmed, nothing dropped.

    Raises:
        TelephonyError: not UTF-8, or more than 200 fields (code `bad-form`).
    """
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS)
    except ValueError as exc:
        raise TelephonyError("the body is no form", code="bad-form") from exc
    params = FormParams()
    for name, value in pairs:
        params.setdefault(name, []).append(value)
    return params


class SignatureChecker:
    """Checks signatures of one account over one public host.

    Args:
        auth_token: the account's primary Auth Token. An API key's secret never signs requests.
        public_host: host, or host:port, under which Twilio reaches the service.
    """

    def __init__(self, auth_token: str, public_host: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._host = public_host

    def webhook_url(self, path: str, query: str = "") -> str:
        """The URL that Twilio has to have signed for a webhook."""
        return _url("https", self._host, path, query)

    def webhook_is_signed(self, path: str, query: str, params: FormParams, signature: str | None) -> bool:
        """Whether a webhook was signed over our URL and exactly these fields; the default port may be in the URL."""
        if not signature:
            return False
        return bool(self._validator.validate(self.webhook_url(path, query), params, signature))

    def stream_is_signed(self, path: str, query: str, signature: str | None) -> bool:
        """Whether a media stream's handshake was signed: the `wss` URL, no fields, with or without `:443`."""
        if not signature:
            return False
        hosts = [self._host] if urlsplit(f"//{self._host}").port else [self._host, f"{self._host}:443"]
        if self._host.endswith(":443"):
            hosts.append(self._host.removesuffix(":443"))
        return any(self._validator.validate(_url("wss", host, path, query), FormParams(), signature) for host in hosts)

    def signed_for_another_host(
        self, host_header: str, path: str, query: str, params: FormParams, signature: str | None
    ) -> bool:
        """Whether a refused webhook is a genuine one that only PUBLIC_HOST disagrees with.

        Tells an operator who set the wrong PUBLIC_HOST what to change. It never admits a request.
        """
        if not signature or host_header == self._host or not _HOST.fullmatch(host_header):
            return False
        return bool(self._validator.validate(_url("https", host_header, path, query), params, signature))

    def self_check(self, path: str) -> str:
        """Prove at start that a request signed over our URL passes, and log that URL.

        Returns:
            The URL that has to stand, letter by letter, in Twilio's console.

        Raises:
            ConfigError: PUBLIC_HOST makes no URL over which a signature can be checked.
        """
        url = self.webhook_url(path)
        params = FormParams({"CallSid": ["CA" + "0" * 32], "From": [""]})
        try:
            signature = self._validator.compute_signature(url, params)
            passes = self.webhook_is_signed(path, "", params, signature)
        except ValueError as exc:
            raise ConfigError(f"PUBLIC_HOST: {self._host!r} makes no URL; expected host or host:port") from exc
        if not passes:
            raise ConfigError(f"PUBLIC_HOST: a request signed over {url} does not pass; expected host or host:port")
        local = self._host.startswith(_LOCAL_HOSTS)
        log_event("signature_url", url=url, level="WARNING" if local else "INFO", reachable_from_outside=not local)
        return url


def _url(scheme: str, host: str, path: str, query: str) -> str:
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


if __name__ == "__main__":
    # python -m telephony.signature TOKEN HOST /voice 'CallSid=CA1&From=' SIGNATURE
    if len(sys.argv) != 6:
        sys.exit("usage: python -m telephony.signature TOKEN HOST PATH BODY SIGNATURE")
    _, token, host_name, raw_path, form, header = sys.argv
    print(SignatureChecker(token, host_name).webhook_is_signed(raw_path, "", parse_form(form.encode()), header))
