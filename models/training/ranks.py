"""Several processes on one machine that average their gradients."""

import os

import torch
import torch.distributed as distributed
from torch import Tensor


def join(rank: int, count: int) -> None:
    """Become rank `rank` of `count`; they meet on a port of this machine."""
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29571")
    distributed.init_process_group("gloo", rank=rank, world_size=count)


def average(parameters: list[Tensor], figures: list[float]) -> list[float]:
    """Replace every gradient by its mean over the ranks; returns the mean of `figures`."""
    count = distributed.get_world_size()
    if count == 1:
        return figures
    device = parameters[0].device
    flat = torch.cat([*(p.grad.flatten() for p in parameters), torch.tensor(figures, device=device)])
    distributed.all_reduce(flat)
    flat /= count
    *gradients, mean = flat.split([*(p.numel() for p in parameters), len(figures)])
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad.copy_(gradient.view_as(parameter))
    return mean.tolist()


def leave() -> None:
    distributed.destroy_process_group()
