"""The first function call of a streamed answer, put together from the parts in which it comes."""

from engines.chat import ToolCall

MAX_ARGUMENTS = 4000  # characters; no function of ours takes a tenth of that


class StreamedCall:
    """Collects one answer's first call. Servers number the calls of an answer; some give all of them the same number,
    so that a second name begins a second call, too. The others are left out."""

    def __init__(self) -> None:
        self._index: int | None = None
        self._name = ""
        self._arguments = ""
        self._is_over = False

    def add(self, index: int, name: str, arguments: str) -> None:
        """One part: the name comes once, with the first part; the arguments in any number of pieces."""
        if self._index is None:
            self._index = index
        if index != self._index:
            return
        self._is_over = self._is_over or bool(name and self._name)
        if not self._is_over:
            self._name = self._name or name
            self._arguments = (self._arguments + arguments)[:MAX_ARGUMENTS]

    @property
    def call(self) -> ToolCall | None:
        """None when nothing was called."""
        return ToolCall(self._name, self._arguments) if self._index is not None else None


if __name__ == "__main__":
    trial = StreamedCall()
    for part in ((0, "hold", ""), (0, "", '{"number"'), (0, "", ": 2}"), (1, "end", "{}")):
        trial.add(*part)
    print(trial.call)
