"""Writes the variants of a model and checks each against PyTorch."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import denoise
import parity
import quantise
from denoise import Denoise
from model_json import graph_file, weight_file


def manner(denoising: Denoise) -> str:
    """How a graph will read, for the user."""
    mask = denoising.reading.mask
    told = f"{mask.argument} as {mask.shape}" if mask else "no mask of filler"
    positions = "position_ids" if denoising.reading.positions else "no positions"
    return f"{told}, {positions}, rows gathered {'before' if denoising.before_head else 'behind'} the head"


def write(candidates: list[Denoise], folder: Path, precision: str) -> Denoise:
    """Export the first of the candidates that can be exported, and return it. Exits if none can."""
    fault = ""
    for candidate in candidates:
        print(f"{precision}: exporting with {manner(candidate)}", flush=True)
        try:
            denoise.write(candidate, folder, graph_file(precision), weight_file(precision))
            return candidate
        except Exception as error:  # whatever a model's code makes of being traced
            # The exporter's own error tells of its steps, and its cause what is in the way.
            fault = str(error.__cause__ or error).strip().split("\n")[0]
            print(f"  not possible: {fault}", flush=True)
    sys.exit(f"PyTorch's exporter cannot trace the code of this model, which has to be changed for it: {fault}")


@dataclass(frozen=True)
class Check:
    """What is compared with PyTorch: random text of at most `most` tokens among `ordinary`, with `mask`s."""

    ordinary: list[int]
    mask: int
    most: int
    tolerance: float | None

    def figures(self, graph: Path, precision: str, denoising: Denoise) -> dict[str, float]:
        """Exits if the graph differs from PyTorch by more than the tolerance, or else the precision's."""
        found = parity.compare(graph, denoising, self.ordinary, self.mask, self.most)
        print(f"{precision}: {found}", flush=True)
        fault = parity.fault(found, parity.TOLERANCES[precision] if self.tolerance is None else self.tolerance)
        if fault:
            sys.exit(f"The {precision} graph is not the model. {fault} No model.json was written.")
        return found


def floats(wanted: list[str]) -> list[str]:
    """The types of numbers to export in: those wanted, and float32 for what is quantised."""
    return [name for name in ("fp32", "fp16") if name in wanted or (name == "fp32" and "int8" in wanted)]


def make(out: Path, wanted: list[str], precision: str, candidates: list[Denoise], check: Check) -> dict[str, dict[str, float]]:
    """Write the graph of a float `precision`, if it is wanted, and the one quantised from it. Returns the figures of each."""
    figures = {}
    with tempfile.TemporaryDirectory(dir=out) as spare:
        folder = out if precision in wanted else Path(spare)
        written = write(candidates, folder, precision)
        figures[precision] = check.figures(folder / graph_file(precision), precision, written)
        if precision == "fp32" and "int8" in wanted:
            quantise.write(folder / graph_file("fp32"), out, graph_file("int8"), weight_file("int8"))
            figures["int8"] = check.figures(out / graph_file("int8"), "int8", written)
    return figures
