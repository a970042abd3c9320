"""Export a checkpoint to a model folder: graphs of both variants, tokenizer, model.json."""

import argparse
import shutil
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import checkpoint
import model_manifest
from batches import Batcher, Kind
from corpus import Corpus
from graph_builder import WeightFile
from graphs import encode_graph, step_graph
from layout import SPAN_GAP
from model import Denoiser, Shape
from model_manifest import PROVIDERS, TOP_K, Description, digest
from parity import Graphs, batching, compare
from recipe import RECIPES
from vocabulary import MASK, PAD, SPECIAL_TOKENS
from weights import VARIANTS


def write_variant(
    folder: Path, shape: Shape, tensors: dict, precision: str, reach: int, forbidden: list[int], pad: int
) -> dict:
    """Write both graphs and their shared weights; returns the variant's manifest entry."""
    weights, file = VARIANTS[precision], WeightFile(f"weights.{precision}.bin")
    built = {"encode": encode_graph(shape, tensors, weights, file, reach),
             "step": step_graph(shape, tensors, weights, file, reach, forbidden, pad, TOP_K)}
    file.write(folder)
    for kind, graph in built.items():
        graph.write(folder / f"{kind}.{precision}.onnx")
    return {
        "precision": precision, "executionProviders": PROVIDERS[precision],
        "graphs": {kind: digest(folder / f"{kind}.{precision}.onnx") for kind in built},
        "weights": [digest(folder / file.name)],
    }


def check(folder: Path, precision: str, model: Denoiser, batches: list, mask_id: int, forbidden: list[int], pad: int) -> dict:
    """Parity figures of one variant, printed and kept in model.json."""
    graphs = Graphs(folder, precision)
    rows = [compare(graphs, model, batch, mask_id, forbidden, pad) for batch in batches]
    figures = {
        "maxLogProbDifference": max(row["maxLogProbDifference"] for row in rows),
        "maxEntropyDifference": max(row["maxEntropyDifference"] for row in rows),
        "top1Agreement": min(row["top1Agreement"] for row in rows),
        "maxBatchingDifference": batching(graphs, batches[0], mask_id),
    }
    figures = {name: float(f"{value:.3g}") for name, value in figures.items()}
    print(precision, figures)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--recipe", choices=RECIPES, default="small")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--description", required=True)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    args = parser.parse_args()
    recipe = RECIPES[args.recipe]
    model, state = checkpoint.load(args.work / f"{args.recipe}.pt")
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer_path = args.out / "tokenizer.json"
    shutil.copyfile(args.work / recipe.tokenizer, tokenizer_path)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    ids = tokenizer.token_to_id
    forbidden = [ids(token) for token in SPECIAL_TOKENS if token != PAD]
    forbidden += range(tokenizer.get_vocab_size(), recipe.shape.vocabulary)
    tensors = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    context, slots = recipe.context_length, recipe.max_slots
    batcher = Batcher(Corpus(args.work / "validation.jsonl"), tokenizer, seed=11)
    kinds = [kind for phase in recipe.phases for kind in phase.kinds if kind.context]
    batches = [batcher.draw(Kind(2, kind.context, kind.slots, kind.spans)) for kind in dict.fromkeys(kinds)]
    variants, parity = [], {}
    for precision in args.variants:
        variants.append(write_variant(
            args.out, recipe.shape, tensors, precision, context + slots * SPAN_GAP, forbidden, ids(PAD)))
        parity[precision] = check(args.out, precision, model, batches, ids(MASK), forbidden, ids(PAD))
    described = Description(args.name, args.version, "MIT", args.description, recipe.shape.vocabulary, context, slots)
    model_manifest.write(args.out, described, variants, state["progress"], {
        "parameters": sum(int(np.prod(tensor.shape)) for tensor in tensors.values()),
        "recipe": args.recipe, "parity": parity,
    })


if __name__ == "__main__":
    main()
