import { toLineFeeds } from '../../engine/protocol/lineFeeds';
import { percentageOf, progressOf } from '../run/liveFill';
import type { RunOwner } from '../run/runOwner';
import { nameOf } from './offers';

/** What is said beside a span, in a few words; nothing where its fill says it all. */
export function remarkOn(owner: RunOwner, span: number): string {
  const { phase, trace, candidate } = owner;
  if (candidate) {
    if (owner.leftOut.has(span)) return `⊘ left out: ${nameOf(owner.fills?.[span] ?? '')}`;
    const fill = candidate[span] ?? '';
    return unseen(fill) || (isUnchanged(owner, span) ? '= unchanged' : '');
  }
  // The run is one, however many spans it has.
  if (span > 0) return '';
  if (phase.kind === 'starting') return '⋯ starting';
  if (phase.kind !== 'denoising' || !trace) return '';
  if (phase.stopping) return '⋯ stopping';
  if (phase.encoded) return `⋯ reading the context · ${percentageOf(phase.encoded)}`;
  if (phase.sweep) return `⋯ sweep ${phase.sweep.done}/${phase.sweep.of}`;
  const { step, steps, masked } = progressOf(trace);
  return `⋯ step ${step}/${steps} · ${masked} masked`;
}

/** Whether a candidate's fill is what it would replace: struck out and drawn once more, that looks as if something would change. */
export function isUnchanged({ place, candidate }: RunOwner, span: number): boolean {
  // Not of all ranges: this is asked of each span.
  const range = candidate ? place?.rangeOf(span) : undefined;
  return range !== undefined && toLineFeeds(place!.document.getText(range)) === candidate![span];
}

/** That there is nothing to see in a fill, where that is so; else empty. */
export function unseen(fill: string): string {
  if (fill === '') return '∅ an empty fill';
  return fill.trim() === '' ? '∅ only white space' : '';
}
