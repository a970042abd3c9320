"""Download every package of sources.txt with its registry's ordinary client.

With a manifest, the pinned versions are fetched and their hashes verified;
without (or with --latest) the newest versions are taken.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import licences
from manifest import MANIFEST, read_manifest

SOURCES = Path(__file__).with_name("sources.txt")


def sources() -> list[tuple[str, str]]:
    """(registry, name) pairs of sources.txt."""
    lines = SOURCES.read_text().splitlines()
    return [tuple(line.split()) for line in lines if line and not line.startswith("#")]


def download(registry: str, name: str, version: str | None, folder: Path) -> Path:
    """Fetch one package into its own folder and return the archive's path."""
    target = folder / registry / name.replace("/", "__")
    if not (archives := list(target.glob("*.*"))):
        target.mkdir(parents=True, exist_ok=True)
        if registry == "npm":
            spec = f"{name}@{version}" if version else name
            command = ["npm", "pack", spec, "--silent", "--ignore-scripts", "--pack-destination", str(target)]
        else:
            spec = f"{name}=={version}" if version else name
            command = [sys.executable, "-m", "pip", "download", spec, "-q", "--no-deps",
                       "--only-binary", ":all:", "-d", str(target)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if result.returncode:
            raise RuntimeError(result.stderr.strip().splitlines()[-1:] or "the client failed")
        archives = list(target.glob("*.*"))
    return archives[0]


def describe(registry: str, name: str, archive: Path) -> dict:
    """Version, licence and hash of a downloaded package."""
    if registry == "npm":
        with tarfile.open(archive) as tar:
            # npm allows any single top folder, most often `package`.
            member = next(m for m in tar if m.name.count("/") == 1 and m.name.endswith("/package.json"))
            package = json.load(tar.extractfile(member))
        version, licence = package["version"], licences.from_npm(package)
    else:
        with zipfile.ZipFile(archive) as wheel:
            path = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
            text = wheel.read(path).decode("utf-8", "replace")
        version, licence = archive.name.split("-")[1], licences.from_wheel(text)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return {"registry": registry, "name": name, "version": version, "licence": licence, "sha256": digest}


def fetch_one(registry: str, name: str, pinned: dict | None, folder: Path) -> dict:
    """Fetch and describe; raises if the pinned hash differs or the licence is refused."""
    archive = download(registry, name, pinned and pinned["version"], folder)
    record = describe(registry, name, archive)
    if pinned and pinned["sha256"] != record["sha256"]:
        raise RuntimeError("its SHA-256 differs from the manifest's")
    if not licences.permissive(record["licence"]):
        raise RuntimeError(f"licence not allowed or unclear: {record['licence']}")
    return record | {"archive": str(archive)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for downloads and corpus")
    parser.add_argument("--latest", action="store_true", help="ignore the manifest's versions")
    parser.add_argument("--jobs", type=int, default=8)
    args = parser.parse_args()
    pins = {} if args.latest or not MANIFEST.exists() else {
        (entry["registry"], entry["name"]): entry for entry in read_manifest(MANIFEST)}
    folder = args.work / "downloads"

    def attempt(source: tuple[str, str]) -> dict | None:
        try:
            return fetch_one(*source, pins.get(source), folder)
        except Exception as error:  # one bad package must not stop the corpus
            print(f"skipped {' '.join(source)}: {error}", file=sys.stderr)
            return None

    wanted = sources()
    with ThreadPoolExecutor(args.jobs) as pool:
        records = [record for record in pool.map(attempt, wanted) if record]
    (args.work / "fetched.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    print(f"{len(records)} of {len(wanted)} packages fetched")
    fetched = {(record["registry"], record["name"]) for record in records}
    if missing := sorted(set(pins) - fetched):
        names = ", ".join(" ".join(source) for source in missing)
        print(f"{len(missing)} of the manifest's {len(pins)} are missing, so the corpus will be another: {names}",
              file=sys.stderr)


if __name__ == "__main__":
    main()
