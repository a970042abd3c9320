/** What is written where something is to be filled in, unless the user writes something else there. */
export const usualHoleMarker = '[MASK]';

/** Where a marker stands in a text, in UTF-16 units from its beginning, the end exclusive; nowhere where it is empty. */
export function holesIn(text: string, marker: string): { start: number; end: number }[] {
  const holes: { start: number; end: number }[] = [];
  if (marker === '') return holes;
  for (let start = text.indexOf(marker); start >= 0; ) {
    const end = start + marker.length;
    holes.push({ start, end });
    start = text.indexOf(marker, end);
  }
  return holes;
}
