"""What is compared: every configuration is one run of the command line over the same spans."""

import shlex
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

# L the engine starts from where nothing is selected; it grows from there.
FIRST_SLOTS = 16
# More than any span's L: a fixed rule then reveals one slot per step.
ALL_STEPS = 128


@dataclass(frozen=True)
class Configuration:
    """Options of `fill --batch`, the length of spans, and T where it depends on L."""

    name: str
    label: str
    options: tuple[str, ...] = ()
    # L: found by the engine, or the number of the author's tokens.
    oracle: bool = False
    # T as a share of L, or as a number.
    steps: Fraction | int | None = None
    # Another model to run than the evaluated one.
    model: Path | None = None

    def steps_for(self, slots: int) -> int | None:
        """T of a span with L = `slots`, a share rounded up; None leaves it to the preset."""
        return ceil(slots * self.steps) if isinstance(self.steps, Fraction) else self.steps


# Samplers are compared by what they make themselves.
ALONE = ("--copies", "0")

AUTO = Configuration("auto", "default, automatic L")
ORACLE = Configuration("oracle", "default, oracle L", oracle=True)
# A quarter of the steps, counted from the L at the start: automatic L goes on with as many each time that it grows.
QUARTER = Configuration("auto-quarter", "default, automatic L, T = L/4", steps=Fraction(1, 4))
ORACLE_QUARTER = Configuration("oracle-quarter", "default, oracle L, T = L/4", oracle=True, steps=Fraction(1, 4))
SAMPLER = Configuration("sampler", "default without copies, automatic L", ALONE)
ONE_BY_ONE = Configuration("one-by-one", "one slot per step, most confident first",
                           ("--preset", "LLaDA", "-T", str(ALL_STEPS), *ALONE))
LEFT_TO_RIGHT = Configuration("left-to-right", "one slot per step, left to right",
                              ("--preset", "LLaDA", "--order", "left-to-right", "-T", str(ALL_STEPS), *ALONE))

# How T is written, and what it is.
BUDGETS: dict[str, Fraction | int] = {
    "L": Fraction(1), "L/2": Fraction(1, 2), "L/4": Fraction(1, 4), "4": 4, "1": 1,
}
RULES = {"fixed": "LLaDA", "adaptive": "Speculative"}
PRESETS = ("Speculative", "Frontier", "Fast-dLLM", "LLaDA", "Dream", "MDLM", "Entropy-bounded", "Fréchet", "ReMDM",
           "ReMDM rescale", "ReMDM conf", "ReMDM loop", "P2", "PRISM", "WINO", "KLASS", "Block", "LLaDA-2.1")


def against(folder: Path) -> Configuration:
    """Another model under the default settings."""
    return Configuration(f"against-{folder.resolve().name}", f"{folder.resolve().name}, automatic L", model=folder)


def budgeted(rule: str, budget: str) -> Configuration:
    """A rule at oracle length within T steps."""
    name = f"{rule}-T-{budget.replace('/', '-over-')}"
    return Configuration(name, f"{rule}, T = {budget}", ("--preset", RULES[rule], *ALONE), oracle=True,
                         steps=BUDGETS[budget])


def preset(name: str) -> Configuration:
    """A preset's sampler; that of the default one is `SAMPLER`."""
    if name == PRESETS[0]:
        return SAMPLER
    return Configuration(f"preset-{name.lower().replace(' ', '-').replace('é', 'e')}", name, ("--preset", name, *ALONE))


def tried(name: str, options: str) -> Configuration:
    """Settings to try, as options of `fill --batch`."""
    return Configuration(f"try-{name}", name, tuple(shlex.split(options)))


def parts(others: list[Path], trials: list[Configuration]) -> dict[str, list[Configuration]]:
    """The parts of an evaluation; a configuration may belong to several."""
    return {
        "main": [AUTO, ORACLE, QUARTER, ORACLE_QUARTER, SAMPLER, ONE_BY_ONE, LEFT_TO_RIGHT, *map(against, others),
                 *trials],
        "steps": [budgeted(rule, budget) for rule in RULES for budget in BUDGETS],
        "presets": [preset(name) for name in PRESETS],
    }
