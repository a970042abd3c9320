"""From an exported model folder back to a checkpoint: who has the model alone can train it further.

The base comes from its own file, which has to be the one that the model was made
from. Adapters come back as they are stored, rounded to 8 bits with a scale per
row, so exporting them again gives the same integers.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

from adapt import checkpoint
from adapt.base import MATRICES, Base, read
from adapt.model import SCALE, AdaptedDenoiser
from adapt.trim import sources_of
from adapt.work_files import SOURCES_FILE, TOKENIZER_FILE
from adapt.weights import ZERO
from model_manifest import sha256
from vocabulary import MASK, PAD

GRAPH = "step.fp32.onnx"  # holds everything that was trained, under the names that adapt.export gives


class Exported:
    """The tensors of a model folder's step graph, by name."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.graph = onnx.load(folder / GRAPH, load_external_data=False).graph
        self.tensors = {tensor.name: tensor for tensor in self.graph.initializer}

    def __getitem__(self, name: str) -> np.ndarray:
        return numpy_helper.to_array(self.tensors[name], str(self.folder))

    def factor(self, name: str) -> np.ndarray:
        """One of an adapter's two, from integers with a scale per row."""
        return self[name] * self[f"{name}.scale"]

    def row(self, token: int) -> np.ndarray:
        """[D] of the embedding."""
        integers, scale = (self[name][token].astype(np.float32) for name in ("embedding", "embedding.scale"))
        return ((integers - ZERO) * scale[:, None]).reshape(-1)

    def stop(self) -> np.ndarray:
        """Weight and offset [2] of the pad's score: two constants without a name, found from what is done with them
        (adapt.step_graph.stops)."""
        made = {node.output[0]: node for node in self.graph.node}
        shares = next(node for node in self.graph.node if node.op_type == "Mul" and "pad_column" in node.input)
        score, offset = made[shares.input[0]].input
        return np.array([self[made[score].input[1]], self[offset]]).reshape(2)

    def quality(self) -> dict[str, np.ndarray]:
        """The quality head's tensors as adapt.quality saves them; none if the model has no head."""
        names = ("first", "first_bias", "second", "second_bias")
        if f"quality.{names[0]}" not in self.tensors:
            return {}
        return {name: np.ascontiguousarray(self[f"quality.{name}"].T) for name in names}


def restored(
    exported: Exported, base: Base, tokenizer: Tokenizer, context: bool = False,
) -> tuple[AdaptedDenoiser, np.ndarray]:
    """The model, and which rows of the base's embedding its vocabulary starts from."""
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    sources = sources_of(base, sorted(vocabulary, key=vocabulary.__getitem__))
    shape = checkpoint.shape_of(base, len(sources), rank=len(exported["0.query.first"]), context=context)
    pad, mask = vocabulary[PAD], vocabulary[MASK]
    state = {name: exported[name] for name in ("masked_flag", "after_gain")}
    state |= {"pad_row": exported.row(pad), "mask_row": exported.row(mask), "stop": exported.stop()}
    for index in range(base.layers):
        far, near = exported[f"{index}.reserve.far"], exported[f"{index}.reserve.near"]
        state[f"blocks.{index}.reserve"] = np.stack([far[:, 0, 0], near[0], near[1]])
        for name in MATRICES:
            first, second = (exported.factor(f"{index}.{name}.{part}") for part in ("first", "second"))
            state |= {f"blocks.{index}.{name}.first": first, f"blocks.{index}.{name}.second": second / SCALE}
    model = AdaptedDenoiser(shape, base, sources, pad, mask)
    model.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return model, sources


def progress(provenance: dict) -> dict:
    """How far the run had come, as training counts it, so that the figures of one that goes on add up."""
    return {
        "seconds": 60 * provenance["trainingMinutes"], "cpu_seconds": 60 * provenance["cpuMinutes"],
        "steps": provenance["steps"], "tokens": provenance["tokensSeen"], "masked": provenance["maskedTokensLearnt"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="the model's folder")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--name", default="adapted", help="of the checkpoint")
    args = parser.parse_args()
    provenance = json.loads((args.model / "model.json").read_text())["provenance"]
    if provenance["baseSha256"] != sha256(args.base):
        sys.exit(f"{args.model} was not made from {args.base}; SHA-256 of its base: {provenance['baseSha256']}.")
    given, kept = args.model / "tokenizer.json", args.work / TOKENIZER_FILE
    if kept.exists() and kept.read_bytes() != given.read_bytes():
        sys.exit(f"{kept} belongs to another model; restore into another work folder.")
    path = args.work / f"{args.name}.pt"
    if path.exists():
        sys.exit(f"{path} is there already; choose another --name.")
    exported = Exported(args.model)
    model, sources = restored(
        exported, read(args.base), Tokenizer.from_file(str(given)), provenance.get("contextAdapted", False))
    if not kept.exists():
        shutil.copyfile(given, kept)
    np.save(args.work / SOURCES_FILE, sources)
    checkpoint.save(path, model, sources, None, progress(provenance))
    if quality := exported.quality():
        np.savez(path.with_suffix(".quality.npz"), **quality)
    print(f"{path}: {provenance['steps']} steps; go on with adapt.train --resume")


if __name__ == "__main__":
    main()
