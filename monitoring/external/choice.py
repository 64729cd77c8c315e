"""Which reader the settings allow. Where they allow none, nothing that could send is made."""

import asyncio
from collections.abc import Callable

from call import Clock
from clock import SystemClock
from config import Settings
from errors import EngineError
from facts import PracticeFacts
from monitoring.external import claude
from monitoring.external.claude import Claude
from monitoring.external.local import Busy, Local
from monitoring.external.outbound import OUTBOUND_FILE, OutboundLog
from monitoring.external.reader import ExternalReader, Model, Parts
from monitoring.targets import Targets, targets_from


def why_not(settings: Settings) -> str | None:
    """Why no model reads calls beside the rules, for staff; None where one does."""
    if settings.monitoring_tokens == 0:
        return "MONITORING_TOKENS is 0: no model is asked"
    if settings.monitoring_provider == "ollama":
        return None
    if not settings.monitoring_external:
        return "MONITORING_EXTERNAL is false: nothing of a call leaves the practice"
    if settings.anthropic_api_key is None:
        return "ANTHROPIC_API_KEY is missing"
    return None


def reader_from(
    settings: Settings,
    facts: PracticeFacts,
    *,
    busy: Busy | None = None,
    allowed: Callable[[], bool] = lambda: True,
    clock: Clock | None = None,
    targets: Targets | None = None,
    base_url: str | None = None,
    read_timeout_sec: float | None = None,
) -> ExternalReader | None:
    """The reader that the settings allow, or None (`why_not` says why); then nothing that could send is made either.

    Args:
        busy: whether the phone service has a call: the local model rests meanwhile.
        allowed: asked before every request that leaves, so that staff can forbid it in the middle of a run.
        base_url: of Anthropic's API.
    """
    if why_not(settings) is not None:
        return None
    clock = clock or SystemClock()
    name = settings.monitoring_provider
    model: Model
    if name == "anthropic":
        model = Claude(settings, base_url=base_url, read_timeout_sec=read_timeout_sec or claude.READ_TIMEOUT_SEC)
    else:
        model = Local(settings, busy=busy)
    log = OutboundLog(settings.monitoring_dir / OUTBOUND_FILE, clock)
    return ExternalReader(name, Parts(settings, facts, model, targets or targets_from(settings, clock), log, allowed))


async def _main() -> None:
    import sys

    from config import load_settings
    from dialogue.sample import sample_facts

    settings = load_settings()
    reader = reader_from(settings, sample_facts(settings.facts_dir))
    if reader is None:
        sys.exit(why_not(settings))
    try:
        await reader.check()
        print(f"{reader.name} can be asked")
    except EngineError as error:
        sys.exit(f"{error.code}: {error}")
    finally:
        await reader.aclose()


if __name__ == "__main__":
    asyncio.run(_main())
