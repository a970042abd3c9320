"""Several processes on one machine that average their gradients."""

import os
import tempfile

import torch
import torch.distributed as distributed
import torch.multiprocessing
from torch import Tensor


def spawn(body, count: int, *args) -> None:
    """Run `body(rank, *args)` in `count` processes that meet through a temporary file; one needs nobody to meet."""
    if count == 1:
        # Also where there is no network interface at all, which meeting takes.
        body(0, *args)
        return
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(joined, (count, os.path.join(folder, "ranks"), body, args), count)


def joined(rank: int, count: int, meeting: str, body, args: tuple) -> None:
    distributed.init_process_group("gloo", f"file://{meeting}", rank=rank, world_size=count)
    body(rank, *args)
    distributed.destroy_process_group()


def average(parameters: list[Tensor], figures: list[float | Tensor]) -> list[float | Tensor]:
    """Replace every gradient by its mean over the ranks; returns the mean of `figures`, numbers all."""
    if not distributed.is_initialized():
        return figures
    count = distributed.get_world_size()
    device = parameters[0].device
    flat = torch.cat([*(p.grad.flatten() for p in parameters), torch.tensor([float(figure) for figure in figures], device=device)])
    distributed.all_reduce(flat)
    flat /= count
    *gradients, mean = flat.split([*(p.numel() for p in parameters), len(figures)])
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad.copy_(gradient.view_as(parameter))
    return mean.tolist()
