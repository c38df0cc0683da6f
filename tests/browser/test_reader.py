"""Languages, phones and schemes: the page fits its reader."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from fanwire.testing.process import FanwireProcess
from tests.browser.conftest import OpenDemo, publish
from tests.processes import Api


async def test_the_language_follows_the_browser_and_is_remembered(open_demo: OpenDemo) -> None:
    demo = await open_demo(locale="ru-RU")
    root = demo.page.locator("html")
    await expect(root).to_have_attribute("lang", "ru")
    await expect(demo.first.drop).to_have_text("Оборвать мою связь на 10 секунд")
    await demo.page.get_by_role("button", name="English").click()
    await expect(root).to_have_attribute("lang", "en")
    await expect(demo.first.drop).to_have_text("Drop my connection for 10 seconds")
    await expect(demo.page).to_have_title("Fanwire — events in real time")
    await demo.page.reload()
    await demo.settled()
    await expect(root).to_have_attribute("lang", "en")
    await expect(demo.first.drop).to_have_text("Drop my connection for 10 seconds")


async def test_what_came_before_is_said_in_the_new_language_too(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Two languages")
    demo = await open_demo("anna", "clara")
    await demo.second.post(post_id).like.click()
    await demo.first.bell.click()
    await expect(demo.first.notifications).to_contain_text("Клара liked your post")
    await demo.page.get_by_role("button", name="Русский").click()
    await demo.first.bell.click()
    await expect(demo.first.notifications).to_contain_text("Клара поставил лайк вашему посту")
    await expect(demo.second.post(post_id).like).to_have_accessible_name("Нравится: 1 лайк")
    await expect(demo.first.state).to_have_text("на связи")


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 непрочитанное уведомление"), (3, "3 непрочитанных уведомления"), (5, "5 непрочитанных уведомлений")],
)
async def test_russian_counts_in_its_own_forms(open_demo: OpenDemo, api: Api, count: int, words: str) -> None:
    post_id = await publish(api, f"Forms {count}")
    for number in range(count):
        await api.ok("boris", "POST", f"/api/posts/{post_id}/comments", {"content": str(number)})
    demo = await open_demo("anna", "clara", locale="ru-RU")
    await expect(demo.first.root.locator(".bell-place [role=status]")).to_have_text(words)


async def test_the_chosen_people_stay_chosen(open_demo: OpenDemo) -> None:
    demo = await open_demo("anna", "clara")
    await demo.second.root.get_by_label("Who you are").select_option("boris")
    await demo.second.settled()
    await expect(demo.second.log(channel="notifications:boris")).to_have_count(1)
    await demo.page.reload()
    await demo.settled()
    await expect(demo.second.root.get_by_label("Who you are")).to_have_value("boris")


PANELS = {
    "anna": ("feed", "studio", "messages", "money", "profile"),
    "boris": ("feed", "messages", "money", "subscriptions", "profile"),
}


@pytest.mark.parametrize("locale", ["ru-RU", "en-US"])
async def test_on_a_phone_one_column_is_shown_and_nothing_sticks_out(
    open_demo: OpenDemo, api: Api, locale: str
) -> None:
    await publish(api, "A_title_without_a_single_place_to_break_" * 4, "word" * 100, isLocked=True, price=49_900)
    demo = await open_demo("anna", "boris", viewport={"width": 390, "height": 844}, locale=locale)
    people = demo.page.locator(".people button")
    for index, (column, panels) in enumerate(zip((demo.first, demo.second), PANELS.values(), strict=True)):
        await people.nth(index).click()
        await expect(column.root).to_be_visible()
        await expect(demo.page.locator("section.column:visible")).to_have_count(1)
        await column.root.locator(".log summary").click()
        for panel in panels:
            await column.open(panel)
            assert await demo.page.evaluate("document.documentElement.scrollWidth") == 390, panel
        await column.bell.click()
        box = await column.panel.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
        await column.bell.click()


async def test_on_a_phone_the_tab_of_another_person_counts_for_them(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Seen from the other tab")
    demo = await open_demo("anna", "clara", viewport={"width": 390, "height": 844})
    people = demo.page.locator(".people button")
    await people.nth(1).click()
    await demo.second.post(post_id).like.click()
    await expect(people.nth(0)).to_have_text("Анна1")


async def test_on_a_desktop_they_are_side_by_side(open_demo: OpenDemo) -> None:
    demo = await open_demo(viewport={"width": 1280, "height": 900})
    await expect(demo.page.locator(".people")).to_be_hidden()
    first, second = await demo.first.root.bounding_box(), await demo.second.root.bounding_box()
    assert first is not None and second is not None
    assert second["x"] >= first["x"] + first["width"]
    assert await demo.page.evaluate("document.documentElement.scrollWidth") == 1280


async def test_without_an_address_of_its_own_the_page_shows_all_three(
    open_demo: OpenDemo, site: FanwireProcess
) -> None:
    demo = await open_demo()
    await demo.page.goto(site.url)
    for column, user, panel in (
        (demo.first, "anna", "studio"),
        (demo.second, "boris", "feed"),
        (demo.third, "clara", "feed"),
    ):
        await column.settled()
        await expect(column.root.get_by_label("Who you are")).to_have_value(user)
        await expect(column.root.locator(f".panel-{panel}")).to_be_visible()
    assert await demo.page.evaluate("document.documentElement.scrollWidth") == 1280


async def test_the_scheme_is_the_readers(open_demo: OpenDemo) -> None:
    paint = "getComputedStyle(document.body).backgroundColor"
    light = await open_demo(color_scheme="light")
    dark = await open_demo(color_scheme="dark")
    assert await light.page.evaluate(paint) == "rgb(245, 244, 240)"
    assert await dark.page.evaluate(paint) == "rgb(21, 23, 26)"


async def test_a_refused_act_is_said_and_what_was_typed_stays(open_demo: OpenDemo, complaints: list[str]) -> None:
    half = (await open_demo("anna", "clara")).first
    await half.open("studio")
    await half.root.get_by_role("button", name="New post").click()
    await half.root.get_by_role("textbox", name="Title").fill("   ")
    await half.root.get_by_role("textbox", name="Text").fill("text")
    await half.root.get_by_role("button", name="Publish").click()
    await expect(half.root.get_by_role("alert")).to_contain_text("The server refused: ")
    await expect(half.root.get_by_role("alert")).to_contain_text("title")
    await expect(half.root.get_by_role("textbox", name="Text")).to_have_value("text")
    await half.root.get_by_role("button", name="Close").click()
    await expect(half.root.locator(".error")).to_be_hidden()
    # Chromium's console tells of every answer of 400 and above; this one was meant.
    assert ["422" in complaint for complaint in complaints] == [True]
    complaints.clear()


async def test_a_server_that_does_not_answer_is_said(open_demo: OpenDemo, complaints: list[str]) -> None:
    demo = await open_demo("anna", "clara")
    await demo.page.route("**/like", lambda route: route.abort())
    await demo.second.root.locator("button.like:visible").first.click()
    await expect(demo.second.root.get_by_role("alert")).to_contain_text("The server does not answer.")
    complaints.clear()
