"""What the exported folder says of the model, and on whose word."""

from collections.abc import Iterable


class Choices:
    """Takes the first source that knows a thing, prints what was taken from where, and keeps that for model.json."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}

    def take(self, name: str, candidates: Iterable[tuple[object, str]]):
        """The value of the first of the (value, source) pairs that has one; None if none has.

        An empty text is a value: it says that there is none, whatever later sources say.
        """
        value, source = next(((value, source) for value, source in candidates if value is not None), (None, "nothing names one"))
        value = None if value == "" else value
        print(f"  {name}: {'none' if value is None else value} ({source})", flush=True)
        self.sources[name] = source
        return value
