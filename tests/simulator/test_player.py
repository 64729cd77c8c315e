import numpy as np
import pytest

from simulator.audio import FRAME_BYTES, encode
from simulator.player import Player

TONE = encode(np.full(FRAME_BYTES, 5000))


def ticks(player: Player, count: int) -> list[str]:
    return [name for _ in range(count) for name in player.tick()]


def test_playing_starts_when_the_prefill_is_there() -> None:
    player = Player(prefill_sec=0.12)
    for _ in range(5):
        player.receive(TONE)
        player.tick()
    assert not player.has_spoken
    player.receive(TONE)
    player.tick()
    assert player.has_spoken


def test_sound_shorter_than_the_prefill_is_played_after_the_prefill_time() -> None:
    player = Player(prefill_sec=0.12)
    player.receive(TONE * 2)
    ticks(player, 6)
    assert not player.has_spoken
    ticks(player, 2)
    assert sum(player.loud) == 2


def test_a_gap_inside_an_utterance_is_an_underrun() -> None:
    player = Player(prefill_sec=0.12)
    player.receive(TONE * 6)
    ticks(player, 10)
    player.receive(TONE * 6)
    ticks(player, 6)
    assert [(gap.at_sec, gap.seconds) for gap in player.gaps] == [pytest.approx((0.12, 0.08))]


def test_the_pause_between_two_turns_is_no_underrun() -> None:
    player = Player(prefill_sec=0.12)
    player.receive(TONE * 6)
    ticks(player, 50)
    player.receive(TONE * 6)
    ticks(player, 10)
    assert player.gaps == []


def test_running_dry_in_a_pause_is_no_underrun() -> None:
    player = Player(prefill_sec=0.12)
    player.receive(TONE * 6 + b"\xff" * FRAME_BYTES)
    ticks(player, 10)
    player.receive(TONE * 6)
    ticks(player, 6)
    assert player.gaps == []


def test_a_mark_comes_back_when_the_audio_before_it_was_played() -> None:
    player = Player(prefill_sec=0.04)
    player.receive(TONE * 3)
    player.mark("first")
    player.receive(TONE * 2)
    player.mark("second")
    assert ticks(player, 2) == []
    assert player.tick() == ["first"]
    assert player.tick() == []
    assert player.tick() == ["second"]


def test_a_mark_without_audio_before_it_comes_back_at_once() -> None:
    player = Player()
    player.mark("now")
    assert player.tick() == ["now"]


def test_clear_drops_what_is_queued_and_returns_its_marks() -> None:
    player = Player(prefill_sec=0.04)
    player.receive(TONE * 50)
    player.mark("end")
    ticks(player, 5)
    player.clear()
    assert player.tick() == ["end"]
    ticks(player, 10)
    assert sum(player.loud) == 5
    assert player.gaps == [], "silence that was asked for is no underrun"


def test_it_knows_how_long_nothing_was_heard_and_what_still_waits() -> None:
    player = Player(prefill_sec=0.04)
    player.receive(TONE * 4)
    ticks(player, 3)
    assert player.silent_sec() == 0
    assert player.queued_loud_sec() == pytest.approx(0.02)
    ticks(player, 11)
    assert player.silent_sec() == pytest.approx(0.2)
    assert player.last_loud == 3
