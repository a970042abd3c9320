import type { Colors } from 'picocolors/types';
import { replay } from '../../diffusion/trace/replay';
import type { Trace, TraceSlot } from '../../diffusion/trace/trace';
import { steeringCharacters } from '../output';

/** Glyph of a slot that still is `[MASK]`. */
const maskGlyph = '▒';

/** How sure the model was of a token when it was written: probability → colour. Bold marks the newest. */
function shade(colors: Colors, probability: number): (text: string) => string {
  if (probability >= 0.9) return colors.green;
  return probability >= 0.5 ? colors.yellow : colors.red;
}

/** The text of every span as it stands after the last step, masks as glyphs, tokens shaded by confidence. */
export function paintSpans(trace: Trace, colors: Colors): string[] {
  const { header, tokenTexts } = trace;
  const probabilities = new Map<number, number>();
  for (const step of trace.steps) {
    for (const transition of step.transitions) {
      if (transition.kind === 'reveal' || transition.kind === 'edit') {
        probabilities.set(transition.slot, Math.exp(transition.logProb));
      }
    }
  }
  const changed = new Map(
    trace.steps.at(-1)?.transitions.map(({ slot, kind }) => [slot, kind] as const),
  );

  const paint = (slot: TraceSlot): string => {
    if (slot.state === 'masked') {
      return changed.get(slot.id) === 'remask' ? colors.magenta(maskGlyph) : colors.dim(maskGlyph);
    }
    if (slot.token === header.padToken) return '';
    const shaded = (text: string): string => {
      const coloured = shade(colors, probabilities.get(slot.id) ?? 1)(text);
      return changed.has(slot.id) ? colors.bold(coloured) : coloured;
    };
    // Line by line, since a terminal colour must not run over a line break.
    return printable(tokenTexts[slot.token] ?? '')
      .split('\n')
      .map((part) => part && shaded(part))
      .join('\n');
  };

  const spans = header.excerpt.between.length + 1;
  const painted = Array.from({ length: spans }, () => '');
  for (const slot of replay(trace)) painted[slot.span] += paint(slot);
  return painted;
}

/** Text that cannot steer the terminal: no control characters but LF, tabs as two spaces. */
export function printable(text: string): string {
  return text.replaceAll('\r', '').replaceAll('\t', '  ').replace(steeringCharacters, '\ufffd');
}
