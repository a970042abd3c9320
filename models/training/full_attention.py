"""The denoiser with full bidirectional attention, to compare the asymmetric one with. It is never exported."""

import torch
import torch.nn.functional as F
from torch import Tensor

from model import Denoiser, edges, links, taken


class FullAttentionDenoiser(Denoiser):
    """All weights as in Denoiser, but the context attends to the slots as well."""

    def forward(
        self, slot_ids: Tensor, slot_pos: Tensor, context_ids: Tensor | None = None,
        context_pos: Tensor | None = None, link: Tensor | None = None,
    ) -> Tensor:
        """Hidden states [B,S,D] of the slots of a batch."""
        if context_ids is None:
            return super().forward(slot_ids, slot_pos, link=link)
        edge, size = edges(slot_pos, context_pos), context_ids.size(1)
        context, slots = (self.input_norm(self.embedding(ids)) for ids in (context_ids, slot_ids))
        turns = self.turns(torch.cat((context_pos, slot_pos), 1))
        context_link, slot_link = links(context_pos), links(slot_pos)
        for block in self.blocks:
            known, normed = block.attention_norm(context), block.attention_norm(slots)
            around = (taken(known, edge.before, edge.has_before), taken(known, edge.after, edge.has_after))
            mixed = torch.cat((block.mixed(known, context_link), block.mixed(normed, slot_link, *around)), 1)
            key, value = block.keys_values(mixed, turns)
            attended = F.scaled_dot_product_attention(block.queries(mixed, turns), key, value)
            context, slots = block.feed(torch.cat((context, slots), 1), attended).split((size, slots.size(1)), 1)
        return self.output_norm(slots)
