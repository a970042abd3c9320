import { createHash } from 'node:crypto';

/**
 * Which runs' fills may take the place of what the spans hold now: those of the same edition. Fills of one edition stand in
 * for each other and for the text they were made for. Another text begins another edition, unless it has been there
 * before: an edit within the spans that is undone makes the runs fit again that it had outdated.
 */
export class Editions {
  /** Every text that has been there, by its digest: there is another with every key. */
  readonly #known = new Map<string, number>();
  #present = 0;
  /** Digest of the present text. */
  #key = '';

  /** The present edition; runs of the same one fit. */
  get present(): number {
    return this.#present;
  }

  /** Begins anew, on other spans. */
  begin(texts: readonly string[]): void {
    this.#known.clear();
    this.edited(texts);
  }

  /**
   * The spans were edited, not by our doing.
   *
   * @returns whether they hold another text of the same edition since
   */
  edited(texts: readonly string[]): boolean {
    const [keyBefore, before] = [this.#key, this.#present];
    this.#key = digestOf(texts);
    this.#present = this.#known.get(this.#key) ?? this.#known.size;
    this.#known.set(this.#key, this.#present);
    return this.#present === before && this.#key !== keyBefore;
  }

  /** The spans hold a fill of the present edition. */
  filled(texts: readonly string[]): void {
    this.#key = digestOf(texts);
    this.#known.set(this.#key, this.#present);
  }
}

const digestOf = (texts: readonly string[]): string =>
  createHash('sha1').update(JSON.stringify(texts)).digest('base64');
