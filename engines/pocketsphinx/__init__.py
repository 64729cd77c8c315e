"""Embedded speech recognition: pocketsphinx in processes of its own, with a language model of the practice's words.

Importing the package brings no Pipecat with it, because the decoder processes import it too; `PocketsphinxEngine`
loads the service's module when it starts.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from errors import SttError
from facts import PracticeFacts

if TYPE_CHECKING:
    from engines.pocketsphinx.client import DecoderPool
    from engines.pocketsphinx.service import PocketsphinxSTTService
    from stages.audio_heartbeat import VoiceActivity

_ROOT = Path(__file__).resolve().parents[2]
_BUILD_TIMEOUT_SEC = 120.0
_CONTEXT_OF = {"spelling": "name"}  # the dialogue's expectations that have no language model of their own


class PocketsphinxEngine:
    """The recognizer of the whole service: builds the model, owns the decoder processes, gives each call its service.

    Args:
        facts: the practice's facts; their names become the recognizer's words.
        cache_dir: folder in which built models are kept.
        decoders: calls that may be served at once.
        processes: decoder processes that share them.
    """

    def __init__(self, *, facts: PracticeFacts, cache_dir: Path, decoders: int, processes: int = 1) -> None:
        self._facts = facts
        self._cache_dir = cache_dir.resolve()
        self._decoders = decoders
        self._processes = processes
        self._pool: DecoderPool | None = None
        self._lock = asyncio.Lock()

    @property
    def name(self) -> str:
        return "pocketsphinx"

    @property
    def problem(self) -> str | None:
        """None: decoders that die are started again."""
        return None

    async def start(self) -> None:
        """Build or find the model and start the decoders; returns when each of them has decoded something.

        Raises:
            SttError: no model (`stt-model`) or no decoders (`stt-start`).
        """
        from engines.pocketsphinx.client import DecoderPool

        async with self._lock:
            if self._pool is not None:
                return
            await asyncio.to_thread(_import_service)
            model = await build_model(self._facts, self._cache_dir)
            pool = DecoderPool(model, decoders=self._decoders, processes=self._processes)
            try:
                await pool.start()
            except BaseException:
                await pool.close()
                raise
            self._pool = pool

    async def close(self) -> None:
        """End the decoder processes."""
        async with self._lock:
            pool, self._pool = self._pool, None
            if pool is not None:
                await pool.close()

    def new_service(
        self, *, expecting: Callable[[], str], voice: VoiceActivity | None = None
    ) -> PocketsphinxSTTService:
        """The STT service of one call.

        Args:
            expecting: what AVA's pending question asks for, in the dialogue's words (`name`, `phone`, `date` ...).
            voice: not needed here: the audio is decoded as it comes.

        Raises:
            SttError: the engine was not started (`stt-closed`).
        """
        from engines.pocketsphinx.service import PocketsphinxSTTService

        if self._pool is None:
            raise SttError("the engine is not started", code="stt-closed", retryable=False)
        return PocketsphinxSTTService(pool=self._pool, expecting=lambda: _CONTEXT_OF.get(expecting(), expecting()))


async def build_model(facts: PracticeFacts, cache_dir: Path) -> Path:
    """`language_model.build` in a process of its own, so that the event loop runs on. `cache_dir` is absolute.

    Raises:
        SttError: the process failed or took too long (`stt-model`).
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engines.pocketsphinx.language_model", str(cache_dir),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=_ROOT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_BUILD_TIMEOUT_SEC):
            out, _ = await child.communicate(facts.model_dump_json().encode())
    except TimeoutError as exc:
        raise SttError("building the language model took too long", code="stt-model", retryable=False) from exc
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise SttError("the language model could not be built", code="stt-model", retryable=False)
    return Path(out.decode().strip().splitlines()[-1])


def _import_service() -> None:
    import engines.pocketsphinx.service  # noqa: F401
