import type { TextDocumentContentChangeEvent } from 'vscode';
import type { Place } from './place';
import { Replacement } from './replacement';

/** Enough for whoever types on, and not for what edits without end. */
const MOST_ATTEMPTS = 5;

/** Puts candidates into their documents, one at a time. */
export class Acceptance {
  /** The candidate on its way into its document. */
  #replacement: Replacement | null = null;

  /**
   * Puts a candidate into the document of its place: one edit, one undo step. Where a key beside the spans was quicker, it
   * follows that.
   *
   * @param candidate one fill per span; null where a span is left as it is
   * @param waits whether it is still to be accepted
   * @returns what came of it, `overtaken` where the document kept changing; null where another one is on its way, or
   *   `arrivedWith` has told already
   */
  async carryOut(
    place: Place,
    candidate: readonly (string | null)[],
    waits: () => boolean,
  ): Promise<'taken' | 'outdated' | 'overtaken' | 'refused' | null> {
    if (this.#replacement) return null;
    for (let attempt = 1; ; attempt++) {
      const replacement = new Replacement(place, candidate);
      this.#replacement = replacement;
      const taken = await replacement.carryOut();
      if (this.#replacement !== replacement) return null;
      this.#replacement = null;
      // An edit that changes nothing is not always told of, and one that VS Code added to is not always known again.
      if (taken) return 'taken';
      if (replacement.outdated) return 'outdated';
      if (!replacement.overtaken) return 'refused';
      if (!waits() || attempt === MOST_ATTEMPTS) return 'overtaken';
    }
  }

  /** Whether an edit that the document of a place has just seen is the candidate; if so, the place is where the fills are. */
  arrivedWith(place: Place, changes: readonly TextDocumentContentChangeEvent[]): boolean {
    if (this.#replacement?.place !== place || !this.#replacement.arrivedWith(changes)) return false;
    this.#replacement = null;
    return true;
  }

  /** Whether a candidate is on its way into the document of a place. */
  isOnItsWayTo(place: Place): boolean {
    return this.#replacement?.place === place;
  }

  /**
   * The text in the spans of a place has become another. Whether its document takes the candidate all the same is yet to be
   * heard.
   *
   * @returns whether a candidate is on its way there.
   */
  outdate(place: Place): boolean {
    if (this.#replacement?.place !== place) return false;
    this.#replacement.outdated = true;
    return true;
  }
}
