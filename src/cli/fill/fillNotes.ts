import { counted } from '../../diffusion/counted';
import type { EndedRun } from '../run';
import type { SpanArgument } from './spans';

/**
 * What is said on standard error of a fill that was printed, a line each.
 *
 * @param asked how many candidates
 * @param isJson whether it was printed as JSON, which itself shows empty texts and parse errors
 */
export function fillNotes(
  { candidates }: Pick<EndedRun, 'candidates'>,
  texts: readonly string[],
  spans: readonly SpanArgument[],
  asked: number,
  isJson: boolean,
): string[] {
  const notes: string[] = [];
  if (!isJson) {
    for (const [i, text] of texts.entries())
      if (text === '') notes.push(`The fill of ${spans[i]?.typed} is empty.`);
    const newErrors = candidates[0]?.newErrors ?? 0;
    if (newErrors > 0) notes.push(`The fill adds ${counted(newErrors, 'parse error')}.`);
  }
  const distinct = candidates.length;
  if (distinct < asked)
    notes.push(`${distinct} of ${asked} candidates ${distinct === 1 ? 'is' : 'are'} distinct.`);
  return notes;
}
