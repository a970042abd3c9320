"""A model of Hugging Face's format, from the hub or from a folder: configuration, network, tokenizer, card."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from huggingface_hub import ModelCard
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, PreTrainedModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.utils import cached_file

from known_models import known
from tokens import fast_twin

CLASSES = (AutoModelForMaskedLM, AutoModelForCausalLM, AutoModel)


@dataclass(frozen=True)
class Source:
    """Where a model comes from: a name on the hub, or a folder. `trusted`: code that comes along may be run."""

    model: str
    trusted: bool

    def file(self, name: str) -> Path | None:
        """One of its files, fetched if need be; None if it has none of that name."""
        found = cached_file(self.model, name, _raise_exceptions_for_missing_entries=False)
        return Path(found) if found else None

    def json(self, name: str) -> dict:
        """A file of its, `{}` if it has none of that name."""
        path = self.file(name)
        return json.loads(path.read_text(encoding="utf-8")) if path else {}

    def config(self) -> transformers.PretrainedConfig:
        """Its configuration.

        Exits where there is none, or where it needs code that is not trusted.
        """
        try:
            written = self.json("config.json")
        except OSError as error:
            sys.exit(f"{self.model} cannot be read: {error}")
        if not written:
            sys.exit(f"{self.model} has no config.json, or cannot be reached. Name a folder or a hub model of Hugging Face's format.")
        if written.get("model_type") not in CONFIG_MAPPING and not self.trusted:
            sys.exit(f"transformers {transformers.__version__} has no code for models of type {written.get('model_type')}. "
                     "If the model brings code of its own, read it and then add --trust-remote-code.")
        return AutoConfig.from_pretrained(self.model, trust_remote_code=self.trusted)

    def configured(self, config: transformers.PretrainedConfig) -> dict:
        """What is set in the configuration, and else in that of its generation."""
        return self.json("generation_config.json") | {name: value for name, value in config.to_dict().items() if value is not None}

    def network(self, config: transformers.PretrainedConfig, dtype: torch.dtype) -> PreTrainedModel:
        """The model with a head over the vocabulary, in `dtype`, for evaluation."""
        own = getattr(config, "auto_map", {}) if self.trusted else {}
        chosen = next((auto for auto in CLASSES if auto.__name__ in own), None)
        if type(config) in transformers.MODEL_FOR_MASKED_LM_MAPPING:
            chosen = chosen or AutoModelForMaskedLM
        if type(config) in transformers.MODEL_FOR_CAUSAL_LM_MAPPING:
            chosen = chosen or AutoModelForCausalLM
        if not chosen:
            sys.exit(f"transformers knows no language model of type {config.model_type}, only other kinds of models. "
                     "If the model brings code of its own, read it and then add --trust-remote-code.")
        network = chosen.from_pretrained(self.model, config=config, trust_remote_code=self.trusted, torch_dtype=dtype)
        return network.eval()

    def tokenizer(self, model_type: str) -> transformers.PreTrainedTokenizerBase:
        """Its tokenizer, the fast one if there is any."""
        tokenizer = AutoTokenizer.from_pretrained(self.model, trust_remote_code=self.trusted)
        facts = known(model_type)
        if tokenizer.is_fast or not facts or not facts.tokenizer:
            return tokenizer
        return fast_twin(tokenizer, getattr(transformers, facts.tokenizer).from_pretrained(self.model))

    def licence(self) -> str | None:
        """What the metadata of its card say."""
        card = self.file("README.md")
        data = ModelCard(card.read_text(encoding="utf-8"), ignore_metadata_errors=True).data if card else None
        named = data and (data.get("license_name") or data.get("license"))
        return str(named) if named else None


def is_masked_lm(network: PreTrainedModel) -> bool:
    """Whether it is one of transformers' masked language models, whose logits are about the token in the same row."""
    return transformers.MODEL_FOR_MASKED_LM_MAPPING.get(type(network.config), None) is type(network)
