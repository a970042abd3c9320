"""A model that brings code of its own, as those adapted from an autoregressive one do: a Llama without its causal mask."""

from transformers import LlamaConfig, LlamaForCausalLM


class BothWaysConfig(LlamaConfig):
    model_type = "both_ways"


class BothWays(LlamaForCausalLM):
    config_class = BothWaysConfig

    def __init__(self, config):
        config.is_causal = False
        super().__init__(config)
        for layer in self.model.layers:
            layer.self_attn.is_causal = False
