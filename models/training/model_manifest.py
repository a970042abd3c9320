"""model.json of an exported model folder (docs/model-contract.md), as far as all exports have it in common."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from layout import SPAN_GAP
from manifest import MANIFEST
from vocabulary import BEGIN, EDITOR_LANGUAGES, END, MASK, PAD

TOP_K = 64  # at most the vocabulary
# What a variant of a precision is made for. Of several for one of these the engine takes the first of the manifest.
PROVIDERS = {"int8": ["cpu"], "fp16": ["webgpu", "cuda"], "fp32": ["webgpu", "cuda", "cpu"]}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(path: Path) -> dict[str, str]:
    """The manifest's entry of one file."""
    return {"file": path.name, "sha256": sha256(path)}


@dataclass(frozen=True)
class Description:
    """What a model is called, and what it takes: `context` tokens and `slots`, most of each; `boundary` is how text is
    tokenised where a span begins."""

    name: str
    version: str
    licence: str
    text: str
    vocabulary: int
    context: int
    slots: int
    boundary: str = "cut"


def write(folder: Path, model: Description, variants: list[dict], progress: dict, provenance: dict) -> None:
    """Write the model.json of a folder that has the tokenizer; `provenance` is added to what the training run's
    `progress` says."""
    manifest = {
        "formatVersion": 1, "name": model.name, "version": model.version, "licence": model.licence, "family": "unmask",
        "description": model.text,
        "languages": list(EDITOR_LANGUAGES), "languageTokens": EDITOR_LANGUAGES,
        "tokenizer": digest(folder / "tokenizer.json"), "vocabSize": model.vocabulary,
        "specialTokens": {"mask": MASK, "pad": PAD, "begin": BEGIN, "end": END},
        "logitsShift": 0, "contextLength": model.context, "maxSlots": model.slots, "spanGap": SPAN_GAP, "topK": TOP_K,
        "cache": "exact", "revealedSlots": "silent", "spanBoundary": model.boundary, "variants": variants,
        "provenance": {
            "corpusManifestSha256": sha256(MANIFEST),
            "steps": progress["steps"], "tokensSeen": int(progress["tokens"]),
            "maskedTokensLearnt": int(progress["masked"]),
            "trainingMinutes": round(progress["seconds"] / 60, 1),
            "cpuMinutes": round(progress["cpu_seconds"] / 60, 1), **provenance,
        },
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
