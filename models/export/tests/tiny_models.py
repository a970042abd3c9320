"""Small random models with a tokenizer trained on this folder's own code, written as the hub has them."""

import json
import shutil
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, ModernBertConfig, ModernBertForMaskedLM, PreTrainedTokenizerFast
from transformers.utils import logging

logging.disable_progress_bar()

HERE = Path(__file__).parent
WIDTHS = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
REACH = 96  # tokens
# Random weights of the usual size say nearly the same of every token.
SPREAD = {"initializer_range": 0.3}


def byte_level_bpe(special: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator((path.read_text() for path in sorted(HERE.parent.glob("*.py"))), trainer)
    return tokenizer


def bert_tokenizer() -> PreTrainedTokenizerFast:
    """Puts [CLS] and [SEP] around a text."""
    names = ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = byte_level_bpe(names)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")


def llama_tokenizer(*more: str) -> PreTrainedTokenizerFast:
    """Names no mask, as tokenizers of models adapted later do."""
    return PreTrainedTokenizerFast(
        tokenizer_object=byte_level_bpe(["<|endoftext|>", "<|mask|>", *more]), eos_token="<|endoftext|>")


def modern_bert(folder: Path) -> None:
    """With a card, and fewer tokens than its vocabulary."""
    tokenizer = bert_tokenizer()
    torch.manual_seed(1)
    config = ModernBertConfig(
        vocab_size=len(tokenizer) + 3, max_position_embeddings=REACH, local_attention=16, global_attn_every_n_layers=2,
        initializer_cutoff_factor=3.0, pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2,
        **SPREAD, **WIDTHS)
    ModernBertForMaskedLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n# A model\n")


def altered_modern_bert(folder: Path) -> None:
    """The same, but for one norm."""
    modern_bert(folder)
    model = ModernBertForMaskedLM.from_pretrained(folder)
    model.model.layers[1].mlp_norm.weight.data *= 1.1
    model.save_pretrained(folder)


def llama(folder: Path) -> None:
    """Autoregressive; its configuration names the mask."""
    tokenizer = llama_tokenizer()
    torch.manual_seed(2)
    config = LlamaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=REACH, num_key_value_heads=2, tie_word_embeddings=True,
        mask_token_id=tokenizer.convert_tokens_to_ids("<|mask|>"), **SPREAD, **WIDTHS)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def both_ways(folder: Path) -> None:
    """The same weights with code of their own, which takes the causal mask off."""
    llama(folder)
    shutil.copyfile(HERE / "modeling_both_ways.py", folder / "modeling_both_ways.py")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "both_ways", "architectures": ["BothWays"], "auto_map": {
        "AutoConfig": "modeling_both_ways.BothWaysConfig", "AutoModel": "modeling_both_ways.BothWays"}}
    (folder / "config.json").write_text(json.dumps(config))
