"""Silero voice activity detection with one model for the whole process.

Pipecat's analyzer loads the model once per call (35 to 63 ms with the event loop held, 9.7 MB each); here the ONNX
session is loaded once and every call keeps only its own recurrent state. A window of 32 ms takes about 0.15 ms, less
than handing it to a thread costs, so it runs where the audio is.
"""

import time
from importlib import resources
from typing import Any

import onnxruntime
from pipecat.audio.vad.silero import SileroOnnxModel, SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams, VADState

from config import Settings


class _SharedModel(SileroOnnxModel):
    """A call's recurrent state over the process's session (running a session is thread-safe in ONNX Runtime)."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self.session = session
        self.reset_states()
        self.sample_rates = [8000, 16000]


class CallVADAnalyzer(SileroVADAnalyzer):
    """One call's analyzer. Remembers when the caller was last heard, and when the speech was called over."""

    def __init__(self, session: onnxruntime.InferenceSession, params: VADParams) -> None:
        VADAnalyzer.__init__(self, params=params)
        self._model: Any = _SharedModel(session)
        self._windows_since_reset = 0
        self._low_confidence_windows = 0
        self.last_speech: float = time.monotonic()
        self.stopped_at: float = self.last_speech

    @property
    def state(self) -> VADState:
        return self._vad_state

    async def analyze_audio(self, buffer: bytes) -> VADState:
        """Take audio in (16-bit mono PCM at the pipeline's rate) and return the state after it."""
        before = self._vad_state
        state = self._run_analyzer(buffer)
        if state is VADState.SPEAKING:
            self.last_speech = time.monotonic()
        elif state is VADState.QUIET and before is VADState.STOPPING:
            self.stopped_at = time.monotonic()
        return state


class SileroEngine:
    """Loads the model once and makes an analyzer per call."""

    def __init__(self, settings: Settings) -> None:
        self._params = VADParams(
            confidence=settings.vad_confidence,
            start_secs=settings.vad_start_secs,
            stop_secs=settings.vad_stop_secs,
            min_volume=settings.vad_min_volume,
        )
        self._session: onnxruntime.InferenceSession | None = None

    async def start(self) -> None:
        """Load the session and run it once, so that the first call is as quick as the tenth."""
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        model = resources.files("pipecat.audio.vad.data").joinpath("silero_vad.onnx").read_bytes()
        self._session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"], sess_options=options)
        analyzer = self.new_analyzer()
        analyzer.set_sample_rate(8000)
        await analyzer.analyze_audio(bytes(2 * 8000))

    def new_analyzer(self) -> CallVADAnalyzer:
        assert self._session is not None, "start() comes first"
        return CallVADAnalyzer(self._session, self._params.model_copy())


async def _main() -> None:
    engine = SileroEngine(load_settings())
    await engine.start()
    analyzer = engine.new_analyzer()
    analyzer.set_sample_rate(8000)
    started = time.perf_counter()
    for _ in range(500):
        await analyzer.analyze_audio(bytes(320))
    print(f"{(time.perf_counter() - started) / 10 * 100:.2f} % of a core for one call's audio (20 ms frames, 8 kHz)")


if __name__ == "__main__":
    import asyncio

    from config import load_settings

    asyncio.run(_main())
