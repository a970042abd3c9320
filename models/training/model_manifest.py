"""model.json of an exported model folder (docs/model-contract.md), as far as all exports have it in common."""

import argparse
import hashlib
import json
from pathlib import Path

from layout import SPAN_GAP
from manifest import MANIFEST
from vocabulary import BEGIN, EDITOR_LANGUAGES, END, MASK, PAD

TOP_K = 64  # at most the vocabulary


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(path: Path) -> dict[str, str]:
    """The manifest's entry of one file."""
    return {"file": path.name, "sha256": sha256(path)}


def write(
    args: argparse.Namespace, name: str, licence: str, vocabulary: int, context: int, slots: int,
    variants: list[dict], progress: dict, provenance: dict, boundary: str = "cut",
) -> None:
    """Write `args.out`/model.json; `args` also has the version and the description, the folder the tokenizer.

    `provenance` is added to what the training run's `progress` says; `boundary` is how text is tokenised where a span
    begins (docs/model-contract.md).
    """
    manifest = {
        "formatVersion": 1, "name": name, "version": args.version, "licence": licence, "family": "unmask",
        "description": args.description,
        "languages": list(EDITOR_LANGUAGES), "languageTokens": EDITOR_LANGUAGES,
        "tokenizer": digest(args.out / "tokenizer.json"), "vocabSize": vocabulary,
        "specialTokens": {"mask": MASK, "pad": PAD, "begin": BEGIN, "end": END},
        "logitsShift": 0, "contextLength": context, "maxSlots": slots, "spanGap": SPAN_GAP, "topK": TOP_K,
        "cache": "exact", "revealedSlots": "silent", "spanBoundary": boundary, "variants": variants,
        "provenance": {
            "corpusManifestSha256": sha256(MANIFEST),
            "steps": progress["steps"], "tokensSeen": int(progress["tokens"]),
            "maskedTokensLearnt": int(progress["masked"]),
            "trainingMinutes": round(progress["seconds"] / 60, 1),
            "cpuMinutes": round(progress["cpu_seconds"] / 60, 1), **provenance,
        },
    }
    (args.out / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
