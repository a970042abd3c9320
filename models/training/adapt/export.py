"""Export an adaptation to a model folder: graphs per arithmetic, one weight file, tokenizer, model.json."""

import argparse
import shutil
from pathlib import Path

import numpy as np
from onnx import TensorProto
from tokenizers import Tokenizer

import model_manifest
from adapt import checkpoint
from adapt.base import MATRICES, Base, read
from adapt.batches import AdaptedBatcher
from adapt.encode_graph import encode_graph
from adapt.model import Adapted, AdaptedDenoiser
from adapt.parity import compare, compare_causal, compare_continued, opened, summary
from adapt.smoothing import Calibration, calibrate
from adapt.step_graph import step_graph
from adapt.unpacked import AdaptedBlocks, SmoothedRows, Unpacker
from adapt.weights import FourBit, Products, Stored
from batches import Kind
from corpus import Corpus
from graph_builder import WeightFile
from layout import SPAN_GAP
from model_manifest import PROVIDERS, TOP_K, Description, digest
from vocabulary import PAD, SPECIAL_TOKENS

CONTEXT, SLOTS = 1024, 128
PARITY_KINDS = (Kind(2, 320, 96, 4), Kind(1, 640, 64, 1))
PARITY_DRAWS = 12  # of each kind; with three, one model had 96.1 to 98.6% of its top tokens the same, by the draw


def small_tensors(model: AdaptedDenoiser, base: Base, quality: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Norm gains, attention biases, the mask flag and the quality head, by the names that the graphs use."""
    gains = {"output_norm": base.output_norm}
    gains |= {name: getattr(model, name).detach().float().numpy() for name in ("masked_flag", "after_gain", "stop")}
    for index, (norms, block) in enumerate(zip(base.norms, model.blocks)):
        gains |= {f"{index}.{name}": gain for name, gain in norms.items()}
        gains[f"{index}.reserve"] = block.reserve.detach().float().numpy()
    return gains | {f"quality.{name}": value for name, value in quality.items()}


def factors(adapted: Adapted) -> tuple[np.ndarray, np.ndarray]:
    """first [R,in] and second [out,R]."""
    first, second = (factor.detach().float().numpy() for factor in (adapted.first, adapted.second))
    return first, second


def write_graphs(
    folder: Path, model: AdaptedDenoiser, base: Base, sources: np.ndarray, quality: dict,
    calibration: Calibration, forbidden: list[int], half: bool = False,
) -> list[dict]:
    """Write every variant over one weight file, with one in float16 if `half`; returns the manifest's entries."""
    table = base.embedding[sources]
    table[model.pad], table[model.mask] = (row.detach().float().numpy() for row in (model.pad_row, model.mask_row))
    adapters = [{name: factors(block.get_submodule(name)) for name in MATRICES} for block in model.blocks]
    stored = Stored(model.shape, base.matrices, adapters, table, small_tensors(model, base, quality))
    file, reach = WeightFile("weights.bin"), CONTEXT + SLOTS * SPAN_GAP
    unpacker = Unpacker("unpacked.int8.bin", file)

    def write(precision: str, encode: Products, step: Products, weights: WeightFile | None) -> dict:
        graphs = {"encode": encode_graph(encode, weights, reach),
                  "step": step_graph(step, weights, reach, forbidden, model.pad, model.mask, TOP_K)}
        for kind, graph in graphs.items():
            graph.write(folder / f"{kind}.{precision}.onnx")
        return {"precision": precision, "executionProviders": PROVIDERS[precision],
                "graphs": {kind: digest(folder / f"{kind}.{precision}.onnx") for kind in graphs}}

    # Errors in the context matter less than errors in the slots, and most of a fill's time goes into the context.
    rounded = write("int8", SmoothedRows(stored, unpacker, calibration),
                    AdaptedBlocks(stored, unpacker, calibration), None)
    kinds = {"fp16": TensorProto.FLOAT16} if half else {}
    floats = [write(precision, FourBit(stored, model.shape.context, kind), FourBit(stored, True, kind), file)
              for precision, kind in (kinds | {"fp32": TensorProto.FLOAT}).items()]
    unpacker.g.write(folder / "unpack.int8.onnx")
    file.write(folder)
    weights = [digest(folder / file.name)]
    unpack = {"graph": digest(folder / "unpack.int8.onnx"), "to": unpacker.name}
    return [{**rounded, "weights": weights, "unpack": unpack}, *({**each, "weights": weights} for each in floats)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--name", default="adapted", help="of the checkpoint")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model-name", required=True)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--description", required=True)
    parser.add_argument("--licence", default="Apache-2.0", help="the base's, as the weights are a derivative of it")
    parser.add_argument("--half", action="store_true", help="a variant in float16 for GPUs as well, in place of fp32 there")
    parser.add_argument("--draws", type=int, default=PARITY_DRAWS, help="batches of each kind to compare with PyTorch")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer_path = args.out / "tokenizer.json"
    shutil.copyfile(args.work / "tokenizer.adapted.json", tokenizer_path)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    model, state = checkpoint.load(args.work / f"{args.name}.pt", args.base, tokenizer_path)
    head = args.work / f"{args.name}.quality.npz"
    quality = dict(np.load(head)) if head.exists() else {}
    forbidden = [tokenizer.token_to_id(token) for token in SPECIAL_TOKENS if token != PAD]
    base = read(args.base)
    batcher = AdaptedBatcher(Corpus(args.work / "validation.jsonl"), tokenizer, seed=11)
    calibration = calibrate(model, [batcher.draw(kind) for kind in PARITY_KINDS])
    variants = write_graphs(args.out, model, base, state["sources"].numpy(), quality, calibration, forbidden,
                            args.half)
    batches = [batcher.draw(kind) for _ in range(args.draws) for kind in PARITY_KINDS]
    parity = {}
    for precision in (variant["precision"] for variant in variants):
        with opened(args.out, precision) as graphs:
            rows = [compare(graphs, model, batch, forbidden) | compare_causal(graphs, model, batch, forbidden)
                    | compare_continued(graphs, batch) for batch in batches]
        parity[precision] = summary(rows)
        print(precision, parity[precision], flush=True)
    trained = sum(parameter.numel() for parameter in model.parameters())
    taken_over = sum(matrix.integers.size for layer in base.matrices for matrix in layer.values()) + model.table.numel()
    described = Description(args.model_name, args.version, args.licence, args.description, model.shape.vocabulary,
                            CONTEXT, SLOTS, boundary="healed")
    model_manifest.write(args.out, described, variants, state["progress"], {
        "base": base.name, "baseSha256": model_manifest.sha256(args.base),
        "parameters": taken_over + trained, "trainedParameters": trained,
        "contextAdapted": model.shape.context, "parity": parity,
    })


if __name__ == "__main__":
    main()
