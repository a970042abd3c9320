"""Write a random base: a Llama-architecture GGUF file, tiny for tests, or of a real one's size to try a machine with.

The adaptation of it fills nothing sensibly; it exercises every operator of the graphs.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize
from tokenizers import pre_tokenizers


@dataclass(frozen=True)
class Size:
    """A base's dimensions; `rows` of its embedding, at least one a token."""

    width: int = 64
    heads: int = 4
    groups: int = 2
    hidden: int = 96
    layers: int = 2
    rows: int = 0


SIZES = {"tiny": Size(), "smollm2-135m": Size(576, 9, 3, 1536, 30, 49152)}
MERGES = ["t s", "j s", "p y", "Ġ Ġ", "ĠĠ ĠĠ", "Ċ ĠĠ", "e r", "i n", "r e", "o n", "( )", "Ġ ="]


def write(path: Path, size: Size = Size(), seed: int = 1) -> None:
    """Matrices are Q4_1 and the embedding Q8_0, as in the files that are adapted."""
    rng, width = np.random.default_rng(seed), size.width
    tokens = ["<|endoftext|>", "<empty_output>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens += [merge.replace(" ", "") for merge in MERGES]
    writer = GGUFWriter(str(path), "llama")
    writer.add_name("tiny random base")
    writer.add_license("MIT")
    writer.add_block_count(size.layers)
    writer.add_context_length(2048)
    writer.add_embedding_length(size.width)
    writer.add_feed_forward_length(size.hidden)
    writer.add_head_count(size.heads)
    writer.add_head_count_kv(size.groups)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_merges(MERGES)

    def add(name: str, shape: tuple[int, int], kind: GGMLQuantizationType) -> None:
        values = (rng.standard_normal(shape) * shape[1] ** -0.5).astype(np.float32)
        writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)

    add("token_embd.weight", (max(len(tokens), size.rows), width), GGMLQuantizationType.Q8_0)
    narrow = width // size.heads * size.groups
    shapes = {
        "attn_q": (width, width), "attn_k": (narrow, width), "attn_v": (narrow, width), "attn_output": (width, width),
        "ffn_gate": (size.hidden, width), "ffn_up": (size.hidden, width), "ffn_down": (width, size.hidden),
    }
    for layer in range(size.layers):
        for name, shape in shapes.items():
            add(f"blk.{layer}.{name}.weight", shape, GGMLQuantizationType.Q4_1)
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(width, np.float32))
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--size", choices=SIZES, default="tiny")
    args = parser.parse_args()
    write(args.path, SIZES[args.size])


if __name__ == "__main__":
    main()
