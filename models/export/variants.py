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


def write(candidates: list[Denoise], folder: Path, precision: str) -> Denoise:
    """Export the first of the candidates that can be exported, and return it. Exits if none can."""
    faults = []
    for candidate in candidates:
        said = lambda there, what: f"{'with' if there else 'without'} {what}"
        print(f"{precision}: exporting {said(candidate.reading.mask, 'attention mask')}, "
              f"{said(candidate.reading.positions, 'positions')}, rows gathered "
              f"{'before' if candidate.before_head else 'behind'} the head", flush=True)
        try:
            denoise.write(candidate, folder, graph_file(precision), weight_file(precision))
            return candidate
        except Exception as error:  # whatever a model's code makes of being traced
            faults.append(str(error).strip() or type(error).__name__)
            print(f"  not possible: {faults[-1].splitlines()[0]}", flush=True)
    sys.exit(f"PyTorch's exporter cannot trace the code of this model: {faults[-1]}")


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
