"""model.json of an exported folder (docs/model-contract.md), for the family masked-lm."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

TOP_K = 64  # at most the vocabulary
# What a variant of a precision is made for, in the order in which the engine is to prefer the variants.
PROVIDERS = {"int8": ["cpu"], "fp16": ["webgpu", "cuda", "cpu"], "fp32": ["webgpu", "cuda", "cpu"]}


def graph_file(precision: str) -> str:
    return f"denoise.{precision}.onnx"


def weight_file(precision: str) -> str:
    return f"weights.{precision}.bin"


def digest(path: Path) -> dict[str, str]:
    """The manifest's entry of one file."""
    with path.open("rb") as file:
        return {"file": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def variant(folder: Path, precision: str) -> dict:
    """The manifest's entry of a variant whose files lie in the folder."""
    return {
        "precision": precision, "executionProviders": PROVIDERS[precision],
        "graphs": {"denoise": digest(folder / graph_file(precision))},
        "weights": [digest(folder / weight_file(precision))],
    }


@dataclass(frozen=True)
class Description:
    """What a model is called and what it takes: `context` tokens and `slots`, most of each; `vocabulary` counts logits."""

    name: str
    version: str
    licence: str
    text: str
    languages: list[str]
    vocabulary: int
    tokens: dict[str, str]
    shift: int
    context: int
    slots: int
    boundary: str


def write(folder: Path, model: Description, precisions: list[str], provenance: dict) -> None:
    """Write the model.json of a folder that has tokenizer, graphs and weights."""
    manifest = {
        "formatVersion": 1, "name": model.name, "version": model.version, "licence": model.licence,
        "family": "masked-lm", "description": model.text, "languages": model.languages,
        "tokenizer": digest(folder / "tokenizer.json"), "vocabSize": model.vocabulary, "specialTokens": model.tokens,
        "logitsShift": model.shift, "contextLength": model.context, "maxSlots": model.slots,
        "topK": min(TOP_K, model.vocabulary), "revealedSlots": "silent", "spanBoundary": model.boundary,
        "variants": [variant(folder, precision) for precision in PROVIDERS if precision in precisions],
        "provenance": provenance,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
