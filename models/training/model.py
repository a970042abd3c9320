"""The denoiser: a bidirectional transformer over `[context | slots]`.

Context attends to context, slots attend to everything. Both halves share all
weights, so the context's keys and values can be computed once per request.
Shapes: B batch, N context tokens, S slots, D width, H heads, E = D / H.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Shape:
    """The model's size; saved in checkpoints."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 512
    rope_base: float = 10_000.0

    as_dict = asdict


class RMSNorm(nn.Module):
    """x / rms(x) · gain over the last dimension."""

    def __init__(self, size: int):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.gain.shape, self.gain.to(x.dtype), 1e-6)


def rotations(positions: Tensor, size: int, base: float) -> tuple[Tensor, Tensor]:
    """cos and sin [B,1,len,E/2] of the rotary embedding (Su et al. 2021) at integer positions [B,len].

    The slower half of the frequencies is zero: those channels compare content
    regardless of distance, which copying names from afar needs.
    """
    frequencies = base ** (-torch.arange(0, size, 2, device=positions.device).float() / size)
    frequencies[size // 4:] = 0
    angles = positions.float()[:, None, :, None] * frequencies
    return angles.cos(), angles.sin()


def rotate(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate the two halves of the last dimension of x [B,H,len,E]."""
    cos, sin = (turn.to(x.dtype) for turn in turns)
    first, second = x.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


def links(positions: Tensor) -> Tensor:
    """[B,len-1], 1 where two tokens that lie side by side in memory do so in the text, else 0."""
    return (positions[:, 1:] - positions[:, :-1] == 1).float()


@dataclass
class Edges:
    """The context tokens at the edges of each slot's span.

    Indices into the context [B,S], and [B,S,1] whether there is such a token:
    `before` stands right before the slot (a span's first slot has one), `after`
    is the first one beyond the slot, so all slots of a span have the same.
    """

    before: Tensor
    has_before: Tensor
    after: Tensor
    has_after: Tensor


def edges(slot_pos: Tensor, context_pos: Tensor) -> Edges:
    """Context positions [B,N] must ascend."""
    slots, context = slot_pos[:, :, None], context_pos[:, None, :]
    after = (context <= slots).sum(-1)
    has_before, before = (context == slots - 1).float().max(-1)
    last = context_pos.size(1) - 1
    return Edges(before, has_before[..., None], after.clamp(max=last), (after <= last).float()[..., None])


def taken(rows: Tensor, index: Tensor, has: Tensor) -> Tensor:
    """rows [B,N,D] at index [B,S], zero where there is none."""
    return rows.gather(1, index[..., None].expand(-1, -1, rows.size(-1))) * has.to(rows.dtype)


@dataclass
class Memory:
    """What one layer keeps of the context: keys, values [B,H,N,E] and the normalised input [B,N,D]."""

    key: Tensor
    value: Tensor
    normed: Tensor


class Block(nn.Module):
    """Pre-norm attention and SwiGLU, with a neighbour mix in front of the attention.

    The mix adds each token's left and right neighbour (per-channel weights)
    within the context or within one span's slots; a span's first slot has the
    context token before it on its left, and every slot also adds the first
    context token after its span. It makes "what follows
    this token elsewhere" a one-layer lookup, which a small model would
    otherwise need much training to form.
    """

    def __init__(self, shape: Shape):
        super().__init__()
        width = shape.width
        self.heads, self.size = shape.heads, width // shape.heads
        self.attention_norm = RMSNorm(width)
        self.neighbours = nn.Parameter(torch.zeros(3, width))
        self.query, self.key, self.value, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.query_norm, self.key_norm = RMSNorm(self.size), RMSNorm(self.size)
        self.feed_norm = RMSNorm(width)
        self.gate = nn.Linear(width, shape.hidden, bias=False)
        self.up = nn.Linear(width, shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, width, bias=False)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.down.weight)

    def mixed(self, normed: Tensor, link: Tensor, before: Tensor | None = None, after: Tensor | None = None) -> Tensor:
        """Normalised input [B,len,D] plus its neighbours; link is [B,len-1], the edges' inputs are [B,len,D]."""
        link = link.to(normed.dtype)[..., None]
        left = F.pad(normed[:, :-1] * link, (0, 0, 1, 0))
        right = F.pad(normed[:, 1:] * link, (0, 0, 0, 1))
        mix = self.neighbours.to(normed.dtype)
        if before is None:
            return normed + left * mix[0] + right * mix[1]
        return normed + (left + before) * mix[0] + right * mix[1] + after * mix[2]

    def split(self, x: Tensor) -> Tensor:
        """[B,len,D] → [B,H,len,E]."""
        return x.unflatten(-1, (self.heads, self.size)).transpose(1, 2)

    def keys_values(self, mixed: Tensor, turns: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Rotated keys and values, each [B,H,len,E]."""
        return rotate(self.key_norm(self.split(self.key(mixed))), turns), self.split(self.value(mixed))

    def queries(self, mixed: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        """Rotated queries [B,H,len,E]."""
        return rotate(self.query_norm(self.split(self.query(mixed))), turns)

    def feed(self, x: Tensor, attended: Tensor) -> Tensor:
        """The rest of the block after attention; attended is [B,H,len,E]."""
        x = x + self.out(attended.transpose(1, 2).flatten(-2))
        h = self.feed_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Denoiser(nn.Module):
    """Predicts the clean token of every slot."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.embedding.weight, std=shape.width ** -0.5)
        self.input_norm = RMSNorm(shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = RMSNorm(shape.width)

    def turns(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        return rotations(positions, self.blocks[0].size, self.shape.rope_base)

    def encode(self, ids: Tensor, positions: Tensor) -> list[Memory]:
        """Every layer's memory of the context."""
        x, turns, link = self.input_norm(self.embedding(ids)), self.turns(positions), links(positions)
        cache = []
        for index, block in enumerate(self.blocks):
            normed = block.attention_norm(x)
            mixed = block.mixed(normed, link)
            memory = Memory(*block.keys_values(mixed, turns), normed)
            cache.append(memory)
            if index + 1 < len(self.blocks):  # nobody reads the context after the last layer
                attended = F.scaled_dot_product_attention(block.queries(mixed, turns), memory.key, memory.value)
                x = block.feed(x, attended)
        return cache

    def denoise(
        self, ids: Tensor, positions: Tensor, cache: list[Memory] | None = None,
        edge: Edges | None = None, link: Tensor | None = None,
    ) -> Tensor:
        """Hidden states [B,S,D] of the slots.

        `cache` None means no context, else `edge` is its edges(); `link` overrides links().
        """
        x, turns = self.input_norm(self.embedding(ids)), self.turns(positions)
        link = links(positions) if link is None else link
        for index, block in enumerate(self.blocks):
            normed, around = block.attention_norm(x), ()
            if cache is not None:
                known = cache[index].normed
                around = (taken(known, edge.before, edge.has_before), taken(known, edge.after, edge.has_after))
            mixed = block.mixed(normed, link, *around)
            key, value = block.keys_values(mixed, turns)
            if cache is not None:
                key = torch.cat((cache[index].key, key), 2)
                value = torch.cat((cache[index].value, value), 2)
            x = block.feed(x, F.scaled_dot_product_attention(block.queries(mixed, turns), key, value))
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores over the vocabulary, through the tied embedding."""
        return F.linear(hidden, self.embedding.weight)

    def forward(
        self, slot_ids: Tensor, slot_pos: Tensor, context_ids: Tensor | None = None,
        context_pos: Tensor | None = None, link: Tensor | None = None,
    ) -> Tensor:
        """Hidden states [B,S,D] of the slots of a batch."""
        if context_ids is None:
            return self.denoise(slot_ids, slot_pos, link=link)
        cache = self.encode(context_ids, context_pos)
        return self.denoise(slot_ids, slot_pos, cache, edges(slot_pos, context_pos))
