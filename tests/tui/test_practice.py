from __future__ import annotations

import pytest
from tests.tui.conftest import NARROW, WIDE, MakeApp, Sit

from ssc_tui.catalogue.practice import documents


@pytest.mark.parametrize("size", [(60, 20), NARROW, WIDE])
async def test_every_screen_says_that_the_data_are_for_practice(sit: Sit, make_app: MakeApp, size: tuple[int, int]) -> None:
    async with sit(app=make_app(documents(), origin="practice", dataset="practice"), size=size) as desk:
        assert desk.lines()[0].strip().startswith("Practice data")
        assert "practice data" in desk.bar("status")
        for key in ("question_mark", "comma", "S", "c", "f"):
            await desk.press(key)
            assert desk.on != "list", key
            assert "Practice data" in desk.lines()[0], key
            await desk.press("escape")


async def test_the_real_catalogue_does_not_say_so(sit: Sit) -> None:
    async with sit() as desk:
        assert not any("ractice data" in line for line in desk.lines())
