"""What staff do, in a real Chromium: log in, see, filter, listen, tag, apply and undo, switch, run, log off."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from simulator.sample_calls import PLANTED
from tests.monitoring.browser.conftest import Open, Site, log_in
from tests.monitoring.browser.folders import LETTERS, SCRIPT, WRONG, answer_in, sid, yesterday

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

PAGES = ("/", "/alerts", "/calls", f"/calls/{sid(WRONG)}", "/tags", "/unanswered", "/facts", "/settings", "/audit")
WRONG_HOUR, RIGHT_HOUR = "3:00 PM", "1:00 PM"


async def until(page: Page, holds: str) -> None:
    """Wait until an expression holds. Playwright's own way needs `eval`, which the page's policy forbids."""
    async with asyncio.timeout(20):
        while not await page.evaluate(holds):
            await asyncio.sleep(0.05)


async def toast(page: Page, words: str) -> None:
    await expect(page.locator("#toasts")).to_contain_text(words)


async def test_staff_log_in_see_the_day_and_log_off(window: Open) -> None:
    page = (await window(user=None)).page
    await page.goto("/calls")
    await expect(page).to_have_url(re.compile("/login"))
    await log_in(page, "sofia")
    await expect(page).to_have_url(re.compile("/calls$"))
    await page.get_by_role("navigation").get_by_role("link", name="Today").click()
    await expect(page.get_by_role("heading", level=2, name="The phone")).to_be_visible()
    await page.goto(f"/?day={yesterday():%Y-%m-%d}")
    await expect(page.locator(".figure dt").first).to_have_text("Calls")
    await expect(page.locator(".figure b").first).to_have_text("2")
    await page.get_by_role("button", name="Log off").click()
    await expect(page.get_by_label("Password")).to_be_visible()
    await page.goto("/calls")
    await expect(page).to_have_url(re.compile("/login"))


async def test_a_wrong_password_is_told_and_lets_nobody_in(window: Open) -> None:
    visit = await window(user=None)
    await log_in(visit.page, "sofia", "four grey herons wade")
    await expect(visit.page.get_by_role("alert")).to_be_visible()
    await visit.page.goto("/calls")
    await expect(visit.page).to_have_url(re.compile("/login"))
    visit.problems[:] = [line for line in visit.problems if "status of 401" not in line]  # the browser's own line


async def test_calls_are_filtered(window: Open) -> None:
    page = (await window()).page
    await page.goto("/calls")
    await expect(page.locator("[data-call-row]")).to_have_count(2)
    await page.get_by_label("Office").select_option("kendall")
    await page.get_by_label("Office").dispatch_event("change")
    await expect(page).to_have_url(re.compile("location=kendall"))
    await expect(page.locator("[data-call-row]")).to_have_count(1)
    await expect(page.locator("[data-call-row] a").first).to_have_attribute("href", f"/calls/{sid(WRONG)}")
    await page.get_by_label("Call id").fill("CAffff")
    await page.get_by_label("Call id").press("Enter")
    await expect(page.get_by_text("No call fits this search")).to_be_visible()


async def test_a_recording_plays_and_the_transcript_follows(window: Open) -> None:
    page = (await window()).page
    await page.goto(f"/calls/{sid(WRONG)}")
    await expect(page.locator("[data-wave-state]")).to_have_text("")  # the waveform is drawn
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, "document.querySelector('audio').currentTime > 0.6")
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await page.locator("[data-line]", has_text=PLANTED["answer"]).locator("[data-jump]").click()
    await until(page, "document.querySelector('audio').currentTime > 5")
    await expect(page.locator("[data-line][aria-current]")).to_contain_text("Kendall office is open")
    await page.keyboard.press("Space")
    await until(page, "document.querySelector('audio').paused")
    stopped = await page.evaluate("document.querySelector('audio').currentTime")
    await page.get_by_label("Speed").select_option("2")
    await page.keyboard.press("ArrowLeft")
    assert await page.evaluate("document.querySelector('audio').currentTime") < stopped - 4
    assert await page.evaluate("document.querySelector('audio').playbackRate") == 2
    assert await page.evaluate("document.querySelector('audio').duration") == pytest.approx(12, abs=0.3)


async def test_the_two_tracks_are_measured(window: Open) -> None:
    page = (await window()).page
    await page.goto(f"/calls/{sid(WRONG)}")
    truth = page.locator("[data-truth]")
    await expect(truth).not_to_contain_text("Listening")
    await expect(truth).to_contain_text("ms")


async def test_a_call_is_tagged_and_found_by_its_tag(window: Open, site: Site) -> None:
    page = (await window()).page
    await page.goto(f"/calls/{sid(WRONG)}")
    await page.get_by_label("Corrected").check()
    await page.get_by_label("What AVA should have said").fill("Until 1:00 PM.")
    await page.get_by_role("button", name="Save the tag").click()
    await toast(page, "Tagged as corrected")
    tag = site.desk.tags.of(sid(WRONG))
    assert tag is not None
    assert (tag.quality, tag.right_answer, tag.by) == ("corrected", "Until 1:00 PM.", "sofia")
    await page.goto("/calls?tag=corrected")
    await expect(page.locator("[data-call-row]")).to_have_count(1)
    await page.goto("/tags")
    await expect(page.locator("main")).to_contain_text("Until 1:00 PM.")


async def test_reading_the_calls_finds_the_wrong_hour_which_is_applied_and_undone(window: Open, site: Site) -> None:
    page = (await window(user="adam")).page
    await page.goto("/settings")
    await page.get_by_role("button", name="Read the calls now").click()
    await expect(page.locator("[data-run-state]")).to_contain_text("Done", timeout=60_000)
    await page.goto("/alerts")
    alert = page.locator("[data-alert]", has_text=PLANTED["id"]).first
    await expect(alert.get_by_text("What was said")).to_be_visible()
    assert WRONG_HOUR in answer_in(site.facts)

    await alert.get_by_role("button", name="Apply").click()
    await expect(page.locator("#apply")).to_contain_text(RIGHT_HOUR)
    await page.locator("#apply [data-confirm]:enabled").click()
    await toast(page, "Applied")
    assert RIGHT_HOUR in answer_in(site.facts)
    await page.locator("#toasts").get_by_role("button", name="Undo").click()
    await toast(page, "Undone")
    assert WRONG_HOUR in answer_in(site.facts)


async def test_an_alert_is_dismissed_with_a_reason_by_keys(window: Open, site: Site) -> None:
    page = (await window(user="adam")).page
    if not site.desk.queue.all():
        await page.goto("/settings")
        await page.get_by_role("button", name="Read the calls now").click()
        await expect(page.locator("[data-run-state]")).to_contain_text("Done", timeout=60_000)
    left = len(site.desk.queue.open())
    if not left:
        pytest.fail("nothing is on the queue: the wrong hour was not found")
    await page.goto("/alerts")
    await page.keyboard.press("j")
    await page.keyboard.press("d")
    await page.get_by_role("button", name="AVA was right").click()
    await page.locator("#dismiss").get_by_role("button", name="Dismiss", exact=True).click()
    await toast(page, "Dismissed")
    assert len(site.desk.queue.open()) == left - 1


async def test_the_switch_survives_and_staff_may_not_turn_it(window: Open, site: Site) -> None:
    page = (await window(user="adam")).page
    await page.goto("/settings")
    switch = page.get_by_role("switch", name="Read the calls by schedule")
    await expect(switch).to_be_checked()
    await switch.press("Space")
    await toast(page, "switched off")
    assert not site.desk.state.enabled
    await page.reload()
    await expect(switch).not_to_be_checked()
    await switch.press("Space")
    await toast(page, "read by schedule")
    staff = (await window(user="sofia")).page
    await staff.goto("/settings")
    await expect(staff.get_by_role("switch", name="Read the calls by schedule")).to_be_disabled()


async def test_what_callers_say_is_letters_in_every_page(window: Open) -> None:
    page = (await window(user="adam")).page
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for path in (f"/calls/{sid(LETTERS)}", "/", "/calls", "/alerts", "/unanswered", "/tags", "/audit"):
        await page.goto(path)
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("window.broken") is None, path
        assert await page.locator("main b", has_text="Maria").count() == 0, path
    await page.goto(f"/calls/{sid(LETTERS)}")
    await expect(page.locator("[data-lines=live]")).to_contain_text(SCRIPT)
    await expect(page.locator("main")).to_contain_text("<b>Maria</b>")


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_page_fits_both_themes_and_sizes(window: Open, width: int, height: int, theme: str) -> None:
    page = (await window(user="adam", width=width, height=height, theme=theme)).page
    for path in PAGES:
        await page.goto(path)
        await expect(page.locator("h1")).to_be_visible()
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the window"
        paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        light = sum(int(part) for part in re.findall(r"\d+", paper)[:3]) / 3
        assert (light > 200) if theme == "light" else (light < 80), f"{path}: {paper}"


async def test_a_theme_that_was_chosen_stays(window: Open) -> None:
    page = (await window(theme="light")).page
    await page.goto("/calls")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(paper)
    button = page.locator("[data-theme-toggle]")
    await button.click()
    await expect(button).to_have_text("Theme: light")
    assert await page.evaluate(paper) == light
    await button.click()
    await expect(button).to_have_text("Theme: dark")
    dark = await page.evaluate(paper)
    assert dark != light
    await page.goto("/facts")
    await expect(button).to_have_text("Theme: dark")
    assert await page.evaluate(paper) == dark
