"""What is wrong with Whisper's settings is said at start, with the variable's name and what to do."""

import json
import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import pytest

from config import Settings
from engines.whisper import WhisperEngine, cuda
from engines.whisper.model import find_folder, refusal
from errors import ConfigError
from practice import load_facts
from tests.fakes import tiny_whisper

REPOSITORY = "Systran/faster-whisper-medium"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper.build(tmp_path_factory.mktemp("whisper"))


@pytest.fixture
def broken(folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(folder, tmp_path / "model"))


def settings(model: Path | str, **options: Any) -> Settings:
    given = {"whisper_device": "cpu", "whisper_compute": "float32", **options}
    return Settings(_env_file=None, whisper_model=str(model), **given)


async def refused(wrong: Settings) -> str:
    engine = WhisperEngine(wrong, load_facts())
    with pytest.raises(ConfigError) as caught:
        await engine.start()
    assert engine.problem == "stt-closed"
    return str(caught.value)


async def test_a_folder_that_is_not_there() -> None:
    assert "WHISPER_MODEL: there is no folder /no/such/model" in await refused(settings("/no/such/model"))


async def test_a_size_that_does_not_exist() -> None:
    message = await refused(settings("enormous"))
    assert "WHISPER_MODEL: there is no model enormous" in message
    assert "large-v3" in message


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json"])
async def test_a_folder_without_one_of_its_files(broken: Path, name: str) -> None:
    (broken / name).unlink()
    message = await refused(settings(broken))
    assert message.startswith(f"WHISPER_MODEL: {name} missing in the folder")


async def test_a_model_file_that_is_none(broken: Path) -> None:
    (broken / "model.bin").write_bytes(b"no model")
    assert "WHISPER_MODEL: " in await refused(settings(broken))


async def test_a_model_that_loads_but_cannot_decode(broken: Path) -> None:
    (broken / "preprocessor_config.json").write_text(json.dumps({"feature_size": 128}))
    message = await refused(settings(broken))
    assert "WHISPER_MODEL: " in message
    assert "128" in message


@pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="this machine has a CUDA device")
async def test_cuda_on_a_machine_without_it(folder: Path) -> None:
    message = await refused(settings(folder, whisper_device="cuda", whisper_compute="float16"))
    assert message.startswith("WHISPER_DEVICE: cuda, but this machine has no usable CUDA device")
    assert "WHISPER_DEVICE=cpu and WHISPER_COMPUTE=int8" in message


@pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="this machine has a CUDA device")
async def test_auto_takes_the_cpu_where_there_is_no_gpu(folder: Path) -> None:
    engine = WhisperEngine(settings(folder, whisper_device="auto", whisper_compute="default"), load_facts())
    await engine.start()
    assert engine.problem is None
    await engine.close()


@pytest.mark.parametrize("compute", ["float16", "int4"])
async def test_a_compute_type_that_the_device_does_not_have(folder: Path, compute: str) -> None:
    message = await refused(settings(folder, whisper_compute=compute))
    assert message.startswith(f"WHISPER_COMPUTE: {compute} does not work on cpu")
    assert "int8" in message


async def test_a_language_that_the_model_does_not_know(folder: Path) -> None:
    assert "WHISPER_LANGUAGE: " in await refused(settings(folder, whisper_language="xx"))


def test_a_model_in_the_cache_is_not_downloaded(folder: Path) -> None:
    asked: list[dict[str, Any]] = []

    def fetch(name: str, **options: Any) -> str:
        asked.append({"name": name, **options})
        return str(folder)

    assert find_folder("medium", fetch=fetch) == folder
    assert asked == [{"name": REPOSITORY, "local_files_only": True}]


def test_a_model_that_is_not_in_the_cache_is_downloaded(folder: Path) -> None:
    def fetch(name: str, *, local_files_only: bool = False) -> str:
        if local_files_only:
            raise FileNotFoundError(name)
        return str(folder)

    assert find_folder("owner/whisper-medical", fetch=fetch) == folder


def test_a_model_that_cannot_be_downloaded_says_how_to_get_it() -> None:
    def fetch(name: str, **_options: Any) -> str:
        raise ConnectionError(name)

    with pytest.raises(ConfigError, match=f"hf download {REPOSITORY}") as caught:
        find_folder("medium", fetch=fetch)
    assert "folder as WHISPER_MODEL" in str(caught.value)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("CUDA failed with error out of memory", "WHISPER_MODEL: medium does not fit"),
        ("Library libcublas.so.12 is not found or cannot be loaded", "requirements-gpu.txt"),
        ("CUDA driver version is insufficient for CUDA runtime version", "WHISPER_DEVICE: cuda"),
    ],
)
def test_a_gpu_that_fails_says_what_to_do(said: str, answer: str) -> None:
    wrong = Settings(_env_file=None, whisper_model="medium", whisper_device="cuda")
    assert answer in str(refusal(wrong, RuntimeError(said)))


def test_libraries_from_wheels_are_opened_where_they_are_installed(tmp_path: Path) -> None:
    assert cuda.preload([tmp_path]) == []
    library = next(Path(ctranslate2.__file__).parent.parent.glob("ctranslate2.libs/libgomp*"))
    good, bad = tmp_path / "cublas" / "lib" / "libcublas.so.12", tmp_path / "cudnn" / "lib" / "libcudnn.so.9"
    for path in (good, bad):
        path.parent.mkdir(parents=True)
    shutil.copy(library, good)
    bad.write_bytes(b"of another processor")
    assert cuda.preload([tmp_path]) == ["libcublas.so.12"]
