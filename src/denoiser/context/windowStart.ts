/** Tokens that tell one line from another. */
const READ = 12;

/**
 * Where to cut the text before a span: at the line, of those that begin in a zone, that has the least hash (winnowing,
 * Schleimer et al. 2003). Wherever the zone lies, a line that has been the least tends to stay it, so the contexts of places
 * near each other begin alike, and one continues the other (`PastContext`), though nothing is remembered between them.
 *
 * @param ids token ids
 * @param from,to the zone: indices into them, `to` included
 * @param breaksLine whether a token has a line break in it
 * @returns the index of a token with a line break; undefined where there is none in the zone.
 */
export function windowStart(
  ids: readonly number[],
  from: number,
  to: number,
  breaksLine: (id: number) => boolean,
): number | undefined {
  let best: { readonly at: number; readonly hash: number } | undefined;
  for (let at = from; at <= to; at++) {
    if (!breaksLine(ids[at]!)) continue;
    const hash = hashOf(ids.slice(at, at + READ));
    if (best === undefined || hash < best.hash) best = { at, hash };
  }
  return best?.at;
}

/** FNV-1a over whole ids, scrambled at the end: its high bits alone do not depend on the last ids enough. */
function hashOf(ids: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const id of ids) hash = Math.imul(hash ^ id, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
