"""What a rehearsal on a machine trains on: a random base of the real one's size, and the validation text.

Steps take as long as with the real base and the same graphs are compiled, so
whatever a machine lacks or takes shows before all of the packs have to be there.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapt.work_files import BASE_FILE, SOURCES_FILE, TOKENIZER_FILE

STEPS = 150
HERE = Path(__file__).parent


def prepared(work: Path, environment: dict[str, str], size: str) -> Path:
    """A fresh folder in the work folder, which has the corpus; `size` as in adapt.tiny_base."""
    if not (work / SOURCES_FILE).exists():
        sys.exit(f"{work} has no {SOURCES_FILE}, so its corpus was packed before `adapt.pack` was run; pack it again after that.")
    folder = work / "rehearsal"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, source in (("train.jsonl", "validation.jsonl"), *((n, n) for n in ("validation.jsonl", TOKENIZER_FILE, SOURCES_FILE))):
        (folder / name).symlink_to((work / source).resolve())
    subprocess.run([sys.executable, "-m", "adapt.tiny_base", str(folder.resolve() / BASE_FILE), "--size", size],
                   check=True, env=environment, cwd=HERE)
    return folder


@contextmanager
def tokenising(work: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Tokenises the corpus meanwhile, as the trainer would at its start; ends when that has, or at once where the body fails."""
    with subprocess.Popen(
        [sys.executable, HERE / "token_store.py", "--work", work, "--tokenizer", TOKENIZER_FILE], env=environment) as child:
        try:
            yield child
        except BaseException:
            child.terminate()
            raise
    if child.returncode:
        sys.exit("The corpus could not be tokenised; the error is printed above.")
