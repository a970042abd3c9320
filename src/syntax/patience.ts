/** Milliseconds that the parser may take for a request, and for each text that it is asked about beyond them. */
const [ONCE, EACH] = [1000, 50];

/**
 * How long a request waits for the parser. Text that parses is read in a small part of that; of what is no code, a parse can
 * take many seconds.
 */
export class Patience {
  #left = ONCE;

  /**
   * Does something with the parser.
   *
   * @param work is given what tells whether the time is up, for it to stop then
   */
  during<T>(work: (isOver: () => boolean) => T): T {
    const worked = stopwatch();
    const left = this.#left + EACH;
    try {
      return work(() => worked() > left);
    } finally {
      this.#left = left - worked();
    }
  }
}

/** Milliseconds of which nobody asks how many were worked, which itself takes a part of one. */
const SHORT = 10;

/**
 * Milliseconds that this thread has worked since, about: what a run finds is not to depend on who else uses the processor, nor
 * on other threads of this process.
 */
function stopwatch(): () => number {
  const time = performance.now();
  let cpu: NodeJS.CpuUsage | undefined;
  return () => {
    const passed = performance.now() - time;
    if (passed <= SHORT) return passed;
    cpu ??= process.cpuUsage();
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(passed, SHORT + (user + system) / 1000);
  };
}
