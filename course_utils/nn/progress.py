"""A progress bar for loops that turn out to be long."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")
BAR_AFTER = 2.0  # seconds before a bar shows


def progress(items: Collection[Item], unit: str) -> Iterator[Item]:
    """The items one by one; a bar that counts `unit` appears once BAR_AFTER seconds have passed.

    Not before: in a notebook a bar is a dozen messages when it is made, even if it never shows.
    """
    start, bar = perf_counter(), None
    try:
        for done, item in enumerate(items, 1):
            yield item
            if bar:
                bar.update()
            elif perf_counter() - start > BAR_AFTER:
                from tqdm.auto import tqdm  # here, because it costs a tenth of a second

                bar = tqdm(total=len(items), initial=done, desc=unit, leave=False)
    finally:
        if bar:
            bar.close()
