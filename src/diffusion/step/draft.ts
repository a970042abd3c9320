/** Tokens in document order around a place: before it, fills of earlier spans included, and after it. */
export interface AroundPlace {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * The runs of tokens that are looked for, and which share of the drafts asked for is copied from there, unless more are
 * due: what follows a short run is confirmed less often, and every draft costs a row of the step (docs/decisions/0012).
 */
const RUNS = [
  { length: 4, share: 1 },
  { length: 3, share: 1 },
  { length: 2, share: 3 / 4 },
  { length: 1, share: 1 / 2 },
];

/** How many tokens are drafted. */
export interface DraftLength {
  readonly most: number;
  /** As many as have to be drafted to be done in time; not more than `most`. */
  readonly due: number;
}

/**
 * What may come next, copied from where the last tokens before the place occur once more: code repeats itself, and a
 * wrong guess costs next to nothing where the model checks all of it in one pass (prompt lookup decoding, Saxena 2023).
 * Longer runs count before shorter ones, the text before before the text after, near ones before far ones. A draft that
 * is too short to be done in time is continued as if it were text.
 *
 * @param count of drafts, none of which begins with a later one, at most; each is 1…`most` token ids long
 * @returns the best first; none where nothing recurs
 */
export function draftTokens(
  around: AroundPlace,
  { most, due }: DraftLength,
  count = 1,
): readonly (readonly number[])[] {
  const drafts: (readonly number[])[] = [];
  for (const copied of copies(around, most, due)) {
    const draft = [...copied];
    while (draft.length < due) {
      const extended = { ...around, before: [...around.before, ...draft] };
      const [more] = copies(extended, most - draft.length, due - draft.length);
      if (!more) break;
      draft.push(...more);
    }
    // A place comes up again after a shorter run, and is copied from for less.
    if (!drafts.some((known) => beginsWith(known, draft))) drafts.push(draft);
    if (drafts.length === count) break;
  }
  return drafts;
}

function* copies(
  { before, after }: AroundPlace,
  most: number,
  due: number,
): Generator<readonly number[]> {
  if (most === 0) return;
  for (const { length, share } of RUNS) {
    if (before.length < length) continue;
    const wanted = before.slice(-length);
    const count = Math.max(due, Math.ceil(share * most));
    const following = (from: readonly number[], at: number) =>
      from.slice(at + length, at + length + count);
    // The run at the very end of the text before is the one that is being continued.
    for (let at = before.length - length - 1; at >= 0; at--)
      if (isAt(before, wanted, at)) yield following(before, at);
    // Something has to follow.
    for (let at = 0; at < after.length - length; at++)
      if (isAt(after, wanted, at)) yield following(after, at);
  }
}

const beginsWith = (tokens: readonly number[], beginning: readonly number[]) =>
  beginning.every((token, k) => tokens[k] === token);

const isAt = (tokens: readonly number[], run: readonly number[], at: number) =>
  run.every((token, k) => tokens[at + k] === token);
