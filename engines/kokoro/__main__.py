"""`python -m engines.kokoro "Hello."`: speak with the model of KOKORO_MODEL_DIR, and say how long it took."""

import asyncio
import sys
import time
from contextlib import closing

import numpy as np
import soundfile

from config import load_settings
from engines.espeak import EspeakEngine
from engines.kokoro import KokoroEngine
from errors import AvaError, TtsError

RATE_HZ = 8000


async def _tell(error: TtsError) -> None:
    print(f"{error.code}: {error}; the other voice speaks")


async def _main(text: str) -> None:
    engine = KokoroEngine(load_settings(), fallback=EspeakEngine())
    started = time.perf_counter()
    await engine.start()
    print(f"loaded in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    pieces = []
    with closing(engine.utterance(text, RATE_HZ, _tell)) as utterance:
        async for pcm in utterance:
            pieces.append(pcm)
            print(f"{(time.perf_counter() - started) * 1000:7.0f} ms: {len(pcm) / 2 / RATE_HZ:.2f} s of speech")
    soundfile.write("kokoro.wav", np.frombuffer(b"".join(pieces), dtype="<i2"), RATE_HZ)
    print("-> kokoro.wav")
    await engine.close()


if __name__ == "__main__":
    try:
        asyncio.run(_main(" ".join(sys.argv[1:]) or "Thank you for calling Advanced Vision Care. How can I help you?"))
    except AvaError as failure:
        sys.exit(str(failure))
