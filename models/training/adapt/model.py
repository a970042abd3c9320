"""The adapted denoiser: a frozen causal transformer whose slot rows carry low-rank adapters.

The context is encoded by the base as it is: causally, without adapters, so its
keys and values need no training and no gradient. (With `Shape.context` its rows carry
the adapters too, and learn to go on as a language model does.) Slots attend to the context
and to each other in both directions. A masked slot is a *shifted* row: it
stands at the position before its own and is fed the token there (or the mask
where that one is masked too), so that it predicts its token as the base
predicts a next token. A revealed slot is an ordinary row at its own position.

The base has never looked ahead, nor at a mask. Learnt biases per layer and head
on such keys start far below zero, so that training starts from the base's own
behaviour and opens a head to them where it helps.

The first context token after the span is added to its masked rows, and its
score is part of the pad's: where the base would go on with what stands there
anyway, the fill is complete.

Most batches are read causally among the slots: every slot is a masked row
whose left neighbour is known. That is the case in which the base is strongest,
and all slots of a sample teach at once how to end where the context goes on.

Shapes: B batch, N context tokens, S slots, D width, H query heads, G key/value
heads, E = D / H, R rank.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from adapt.base import MATRICES, Base
from adapt.batches import Batch

SCALE = 2.0  # of what an adapter adds
CLOSED = -6.0  # what the biases on unaccustomed keys start from
SPANS = 8  # most spans of a sample; a fixed number, so that shapes depend on a batch's kind alone
COMPILED = 64  # shapes of batches that may be compiled for


@dataclass
class Shape:
    """The model's size; saved in checkpoints."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    groups: int
    hidden: int
    rope_base: float
    epsilon: float
    rank: int
    context: bool = False  # whether context rows carry the adapters, too

    as_dict = asdict


class Adapted(nn.Module):
    """x · Wᵀ with W [out,in] frozen, and on slot rows a trained low-rank term (Hu et al. 2021)."""

    def __init__(self, weight: Tensor, rank: int):
        super().__init__()
        outputs, inputs = weight.shape
        self.register_buffer("weight", weight, persistent=False)
        self.first = nn.Parameter(torch.randn(rank, inputs) * inputs ** -0.5)
        self.second = nn.Parameter(torch.zeros(outputs, rank))

    def merged(self) -> Tensor:
        """[out,in] as slot rows see it."""
        return self.weight + SCALE * self.second @ self.first

    def forward(self, x: Tensor, adapted: bool) -> Tensor:
        y = F.linear(x, self.weight)
        if not adapted:
            return y
        low = F.linear(x, self.first.to(x.dtype))
        return y + F.linear(low, (SCALE * self.second).to(x.dtype))


def rotations(positions: Tensor, size: int, base: float, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """cos and sin [B,1,len,E/2] of the rotary embedding (Su et al. 2021) at integer positions [B,len]."""
    frequencies = base ** (-torch.arange(0, size, 2, device=positions.device).float() / size)
    angles = positions.float()[:, None, :, None] * frequencies
    return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate the two halves of the last dimension of x [B,heads,len,E]."""
    cos, sin = turns
    first, second = x.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


class Block(nn.Module):
    """Pre-norm attention with grouped heads and SwiGLU."""

    def __init__(self, shape: Shape, matrices: dict[str, Tensor], norms: dict[str, Tensor]):
        super().__init__()
        self.shape, self.size = shape, shape.width // shape.heads
        for name in MATRICES:
            self.add_module(name, Adapted(matrices[name], shape.rank))
        for name, gain in norms.items():
            self.register_buffer(name, gain, persistent=False)
        self.reserve = nn.Parameter(torch.full((3, shape.heads), CLOSED))

    def norm(self, x: Tensor, gain: Tensor) -> Tensor:
        return F.rms_norm(x, gain.shape, gain, self.shape.epsilon)

    def keys_values(self, normed: Tensor, turns: tuple[Tensor, Tensor], adapted: bool) -> tuple[Tensor, Tensor]:
        """Rotated keys and values, each [B,G,len,E]."""
        split = lambda x: x.unflatten(-1, (self.shape.groups, self.size)).transpose(1, 2)
        return rotate(split(self.key(normed, adapted)), turns), split(self.value(normed, adapted))

    def queries(self, normed: Tensor, turns: tuple[Tensor, Tensor], adapted: bool) -> Tensor:
        """Rotated queries [B,H,len,E]."""
        split = self.query(normed, adapted).unflatten(-1, (self.shape.heads, self.size)).transpose(1, 2)
        return rotate(split, turns)

    def rest(self, x: Tensor, attended: Tensor, adapted: bool) -> Tensor:
        """The block after attention; attended is [B,H,len,E]."""
        x = x + self.out(attended.transpose(1, 2).flatten(-2), adapted)
        normed = self.norm(x, self.feed_norm)
        return x + self.down(F.silu(self.gate(normed, adapted)) * self.up(normed, adapted), adapted)

    def read(self, x: Tensor, turns: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Context rows after this block, causally, and their keys and values."""
        normed, adapted = self.norm(x, self.attention_norm), self.shape.context
        key, value = self.keys_values(normed, turns, adapted)
        repeats = self.shape.heads // self.shape.groups
        attended = F.scaled_dot_product_attention(
            self.queries(normed, turns, adapted), key.repeat_interleave(repeats, 1),
            value.repeat_interleave(repeats, 1), is_causal=True)
        return self.rest(x, attended, adapted), key, value

    def denoise(self, x: Tensor, turns: tuple[Tensor, Tensor], cache: tuple[Tensor, Tensor], seen: "Seen") -> Tensor:
        """Slot rows after this block; the context's keys and values serve as many rows each as there are draws."""
        normed = self.norm(x, self.attention_norm)
        own, draws = self.keys_values(normed, turns, True), len(x) // len(cache[0])
        key, value = (torch.cat((far.repeat_interleave(draws, 0), near), 2) for far, near in zip(cache, own))
        return self.rest(x, self.across(self.queries(normed, turns, True), key, value, seen), True)

    def across(self, query: Tensor, key: Tensor, value: Tensor, seen: "Seen") -> Tensor:
        """Attention [B,H,S,E] of slot rows to context and slots, of which key and value [B,G,N + S,E] are the rows."""
        ahead, hidden, later = self.reserve.to(query.dtype)[:, None, :, None, None]
        # The bias on context ahead is the product of a few more channels, which costs less than adding it to the scores.
        query = torch.cat((query * self.size ** -0.5, seen.span[:, None] * ahead), -1)
        grouped = query.unflatten(1, (self.shape.groups, -1)).flatten(2, 3)
        count = seen.after.size(1)
        far = torch.cat((key[:, :, :count], seen.after[:, None].expand(-1, key.size(1), -1, -1)), -1)
        near = F.pad(key[:, :, count:], (0, seen.after.size(-1)))
        scores = (grouped @ torch.cat((far, near), 2).mT).unflatten(2, (-1, query.size(2))).flatten(1, 2)
        own = scores[..., count:] + hidden * seen.hidden[:, None] + later * seen.later[:, None]
        if seen.barred is not None:
            own = own.masked_fill(seen.barred, -torch.inf)
        shares = torch.cat((scores[..., :count], own), -1).softmax(-1)
        shares = shares.unflatten(1, (self.shape.groups, -1)).flatten(2, 3)
        return (shares @ value).unflatten(2, (-1, query.size(2))).flatten(1, 2)


@dataclass
class Seen:
    """Which keys a causal model would never have seen, as 0/1.

    A slot's span [B,S,M] and the context after each span [B,N,M], M = SPANS at
    most; for pairs of slots [B,S,S] whether the second is another masked one, or
    a later revealed one. `barred` [S,S], where there is one, are pairs that must
    not see each other at all.
    """

    span: Tensor
    after: Tensor
    hidden: Tensor
    later: Tensor
    barred: Tensor | None = None


def seen(masked: Tensor, positions: Tensor, slot_pos: Tensor, context_pos: Tensor, dtype: torch.dtype) -> Seen:
    """masked, positions [B,S] are the rows', slot_pos [B,S] the slots'; context_pos [B / draws,N]."""
    first = F.pad(slot_pos[:, 1:] - slot_pos[:, :-1] != 1, (1, 0), value=True)
    number = first.cumsum(1) - 1
    span = F.one_hot(number, SPANS).to(dtype)
    start = torch.zeros(len(span), span.size(-1), dtype=torch.long, device=span.device)
    start.scatter_(1, number, slot_pos)  # any slot of the span will do
    draws = len(masked) // len(context_pos)
    after = context_pos.repeat_interleave(draws, 0)[..., None] > start[:, None]
    other = ~torch.eye(masked.size(1), dtype=torch.bool, device=masked.device)
    hidden = masked[:, None] & other
    later = ~masked[:, None] & (positions[:, None] > positions[..., None])
    return Seen(span, after.to(dtype), hidden.to(dtype), later.to(dtype))


class AdaptedDenoiser(nn.Module):
    """Predicts the clean token of every masked slot."""

    def __init__(self, shape: Shape, base: Base, sources, pad: int, mask: int, dtype: torch.dtype = torch.float32):
        """`sources` [vocabulary] are rows of the base's embedding (trim.trim)."""
        super().__init__()
        self.shape, self.pad, self.mask, self.dtype = shape, pad, mask, dtype
        frozen = lambda array: torch.from_numpy(array).to(dtype)
        table = torch.from_numpy(base.embedding[sources])
        self.register_buffer("table", table.to(dtype), persistent=False)
        self.blocks = nn.ModuleList(
            Block(shape, {name: frozen(matrix.dequantised()) for name, matrix in matrices.items()},
                  {name: frozen(gain) for name, gain in norms.items()})
            for matrices, norms in zip(base.matrices, base.norms))
        self.register_buffer("output_norm", frozen(base.output_norm), persistent=False)
        self.pad_row = nn.Parameter(table[pad].clone())
        self.mask_row = nn.Parameter(table[mask].clone())
        self.masked_flag = nn.Parameter(torch.zeros(shape.width))
        self.after_gain = nn.Parameter(torch.zeros(shape.width))
        self.stop = nn.Parameter(torch.tensor([0.3, 0.0]))

    def compile_blocks(self) -> None:
        """Compile the blocks' two passes; all blocks share what is compiled for a batch's shape."""
        torch._dynamo.config.recompile_limit = COMPILED
        for block in self.blocks:
            block.read, block.denoise = (torch.compile(body, dynamic=False) for body in (block.read, block.denoise))

    def turns(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        return rotations(positions, self.shape.width // self.shape.heads, self.shape.rope_base, self.dtype)

    def encode(self, ids: Tensor, positions: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Every layer's keys and values [B,G,N,E] of the context."""
        with torch.set_grad_enabled(self.shape.context and torch.is_grad_enabled()):
            x, turns, cache = self.read(ids, positions, list(self.blocks)[:-1])
            # Nobody reads the rows after the last block.
            last = self.blocks[-1]
            return [*cache, last.keys_values(last.norm(x, last.attention_norm), turns, self.shape.context)]

    def read(self, ids: Tensor, positions: Tensor, blocks) -> tuple[Tensor, tuple[Tensor, Tensor], list]:
        """Context rows [B,N,D] after `blocks`, their rotations, and the blocks' keys and values."""
        # With a gradient that nobody reads, the first block is compiled as the others are.
        x, turns, cache = self.table[ids].requires_grad_(torch.is_grad_enabled()), self.turns(positions), []
        for block in blocks:
            x, *pair = block.read(x, turns)
            cache.append(tuple(pair))
        return x, turns, cache

    def continued(self, ids: Tensor, positions: Tensor) -> tuple[Tensor, list]:
        """Hidden states [B,N,D] of the context, from which its next tokens are predicted, and its cache."""
        x, _, cache = self.read(ids, positions, self.blocks)
        return F.rms_norm(x, self.output_norm.shape, self.output_norm, self.shape.epsilon), cache

    def rows(self, tokens: Tensor, previous: Tensor, after: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Input embeddings [B,S,D] and positions [B,S] of slots holding `tokens`.

        `previous` are the tokens before them, `after` the first context tokens beyond their spans.
        """
        masked = tokens == self.mask
        fed = torch.where(masked, previous, tokens)
        x = self.table[fed].float()
        x = torch.where((fed == self.mask)[..., None], self.mask_row, x)
        x = torch.where((fed == self.pad)[..., None], self.pad_row, x)
        x = x + masked[..., None] * (self.masked_flag + self.table[after].float() * self.after_gain)
        return x.to(self.dtype), positions - masked.long()

    def denoise(
        self, batch: Batch, tokens: Tensor, previous: Tensor, cache: list, causal: bool = False
    ) -> Tensor:
        """Hidden states [B,S,D]; a cache of fewer rows than B is repeated, each row for B / rows draws.

        `causal`: a slot sees itself and earlier slots only, as if their left neighbours were revealed.
        """
        x, rows = self.rows(tokens, previous, batch.after, batch.slot_pos)
        # A masked slot with nothing before it would stand at −1, of which no graph has a table.
        turns = self.turns(rows.clamp(min=0))
        view = seen(tokens == self.mask, rows, batch.slot_pos, batch.context_pos, self.dtype)
        if causal:
            count = tokens.size(1)
            view.hidden = view.later = torch.zeros((), dtype=self.dtype, device=x.device).expand_as(view.hidden)
            view.barred = torch.ones(count, count, dtype=torch.bool, device=x.device).triu(1)
        for block, pair in zip(self.blocks, cache):
            x = block.denoise(x, turns, pair, view)
        return F.rms_norm(x, self.output_norm.shape, self.output_norm, self.shape.epsilon)

    def logits(self, hidden: Tensor, after: Tensor) -> Tensor:
        """Scores [..,V] of hidden [..,D] through the tied embedding; `after` [..] as in Batch."""
        scores = F.linear(hidden, self.table)
        weight, offset = self.stop.to(hidden.dtype)
        pad = F.linear(hidden, self.pad_row[None].to(hidden.dtype)) + offset
        pad = pad + weight * (hidden * self.table[after]).sum(-1, keepdim=True)
        return torch.cat((scores[..., :self.pad], pad, scores[..., self.pad + 1:]), -1)
