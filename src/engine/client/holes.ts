/** What is written where something is to be filled in, unless the user writes something else there. */
export const usualHoleMarker = '[MASK]';

/** Whether a text is nothing but hole markers, so that it says nothing of what is to stand in its place. */
export function isHole(text: string, marker: string): boolean {
  return marker !== '' && text !== '' && text.replaceAll(marker, '') === '';
}

/**
 * Where a marker stands in a text, in UTF-16 units from its beginning, the end exclusive; nowhere where it is empty. Where
 * several touch, they are one hole.
 */
export function holesIn(text: string, marker: string): { start: number; end: number }[] {
  const holes: { start: number; end: number }[] = [];
  if (marker === '') return holes;
  for (let start = text.indexOf(marker); start >= 0; ) {
    const end = start + marker.length;
    const last = holes.at(-1);
    if (last?.end === start) last.end = end;
    else holes.push({ start, end });
    start = text.indexOf(marker, end);
  }
  return holes;
}
