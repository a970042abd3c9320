import type { ModelTokenizer } from '../tokenizer';
import type { WindowedContext } from './contextLayout';
import { firstTokens, lastTokens, type NearTokens } from './nearTokens';
import { tokensBetween } from './textBetween';
import { windowStart } from './windowStart';

/** The document around the spans, before tokenising. */
export interface ContextText {
  /** n + 1 texts around the n spans. */
  readonly texts: readonly string[];
  /** White space at the end of the text before each span that is tokenised by itself. */
  readonly lone?: readonly string[];
  readonly startsDocument: boolean;
  readonly endsDocument: boolean;
}

/** Ids of the markers a model has. */
export interface ContextMarkers {
  readonly language: number | undefined;
  readonly begin: number | undefined;
  readonly end: number | undefined;
}

/**
 * Tokenises the context and keeps what fits: the text between spans, and of the text before the first and
 * after the last span the nearest tokens. Both sides may use half of what is left, and what the other spares. Text before
 * that has to be cut is cut at a line (`windowStart`), at the cost of up to a quarter of the other side, or of the room.
 * Where the text between the spans alone does not fit, every span has about as many tokens around it (`tokensBetween`).
 *
 * @param limit most tokens, markers included
 */
export function windowContext(
  context: ContextText,
  markers: ContextMarkers,
  tokenizer: ModelTokenizer,
  limit: number,
): WindowedContext {
  const loneOf = (piece: number) => tokenizer.encode(context.lone?.[piece] ?? '');
  const all = limit - (markers.language === undefined ? 0 : 1);
  const outside = (count: number) => ({
    before: lastTokens(context.texts[0] ?? '', loneOf(0), count, tokenizer),
    after: firstTokens(context.texts.at(-1) ?? '', count, tokenizer),
  });
  const between = tokensBetween(
    context.texts.slice(1, -1).map((text, i) => ({ text, behind: loneOf(i + 1) })),
    all,
    (most) => {
      const { before, after } = outside(most);
      return Math.min(most, before.ids.length + after.ids.length);
    },
    tokenizer,
  );
  const room = all - between.reduce((sum, piece) => sum + piece.length, 0);
  const { before, after } = outside(room);
  // A marker takes one token of its side, and is only there when nothing of the side was cut off.
  const begin = before.whole && context.startsDocument ? markers.begin : undefined;
  const end = after.whole && context.endsDocument ? markers.end : undefined;
  const wantBefore = before.ids.length + (begin === undefined ? 0 : 1);
  const wantAfter = after.ids.length + (end === undefined ? 0 : 1);
  const quarter = Math.floor(room / 4);
  const half = Math.max(Math.ceil(room / 2), room - wantAfter);
  const most = Math.max(Math.ceil(room / 2) + quarter, room - wantAfter);
  const roomBefore =
    before.whole && wantBefore <= most
      ? wantBefore
      : (fromLine(before, most, quarter, tokenizer) ?? half);
  const roomAfter = Math.min(wantAfter, room - roomBefore);
  const keptBefore = Math.min(before.ids.length, roomBefore);
  const keptAfter = Math.min(after.ids.length, roomAfter);
  return {
    pieces: [
      before.ids.slice(before.ids.length - keptBefore),
      ...between,
      after.ids.slice(0, keptAfter),
    ],
    language: markers.language,
    begin: roomBefore === wantBefore ? begin : undefined,
    end: roomAfter === wantAfter ? end : undefined,
  };
}

/** The number of tokens, at most `most` and at least `zone` less, with which the text before begins at a line. */
function fromLine(
  { ids }: NearTokens,
  most: number,
  zone: number,
  tokenizer: ModelTokenizer,
): number | undefined {
  const first = Math.max(0, ids.length - most);
  const breaksLine = (id: number) => tokenizer.textOf(id).includes('\n');
  const start = windowStart(ids, first, Math.min(first + zone, ids.length - 1), breaksLine);
  return start === undefined ? undefined : ids.length - start;
}
