"""The door for several cards on a machine without any: accelerate takes processes for cards.

Left to itself it shares a model between cards alone, not between processes on the CPU.
"""

import sys
from typing import Any

import accelerate.state as state
from accelerate.utils import DistributedType

from training import several_cards


def main() -> int:
    """Start as `python -m training.several_cards` does, each process as a card."""
    begin = state.PartialState.__init__

    def begin_as_card(self: Any, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        if self.distributed_type == DistributedType.MULTI_CPU:
            self.distributed_type = DistributedType.MULTI_GPU

    state.PartialState.__init__ = begin_as_card  # type: ignore[method-assign]
    return several_cards.main()


if __name__ == "__main__":
    sys.exit(main())
