"""NVIDIA's libraries from their pip wheels, found before CTranslate2 looks for them.

CTranslate2 opens `libcublas.so.12` by name when it first computes on a GPU. The wheels of requirements-gpu.txt put that
file where the system's loader does not look; a library that the process has already opened is found by its name.
"""

import ctypes
import importlib.util
import sys
from pathlib import Path

LIBRARIES = (  # in the order in which they need each other; cuDNN only where CTranslate2 was built with it
    ("cuda_runtime", "libcudart.so.12"),
    ("cublas", "libcublasLt.so.12"),
    ("cublas", "libcublas.so.12"),
    ("cudnn", "libcudnn.so.9"),
)


def preload(roots: list[Path] | None = None) -> list[str]:
    """Open the libraries that are installed as wheels. Returns their file names; none on other systems than Linux.

    Args:
        roots: folders that hold `cublas/lib` and so on; by default those of the installed `nvidia` packages.
    """
    if not sys.platform.startswith("linux"):
        return []
    found = (root / package / "lib" / name for root in roots or _wheels() for package, name in LIBRARIES)
    return [path.name for path in found if path.is_file() and _open(path)]


def _wheels() -> list[Path]:
    spec = importlib.util.find_spec("nvidia")
    return [Path(root) for root in spec.submodule_search_locations or ()] if spec else []


def _open(path: Path) -> bool:
    try:
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except OSError:  # of another CUDA or another processor: the system's own may do, and the warm-up tells
        return False
    return True


if __name__ == "__main__":
    import ctranslate2

    print(f"opened from wheels: {', '.join(preload()) or 'none'}")
    print(f"CUDA devices that CTranslate2 can use: {ctranslate2.get_cuda_device_count()}")
