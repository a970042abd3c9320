"""Export a masked diffusion language model of Hugging Face's format to a model folder of family masked-lm.

    masked_lm.py --model ~/my-model --out ~/models/my-model --name my-model

prints what it takes from where; every such thing can be set with an option, and an empty text ('') says that the
model has no such token.
"""

import argparse
from pathlib import Path

import onnxruntime
import torch
import transformers

import model_json
import shift
import variants
from choices import Choices
from denoise import Denoise
from known_models import known
from model_json import PROVIDERS, Description
from reading import Network
from source import Source
from tokens import boundary, byte_level, check_rows, ordinary, special_tokens
from trial import readings
from window import WINDOW, context_length, reach

DTYPES = {"fp32": torch.float32, "fp16": torch.float16}
TOKENS = {
    "mask": "the mask token", "pad": "what surplus slots become: the end-of-text token of LLaDA and Dream",
    "begin": "stands before a document", "end": "stands behind a document",
    "expand": "a slot that reveals it becomes two", "delete": "a slot that reveals it vanishes",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a name on the hub, or a folder")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--description")
    parser.add_argument("--licence", help="else what the model's card says")
    parser.add_argument("--languages", nargs="*", default=[], metavar="ID", help="VS Code's ids of the languages it is made for")
    parser.add_argument("--precision", nargs="+", choices=PROVIDERS, default=["fp32"])
    parser.add_argument("--shift", type=int, choices=(0, 1), help="1: the logits of row i - 1 are about token i")
    for role, meaning in TOKENS.items():
        parser.add_argument(f"--{role}", metavar="TOKEN", help=meaning)
    parser.add_argument("--context-length", type=int, help="most tokens around the spans")
    parser.add_argument("--max-slots", type=int, default=128, help="most tokens in the spans of a request")
    parser.add_argument("--bidirectional", action="store_true", help="replace the causal mask that the model's code has")
    parser.add_argument("--tolerance", type=float, help="nats by which log-probabilities may differ from PyTorch's")
    parser.add_argument("--trust-remote-code", action="store_true", help="run the code that comes with the model")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    transformers.utils.logging.disable_progress_bar()
    source, choices = Source(options.model, options.trust_remote_code), Choices()
    config = source.config()
    tokenizer = source.tokenizer(config.model_type)
    fast, facts = byte_level(tokenizer), known(config.model_type)
    print(f"{options.model}, a model of type {config.model_type}:")
    tokens = special_tokens(options, choices, tokenizer, facts, source.configured(config))
    licence = choices.take("licence", (
        (options.licence, "--licence"), (source.licence(), "its card"), ("unknown", "its card names none; look it up")))
    most = reach(config, tokenizer)
    context = context_length(choices, options.context_length, options.max_slots, most)
    mask, text_ids = tokenizer.convert_tokens_to_ids(tokens["mask"]), ordinary(tokenizer)

    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "model.json").unlink(missing_ok=True)  # the folder is a model when it is whole
    fast.save(str(options.out / "tokenizer.json"), pretty=False)
    check = variants.Check(text_ids, mask, most or WINDOW, options.tolerance)
    figures: dict[str, dict] = {}
    for precision in variants.floats(options.precision):
        network = Network(source.network(config, DTYPES[precision]))
        check_rows(tokenizer, network.model.get_input_embeddings().weight.shape[0])
        candidates = [Denoise(network, reading) for reading in readings(network, text_ids, options.bidirectional)]
        if not figures:
            text = fast.encode(shift.TEXT, add_special_tokens=False).ids[:most]
            logits_shift = shift.chosen(choices, options.shift, candidates[0], facts, text, mask)
            vocabulary = candidates[0].vocabulary
            parameters = sum(part.numel() for part in network.model.parameters())
        figures |= variants.make(options.out, options.precision, precision, candidates, check)
        del network, candidates  # before the next one is loaded

    name = Path(options.model).resolve().name if Path(options.model).is_dir() else options.model
    described = Description(
        options.name, options.version, licence, options.description or f"{name}, exported for Unmask.", options.languages,
        vocabulary, tokens, logits_shift, context, options.max_slots, boundary(fast))
    model_json.write(options.out, described, options.precision, {
        "exportedFrom": name, "revision": getattr(config, "_commit_hash", None), "modelType": config.model_type,
        "parameters": parameters, "sources": choices.sources, "parity": figures,
        "software": {module.__name__: module.__version__ for module in (torch, transformers, onnxruntime)},
    })
    print(f"{options.out} is ready: choose it with Unmask: Select Model, or give it to unmask fill --model.")


if __name__ == "__main__":
    main()
