"""A plain sampler over the exported graphs, to look at fills without the engine.

LLaDA's confidence order (Nie et al. 2025): every step reveals the slots whose
best token is most probable, a fixed number per step.
"""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from layout import SPAN_GAP
from parity import Graphs
from vocabulary import BEGIN, END, MASK, PAD


@dataclass
class Filler:
    """Graphs and tokenizer of one model folder."""

    graphs: Graphs
    tokenizer: Tokenizer
    context: int

    def window(self, prefix: str, suffix: str, language_token: str | None) -> tuple[list[int], list[int]]:
        """Token ids before and after the span, cut to the context length around it."""
        ids, encode = self.tokenizer.token_to_id, lambda text: self.tokenizer.encode(text, add_special_tokens=False).ids
        before = [ids(BEGIN), *encode(prefix)]
        after = [*encode(suffix), ids(END)]
        head = [ids(language_token)] if language_token else []
        room = self.context - len(head)
        left = min(len(before), max(room // 2, room - len(after)))
        return head + before[len(before) - left:], after[:room - left]

    def fill(self, prefix: str, suffix: str, language_token: str | None, slots: int, steps: int) -> str:
        """The text of the most confident fill with at most `slots` tokens."""
        before, after = self.window(prefix, suffix, language_token)
        start = len(before)
        positions = [*range(start), *range(start + SPAN_GAP, start + SPAN_GAP + len(after))]
        cache = self.graphs.context(np.array([before + after]), np.array([positions]))
        mask, pad = self.tokenizer.token_to_id(MASK), self.tokenizer.token_to_id(PAD)
        ids, slot_pos = np.full((1, slots), mask), np.arange(start, start + slots)[None]
        for step in range(min(steps, slots)):
            masked = np.flatnonzero(ids[0] == mask)
            found = self.graphs.predict(ids, slot_pos, cache)
            count = -(-len(masked) // (min(steps, slots) - step))
            best = masked[np.argsort(-found["topk_logprobs"][0, masked, 0], kind="stable")[:count]]
            ids[0, best] = found["topk_ids"][0, best, 0]
        return self.tokenizer.decode([int(i) for i in ids[0] if i != pad])
