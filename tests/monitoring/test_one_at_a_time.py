import asyncio
from pathlib import Path

import pytest

from errors import StorageError
from monitoring.change_error import ChangeError
from monitoring.one_at_a_time import OneAtATime


async def test_two_holders_take_turns_also_with_a_lock_of_their_own(tmp_path: Path) -> None:
    inside, most = 0, 0

    async def work(turn: OneAtATime) -> None:
        nonlocal inside, most
        async with turn:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    shared, other = OneAtATime(tmp_path / "lock"), OneAtATime(tmp_path / "lock")
    await asyncio.gather(work(shared), work(shared), work(other), work(other))
    assert most == 1
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


async def test_who_waits_too_long_is_told_and_may_come_again(tmp_path: Path) -> None:
    holder, waiter = OneAtATime(tmp_path / "lock"), OneAtATime(tmp_path / "lock", wait_sec=0.1)
    async with holder:
        with pytest.raises(ChangeError) as caught:
            await waiter.__aenter__()
    assert (caught.value.code, caught.value.retryable) == ("busy", True)
    async with waiter:
        pass


async def test_an_error_inside_lets_the_next_one_in(tmp_path: Path) -> None:
    turn = OneAtATime(tmp_path / "lock")
    with pytest.raises(ValueError, match="inside"):
        async with turn:
            raise ValueError("inside")
    async with turn:
        pass


async def test_a_lock_that_cannot_be_made_is_an_error_of_storage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    turn = OneAtATime(tmp_path / "file" / "lock")
    for _ in range(2):
        with pytest.raises(StorageError):
            await turn.__aenter__()
