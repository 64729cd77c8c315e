"""Loads the one Whisper model of the process. What is wrong with its settings is said here, before the first ring."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.utils import _MODELS, download_model

from config import Settings
from engines.whisper import cuda
from errors import ConfigError
from log import log_event

NEEDED_FILES = ("model.bin", "config.json", "tokenizer.json")
MAX_WORKERS = 4  # decodes that compute at the same time; each has its own work memory
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_ANY_TYPE = ("default", "auto")  # CTranslate2 chooses

Fetch = Callable[..., str]


def load(settings: Settings, *, fetch: Fetch = download_model) -> WhisperModel:
    """Load the model of WHISPER_MODEL. Takes seconds, or minutes when it has to be downloaded: run it in a thread.

    Args:
        settings: the service's settings.
        fetch: finds a model by its name and returns its folder, as `faster_whisper.utils.download_model` does.

    Raises:
        ConfigError: names the variable that is wrong, what is wrong, and what to do.
    """
    device = usable_device(settings)
    check_compute_type(settings, device)
    folder = find_folder(settings.whisper_model, fetch=fetch)
    workers = min(MAX_WORKERS, max(2, settings.max_concurrent_calls))
    try:
        model = WhisperModel(
            str(folder),
            device=device,
            compute_type=settings.whisper_compute,
            cpu_threads=cpu_threads(),
            num_workers=workers,
        )
    except (RuntimeError, ValueError, OSError) as exc:
        raise refusal(settings, exc) from exc
    if settings.whisper_language not in model.supported_languages:
        raise ConfigError(
            f"WHISPER_LANGUAGE: the model of WHISPER_MODEL={settings.whisper_model} does not know "
            f"{settings.whisper_language}; expected one of {', '.join(sorted(model.supported_languages))}"
        )
    return model


def usable_device(settings: Settings) -> str:
    """`cuda` or `cpu`.

    Raises:
        ConfigError: WHISPER_DEVICE=cuda on a machine without a usable CUDA device.
    """
    if settings.whisper_device == "cpu":
        return "cpu"
    cuda.preload()
    try:
        devices, why = ctranslate2.get_cuda_device_count(), "no GPU, or no driver for it"
    except RuntimeError as exc:
        devices, why = 0, str(exc)
    if devices:
        return "cuda"
    if settings.whisper_device == "auto":
        return "cpu"
    raise ConfigError(
        f"WHISPER_DEVICE: cuda, but this machine has no usable CUDA device ({why}); set WHISPER_DEVICE=cpu and "
        "WHISPER_COMPUTE=int8, or install the NVIDIA driver and the packages of requirements-gpu.txt"
    )


def check_compute_type(settings: Settings, device: str) -> None:
    """Refuse a compute type that the device does not have.

    Raises:
        ConfigError: names those that it has.
    """
    supported = ctranslate2.get_supported_compute_types(device)
    if settings.whisper_compute not in {*supported, *_ANY_TYPE}:
        raise ConfigError(
            f"WHISPER_COMPUTE: {settings.whisper_compute} does not work on {device} "
            f"(WHISPER_DEVICE={settings.whisper_device}); expected one of {', '.join(sorted(supported))}"
        )


def find_folder(model: str, *, fetch: Fetch = download_model) -> Path:
    """The folder of a model that is given as a folder, as a size, or as owner/name on the Hugging Face hub.

    Raises:
        ConfigError: no such folder, a file is missing in it, no such size, or the model cannot be downloaded.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _checked(folder, model)
    if model in _MODELS:
        return _fetched(model, _MODELS[model], fetch)
    if _HUB_ID.fullmatch(model) and not model.startswith("."):
        return _fetched(model, model, fetch)
    if "/" in model or "\\" in model or model.startswith((".", "~")):
        raise ConfigError(f"WHISPER_MODEL: there is no folder {model}; expected a folder that has model.bin in it")
    raise ConfigError(
        f"WHISPER_MODEL: there is no model {model}; expected one of {', '.join(_MODELS)}, "
        "owner/name on the Hugging Face hub, or a folder"
    )


def _fetched(model: str, repository: str, fetch: Fetch) -> Path:
    """From the local cache, else from the hub."""
    try:
        return _checked(Path(fetch(repository, local_files_only=True)), model)
    except Exception:  # not there, or not whole: the hub client's errors have no common base
        log_event("whisper_download", model=repository)
    try:
        return _checked(Path(fetch(repository)), model)
    except ConfigError:
        raise
    except Exception as exc:
        raise ConfigError(
            f"WHISPER_MODEL: {model} is not on this machine and could not be downloaded ({type(exc).__name__}); run "
            f"`hf download {repository}` as the service's user where the hub can be reached, or copy the files of "
            f"https://huggingface.co/{repository} into a folder and give that folder as WHISPER_MODEL"
        ) from exc


def _checked(folder: Path, model: str) -> Path:
    missing = [name for name in NEEDED_FILES if not (folder / name).is_file()]
    if missing:
        raise ConfigError(
            f"WHISPER_MODEL: {', '.join(missing)} missing in the folder {folder} of {model}; expected a Whisper model "
            "in CTranslate2's format, with the tokenizer.json and preprocessor_config.json of the original beside it"
        )
    return folder


def cpu_threads() -> int:
    """Threads of one decode on a CPU. One core is left to the event loop that carries the calls' audio; more than
    eight do not make a decode of a few words quicker."""
    return min(8, max(1, (os.cpu_count() or 2) - 1))


def refusal(settings: Settings, exc: Exception) -> ConfigError:
    """What the operator has to change when the model cannot be loaded, or cannot decode."""
    text = str(exc)
    if "out of memory" in text:
        return ConfigError(
            f"WHISPER_MODEL: {settings.whisper_model} does not fit into the memory of the GPU; take a smaller model, "
            "or WHISPER_COMPUTE=int8_float16"
        )
    if any(mark in text.lower() for mark in ("libcu", "cuda", "cublas", "cudnn")):
        return ConfigError(
            f"WHISPER_DEVICE: {settings.whisper_device}, but the GPU cannot be used ({text}); install the packages of "
            "requirements-gpu.txt, or set WHISPER_DEVICE=cpu and WHISPER_COMPUTE=int8"
        )
    return ConfigError(
        f"WHISPER_MODEL: {settings.whisper_model} cannot be used ({type(exc).__name__}: {text}); expected a Whisper "
        "model in CTranslate2's format"
    )


if __name__ == "__main__":
    import sys
    import time

    from config import load_settings

    started = time.perf_counter()
    try:
        loaded = load(load_settings())
    except ConfigError as error:
        sys.exit(str(error))
    print(
        f"loaded in {time.perf_counter() - started:.1f} s: {loaded.model.device}, {loaded.model.compute_type}, "
        f"{'multilingual' if loaded.model.is_multilingual else 'English only'}"
    )
