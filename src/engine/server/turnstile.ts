/** Lets one task through at a time, in the order of arrival. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs the task once all before it have ended, well or badly.
   *
   * @param signal while the task waits, aborting it makes it leave at once.
   * @returns undefined where it left.
   */
  pass<T>(task: () => Promise<T>): Promise<T>;
  pass<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>;
  pass<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const leave = () => resolve(undefined);
      signal?.addEventListener('abort', leave, { once: true });
      const turn = async () => {
        signal?.removeEventListener('abort', leave);
        if (signal?.aborted) return leave();
        try {
          resolve(await task());
        } catch (error) {
          reject(error);
        }
      };
      this.#last = this.#last.then(turn);
      if (signal?.aborted) leave();
    });
  }
}
