/** Tells when something has not been used for a while. */
export class IdleWatch {
  #uses = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param afterMs how long a while is, asked whenever it begins; undefined for one without an end
   * @param onIdle called once, unless it is used again
   */
  constructor(
    private readonly afterMs: () => number | undefined,
    private readonly onIdle: () => void,
  ) {}

  get inUse(): boolean {
    return this.#uses > 0;
  }

  /** @param use counts as such until it settles */
  async during<T>(use: () => Promise<T>): Promise<T> {
    this.#uses++;
    clearTimeout(this.#timer);
    try {
      return await use();
    } finally {
      this.#uses--;
      this.again();
    }
  }

  /** Begins the while anew, unless it is in use, such as where it has become a shorter or a longer one. */
  again(): void {
    clearTimeout(this.#timer);
    if (this.inUse) return;
    const afterMs = this.afterMs();
    // Nothing need go on for it.
    if (afterMs !== undefined) this.#timer = setTimeout(this.onIdle, afterMs).unref();
  }
}
