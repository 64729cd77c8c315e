"""Stand-ins for what production's engines and CRM need and a fresh clone has not: a Whisper model, Kokoro's files,
Ollama and Odoo.

The models are real files in miniature, which faster-whisper and kokoro-onnx load; the two servers speak the real wire.
So the service runs its production profile as on a practice's box, with the exception that Whisper hears one and the
same sentence whatever is said, and that nothing is known of the real models' speed.

python -m bench.stand_ins FOLDER        makes the files there and serves until Ctrl-C; prints the settings
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes import tiny_kokoro, tiny_whisper
from tests.fakes.odoo_server import OdooServer
from tests.fakes.ollama_server import OllamaServer

SAYS = "I would like an eye exam at Kendall."  # a request: each of these calls ends in a lead


@dataclass(frozen=True)
class StandIns:
    """The servers that run, and what the service has to be told.

    Attributes:
        environment: settings of the service, production profile.
        ollama: its faults can be switched while it runs.
        odoo: as `ollama`; None when the service has no CRM.
    """

    environment: dict[str, str]
    ollama: OllamaServer
    odoo: OdooServer | None


@asynccontextmanager
async def stand_ins(folder: Path, *, odoo: bool = True, says: str = SAYS) -> AsyncIterator[StandIns]:
    """Write the models into `folder`, and serve the others on loopback.

    Args:
        odoo: False leaves the service without a CRM: leads stay in the journal.
        says: what Whisper hears whenever there is sound.
    """
    await asyncio.to_thread(tiny_whisper.build, folder / "whisper", says=says)
    await asyncio.to_thread(tiny_kokoro.build, folder / "kokoro")
    async with AsyncExitStack() as stack:
        ollama = await stack.enter_async_context(OllamaServer())
        environment = {
            "AVC_PROFILE": "production",
            "WHISPER_MODEL": str(folder / "whisper"),
            "WHISPER_DEVICE": "cpu",
            "WHISPER_COMPUTE": "float32",
            "KOKORO_MODEL_DIR": str(folder / "kokoro"),
            "OLLAMA_URL": ollama.url,
        }
        crm = stack.enter_context(OdooServer()) if odoo else None
        if crm is not None:
            environment |= {
                "ODOO_URL": crm.url,
                "ODOO_DB": crm.database,
                "ODOO_USER": crm.login,
                "ODOO_API_KEY": crm.api_key,
            }
        yield StandIns(environment, ollama, crm)


async def _serve(folder: Path) -> None:
    async with stand_ins(folder) as running:
        for name, value in running.environment.items():
            print(f"{name}={value}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.stand_ins FOLDER")
    try:
        asyncio.run(_serve(Path(sys.argv[1])))
    except KeyboardInterrupt:
        pass
