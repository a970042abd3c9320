"""The whole pipeline in a minute or two, without network: this project's own source as two packages.

Passes if every stage runs and the exported graphs agree with PyTorch, if a
packed corpus can be trained on in chunks and from weights alone, and if the
ablations and the adaptation of a tiny random base run, and the rehearsal of one.
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from itertools import count
from pathlib import Path

from fetch import describe
from split import split_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def named(split: str) -> str:
    """A package name that falls into a split."""
    return next(name for name in (f"fixture{i}" for i in count()) if split_of(name) == split)


def wheel(folder: Path, name: str, files: list[Path]) -> Path:
    """A Python package with MIT metadata."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nLicense-Expression: MIT\n\n")
        for file in files:
            archive.write(file, f"{name}/{file.name}")
    return path


def tarball(folder: Path, name: str, files: list[Path]) -> Path:
    """An npm package with MIT metadata."""
    path = folder / f"{name}-1.0.0.tgz"
    package = json.dumps({"name": name, "version": "1.0.0", "license": "MIT"}).encode()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/package.json")
        member.size = len(package)
        archive.addfile(member, io.BytesIO(package))
        for file in files:
            archive.add(file, f"package/{file.relative_to(ROOT)}")
    return path


def script(name: str, *options: object) -> str:
    """Run a script and return what it printed."""
    done = subprocess.run([sys.executable, HERE / f"{name}.py", *map(str, options)], stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="", flush=True)
    if done.returncode:
        sys.exit(f"{name}.py failed")
    return done.stdout


def chunks(work: Path, folder: Path) -> None:
    """Pack, then train in two chunks, then go on from the parts of the bf16 weights alone, with steps left or none."""
    print("== pack and chunks", flush=True)
    folder.mkdir()
    packed = folder / "corpus.tar.xz"
    script("pack", "--work", work, "--out", packed, "--preset", 1)
    chunk = lambda where, minutes, steps, *options: script(
        "gpu", "--pack", packed, "--work", where, "--recipe", "smoke", "--device", "cpu", "--workers", 1,
        "--chunk-minutes", minutes, *options, "--", "--steps", steps, "--no-compile", "--report-every", 5)
    first, second = folder / "first", folder / "second"
    if "repeat the command" not in chunk(first, 0, 12) or "complete" not in chunk(first, 5, 12):
        sys.exit("A run in chunks did not go on to its end.")
    weights = folder / "smoke.bf16.pt"
    weights.write_bytes((first / "smoke.bf16.pt").read_bytes())
    script("parts", weights, "--megabytes", 0.05)
    weights.unlink()
    if "complete" not in chunk(folder / "third", 5, 12, "--weights", weights):
        sys.exit("A run from the weights of one that has ended did not say so.")
    chunk(second, 5, 16, "--weights", weights)
    steps = [json.loads(line)["steps"] for line in (second / "smoke.log.jsonl").read_text().splitlines()]
    if not 12 < steps[0] <= steps[-1] == 16:
        sys.exit(f"A run from weights alone did not go on where they were: steps {steps}.")


def ablations(work: Path) -> None:
    """All arms, a few steps each."""
    print("== ablations", flush=True)
    script("ablations", "--work", work, "--out", work / "ablations", "--recipe", "smoke", "--steps", 6,
           "--batches", 2, "--no-compile")
    results = json.loads((work / "ablations" / "results.json").read_text())
    tokens = [result["tokens"] for result in results]
    # Batches are prepared ahead, so a phase may begin one batch sooner or later.
    if len(results) != 3 or max(tokens) > 1.1 * min(tokens):
        sys.exit("The arms of the ablation did not see the same number of tokens.")


def adaptation(work: Path) -> None:
    """Adapt a tiny random base in two chunks, train the quality head, export, compare with PyTorch, train the export on."""
    print("== adaptation", flush=True)
    base, out = work / "base.gguf", work / "unmask-adapted"
    module = lambda name, *options: subprocess.run(
        [sys.executable, "-m", f"adapt.{name}", *map(str, options)], cwd=HERE, check=True)
    module("tiny_base", base)
    both = ("--work", work, "--base", base)
    module("pack", *both, "--vocabulary", 300, "--out", work / "base.tar.xz", "--part-megabytes", 0.05)
    packed, home = work / "packed" / "corpus.tar.xz", work / "packed" / "adapted"
    for minutes, said in ((0, "repeat the command"), (5, "complete")):
        if said not in script(
                "gpu", "--candidate", "adapted", "--pack", packed, "--base", work / "base.tar.xz", "--work", home,
                "--recipe", "smoke", "--device", "cpu", "--workers", 1, "--chunk-minutes", minutes,
                "--", "--rank", 4, "--steps", 8, "--no-bf16"):
            sys.exit(f"An adaptation in chunks did not say “{said}”.")
    (work / "adapted.pt").write_bytes((home / "adapted.pt").read_bytes())
    module("quality", *both, "--batches", 2, "--epochs", 2)
    module("export", *both, "--out", out, "--model-name", "unmask-adapted", "--description", "A smoke test.", "--draws", 2)
    parity = json.loads((out / "model.json").read_text())["provenance"]["parity"]["fp32"]
    difference = max(parity["maxLogProbDifference"], parity["causalMaxLogProbDifference"])
    if difference > 0.1:
        sys.exit(f"The adapted graphs differ from PyTorch by {difference}.")
    difference = parity["settledMaxLogProbDifference"]
    if difference > 1e-3:
        sys.exit(f"Slots read behind settled ones differ by {difference} from all read at once.")
    difference = parity["continuedMaxDifference"]
    if difference > 1e-3:
        sys.exit(f"A context that was continued differs by {difference} from one encoded whole.")
    again = ("--name", "restored")
    module("restore", *both, *again, "--model", out)
    module("train", *both, *again, "--resume", "--recipe", "smoke", "--rank", 4, "--steps", 10, "--no-bf16")
    counted = [json.loads(path.read_text().splitlines()[-1])
               for path in (home / "adapted.log.jsonl", work / "restored.log.jsonl")]
    if [line["steps"] for line in counted] != [8, 10] or not counted[0]["tokens"] < counted[1]["tokens"]:
        sys.exit(f"A run from an exported model did not go on where that was: {counted}.")


def rehearsal(work: Path) -> None:
    """Try a machine before the base is there, the context adapted as well; what comes of it can be exported."""
    print("== rehearsal", flush=True)
    script("gpu", "--candidate", "adapted", "--pack", work / "packed" / "corpus.tar.xz", "--work", work / "packed" / "adapted",
           "--recipe", "smoke", "--device", "cpu", "--workers", 1, "--rehearse", "tiny", "--fill", "--chunk-minutes", 2,
           "--", "--context", "--rank", 4, "--steps", 6, "--report-every", 3)
    folder, out = work / "packed" / "adapted" / "rehearsal", work / "unmask-context"
    subprocess.run([sys.executable, "-m", "adapt.export", "--work", folder, "--base", folder / "base.gguf", "--out", out,
                    "--model-name", "unmask-context", "--description", "A smoke test.", "--draws", "2"], cwd=HERE, check=True)
    parity = json.loads((out / "model.json").read_text())["provenance"]["parity"]
    for precision, limit in (("fp32", 0.1), ("int8", 0.5)):
        difference = parity[precision]["maxLogProbDifference"]
        if difference > limit:
            sys.exit(f"{precision} of an adapted context differs from PyTorch by {difference}, more than {limit}.")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        python, typescript = sorted(HERE.glob("*.py")), sorted((ROOT / "src").rglob("*.ts"))
        records = []
        for split, python_files, typescript_files in (
            ("train", python[::2], typescript[::2]), ("validation", python[1::2], typescript[1::2])):
            name = named(split)
            for registry, archive in (("pypi", wheel(work, name, python_files)),
                                      ("npm", tarball(work, name, typescript_files))):
                records.append(describe(registry, name, archive) | {"archive": str(archive)})
        (work / "fetched.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        out = work / "unmask-smoke"
        subprocess.run(
            [sys.executable, HERE / "pipeline.py", "--first", "clean", "--work", work, "--out", out,
             "--recipe", "smoke", "--minutes", "0.05", "--ranks", "2", "--no-compile",
             "--manifest", work / "manifest.jsonl"], check=True)
        parity = json.loads((out / "model.json").read_text())["provenance"]["parity"]
        for precision, limit in (("fp32", 0.02), ("int8", 0.5)):
            difference = parity[precision]["maxLogProbDifference"]
            if difference > limit:
                sys.exit(f"{precision} differs from PyTorch by {difference}, more than {limit}.")
        chunks(work, work / "packed")
        ablations(work)
        adaptation(work)
        rehearsal(work)
        print("the pipeline works")


if __name__ == "__main__":
    main()
