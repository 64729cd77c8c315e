import numpy as np
from pipecat.audio.vad.vad_analyzer import VADState

from config import load_settings
from engines.espeak import EspeakEngine
from engines.silero import CallVADAnalyzer, SileroEngine

FRAME = 320  # bytes of 20 ms at 8 kHz


async def states(analyzer: CallVADAnalyzer, pcm: bytes) -> list[VADState]:
    return [await analyzer.analyze_audio(pcm[at : at + FRAME]) for at in range(0, len(pcm), FRAME)]


async def analyzer_of(engine: SileroEngine) -> CallVADAnalyzer:
    analyzer = engine.new_analyzer()
    analyzer.set_sample_rate(8000)
    return analyzer


async def speech() -> bytes:
    voice = EspeakEngine()
    pcm = await voice.synthesize("I would like to book an appointment, please.", 8000)
    await voice.close()
    return pcm


async def test_speech_is_heard_and_its_end_noticed_after_the_stop_time() -> None:
    engine = SileroEngine(load_settings(None))
    await engine.start()
    analyzer = await analyzer_of(engine)
    seen = await states(analyzer, bytes(8000) + await speech() + bytes(16000))
    assert VADState.SPEAKING in seen
    assert seen[-1] is VADState.QUIET
    assert analyzer.stopped_at >= analyzer.last_speech


async def test_silence_and_faint_hiss_are_no_speech() -> None:
    engine = SileroEngine(load_settings(None))
    await engine.start()
    hiss = np.random.default_rng(1).normal(0, 60, 16000).astype("<i2").tobytes()
    assert VADState.SPEAKING not in await states(await analyzer_of(engine), bytes(16000) + hiss)


async def test_calls_share_the_model_and_nothing_else() -> None:
    engine = SileroEngine(load_settings(None))
    await engine.start()
    one, other = await analyzer_of(engine), await analyzer_of(engine)
    assert one._model.session is other._model.session
    said = await speech()
    alone = await states(await analyzer_of(engine), said)
    mixed = []
    for at in range(0, len(said), FRAME):
        mixed.append(await one.analyze_audio(said[at : at + FRAME]))
        await other.analyze_audio(bytes(FRAME))
    assert mixed == alone
