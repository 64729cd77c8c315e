"""The client of Anthropic's API, as every part of the service that asks Claude has it.

What leaves goes to the API and nowhere else: no address from the environment, no redirects, no telemetry.
"""

from typing import TYPE_CHECKING

from config import Settings
from engines.sdk_edge import SdkEdge
from errors import ConfigError

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

API_URL = "https://api.anthropic.com"
_HINTS = {
    401: "ANTHROPIC_API_KEY is not valid",
    403: "ANTHROPIC_API_KEY may not use this model",
    404: "no such model; check ANTHROPIC_MODEL",
    413: "the call is too long",
}


def check_key(settings: Settings) -> None:
    """Whether there is a key at all.

    Raises:
        ConfigError: ANTHROPIC_API_KEY is missing.
    """
    if settings.anthropic_api_key is None:
        raise ConfigError("ANTHROPIC_API_KEY: missing; expected an Anthropic API key")


def build_client(
    settings: Settings, base_url: str | None, *, connect_sec: float, read_sec: float, retries: int
) -> "tuple[AsyncAnthropic, SdkEdge]":
    """A client that talks to nobody yet, and what makes its errors ours. Imports the SDK: call it in a thread.

    Args:
        base_url: the API's root; Anthropic's own when None.
        read_sec: between two events of an answer.
        retries: of what can pass by itself (408, 409, 429, 5xx, lost connections).

    Raises:
        ConfigError: see `check_key`.
    """
    import anthropic

    check_key(settings)
    timeout = anthropic.Timeout(read_sec, connect=connect_sec)
    client = anthropic.AsyncAnthropic(
        api_key=settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else None,
        base_url=base_url or API_URL,
        max_retries=retries,
        timeout=timeout,
        open_telemetry=False,
        http_client=anthropic.DefaultAsyncHttpxClient(timeout=timeout, follow_redirects=False),
    )
    _ = client.messages, client.models  # imports the rest of the SDK
    return client, SdkEdge(anthropic, "Anthropic", _HINTS)


if __name__ == "__main__":
    import sys

    from config import load_settings

    try:
        made, _edge = build_client(load_settings(), None, connect_sec=3.0, read_sec=10.0, retries=0)
    except ConfigError as error:
        sys.exit(str(error))
    print(f"{made.base_url}, {made.max_retries} retries")
