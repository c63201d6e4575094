"""The option --device of commands that train or compute with a training's networks."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class DeviceType(click.ParamType):  # type: ignore[type-arg]
    """``auto``, ``cpu``, ``cuda``, or one of several GPUs, such as ``cuda:1``."""

    name = "device"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name of a device."""
        if re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?", value) is None:
            self.fail(f"{value!r} is not one of 'auto', 'cpu', 'cuda' and 'cuda:1' (or another number).", param, ctx)
        return value


def takes_device(text: str) -> Callable[[Command], Command]:
    """Give a command the option --device, with a help text."""
    return click.option(
        "--device", type=DeviceType(), default="auto", show_default=True, metavar="[auto|cpu|cuda|cuda:1]", help=text
    )
