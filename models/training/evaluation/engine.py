"""Runs configurations through the command line and keeps what it wrote, so that a run can be stopped and continued."""

import hashlib
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from configurations import FIRST_SLOTS, Configuration
from held_out import Span


class Model:
    """A model folder, as far as requests need it."""

    def __init__(self, folder: Path):
        text = (folder / "model.json").read_text(encoding="utf-8")
        manifest = json.loads(text)
        self.folder = folder.resolve()
        self.name, self.version = manifest["name"], manifest["version"]
        # The manifest holds the hashes of all other files.
        self.sha256 = hashlib.sha256(text.encode()).hexdigest()
        self._most = manifest["maxSlots"]
        self._gap = manifest.get("spanGap", self._most)  # which a model of family masked-lm may leave out
        self._tokenizer = Tokenizer.from_file(str(folder / manifest["tokenizer"]["file"]))

    def oracle_slots(self, span: Span) -> list[int]:
        """The tokens of the author's text per range, as far as the model has slots for them."""
        most = min(self._gap, self._most // len(span.ranges))
        return [max(1, min(most, len(self._tokenizer.encode(text, add_special_tokens=False).ids)))
                for text in span.expected]


@dataclass(frozen=True)
class Engine:
    """The built command line and how it computes."""

    cli: Path
    threads: int
    execution_provider: str
    seed: int

    def command(self, configuration: Configuration, model: Model, requests: Path, fills: Path) -> list[str]:
        """The command that fills a file of requests."""
        return [
            "node", str(self.cli), "fill", "--batch", str(requests), "--out", str(fills),
            "--model", str(model.folder), "--ep", self.execution_provider, "--threads", str(self.threads),
            "--seed", str(self.seed), *configuration.options,
        ]


def request(span: Span, configuration: Configuration, model: Model) -> dict:
    """The line of a batch for a span under a configuration. Where L is automatic, T counts from the L at the start."""
    line = span.request()
    slots = [FIRST_SLOTS] * len(span.ranges)
    if configuration.oracle:
        slots = model.oracle_slots(span)
        line["slots"] = slots
    steps = configuration.steps_for(sum(slots))
    return line if steps is None else line | {"steps": steps}


class Fills:
    """The kept fills of one evaluation: a file per model and configuration, in a folder."""

    def __init__(self, folder: Path):
        self._folder = folder

    def path(self, configuration: Configuration, model: Model) -> Path:
        """Named after all that decides a fill but the engine itself."""
        settings = json.dumps([configuration.options, configuration.oracle, str(configuration.steps)])
        mark = hashlib.sha256((model.sha256 + settings).encode()).hexdigest()[:8]
        return self._folder / f"{model.name}-{configuration.name}-{mark}.jsonl"

    def known(self, configuration: Configuration, model: Model) -> dict[str, dict]:
        """The engine's answers so far, by span."""
        path = self.path(configuration, model)
        self._keep(path)
        if not path.exists():
            return {}
        answers = map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1])
        return {answer["id"]: answer for answer in answers}

    def complete(self, configuration: Configuration, model: Model, spans: list[Span], engine: Engine) -> None:
        """Fills the spans that are not known yet, all in one engine process.

        Raises subprocess.CalledProcessError when the command line fails; what it wrote until then is kept.
        """
        known = self.known(configuration, model)
        missing = [span for span in spans if span.id not in known]
        count = f"{len(spans) - len(missing)} of {len(spans)} spans known"
        print(f"{model.name}, {configuration.label}: {count}", flush=True)
        if not missing:
            return
        path = self.path(configuration, model)
        self._folder.mkdir(parents=True, exist_ok=True)
        requests = path.with_suffix(".requests")
        requests.write_text("".join(
            json.dumps(request(span, configuration, model)) + "\n" for span in missing), encoding="utf-8")
        started = time.monotonic()
        try:
            part = path.with_suffix(".part")
            ended = subprocess.run(engine.command(configuration, model, requests, part))
            # 1 is also what a batch ends with that could not fill some of its lines.
            answered = part.exists() and part.read_bytes().count(b"\n") == len(missing)
            if ended.returncode != 0 and not (ended.returncode == 1 and answered):
                ended.check_returncode()
        finally:
            self._keep(path)
            requests.unlink()
        seconds = time.monotonic() - started
        print(f"  {len(missing)} fills in {seconds:.0f} s, {seconds / len(missing):.2f} s each", flush=True)

    def _keep(self, path: Path) -> None:
        """Moves the whole lines of an engine that ended, however it did, to the kept ones."""
        part = path.with_suffix(".part")
        if not part.exists():
            return
        whole = part.read_bytes().rpartition(b"\n")
        with path.open("ab") as kept:
            kept.write(whole[0] + whole[1])
        part.unlink()
