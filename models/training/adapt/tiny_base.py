"""Write a tiny random base, for tests: a Llama-architecture GGUF file of a few hundred kilobytes.

The adaptation of it fills nothing sensibly; it exercises every operator of the graphs.
"""

import argparse
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize
from tokenizers import pre_tokenizers

WIDTH, HEADS, GROUPS, HIDDEN, LAYERS = 64, 4, 2, 96, 2
MERGES = ["t s", "j s", "p y", "Ġ Ġ", "ĠĠ ĠĠ", "Ċ ĠĠ", "e r", "i n", "r e", "o n", "( )", "Ġ ="]


def write(path: Path, seed: int = 1) -> None:
    """Matrices are Q4_1 and the embedding Q8_0, as in the files that are adapted."""
    rng = np.random.default_rng(seed)
    tokens = ["<|endoftext|>", "<empty_output>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens += [merge.replace(" ", "") for merge in MERGES]
    writer = GGUFWriter(str(path), "llama")
    writer.add_name("tiny random base")
    writer.add_license("MIT")
    writer.add_block_count(LAYERS)
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_merges(MERGES)

    def add(name: str, shape: tuple[int, int], kind: GGMLQuantizationType) -> None:
        values = (rng.standard_normal(shape) * shape[1] ** -0.5).astype(np.float32)
        writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)

    add("token_embd.weight", (len(tokens), WIDTH), GGMLQuantizationType.Q8_0)
    narrow = WIDTH // HEADS * GROUPS
    shapes = {
        "attn_q": (WIDTH, WIDTH), "attn_k": (narrow, WIDTH), "attn_v": (narrow, WIDTH), "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (HIDDEN, WIDTH), "ffn_up": (HIDDEN, WIDTH), "ffn_down": (WIDTH, HIDDEN),
    }
    for layer in range(LAYERS):
        for name, shape in shapes.items():
            add(f"blk.{layer}.{name}.weight", shape, GGMLQuantizationType.Q4_1)
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, np.float32))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    write(parser.parse_args().path)


if __name__ == "__main__":
    main()
