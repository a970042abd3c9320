import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderFrame, renderProgressLine } from '../../../../src/cli/fill/frame';
import { remask, reveal, traceOf } from './trace';

const plain = createColors(false);
const colors = createColors(true);

describe('the live view', () => {
  it('shows masks where nothing is revealed, between the context', () => {
    expect(renderFrame(traceOf([]), plain)).toBe(
      'f(▒▒▒▒)\n\n\nstep 0 of at most 4 · 4 of 4 slots masked',
    );
  });

  it('shows revealed text, masks that came back, and no pads', () => {
    const trace = traceOf([[reveal(0, 2), reveal(3, 1)], [reveal(1, 3)], [remask(0)]]);
    expect(renderFrame(trace, plain)).toContain('f(▒,\n▒)');
    expect(renderProgressLine(trace, plain)).toBe(
      'step 3 of at most 4 · 2 of 4 slots masked · 5 ms  ▒,⏎▒',
    );
  });

  it('shades tokens by the probability they were revealed with', () => {
    const shades = [0.95, 0.6, 0.1].map((p) =>
      renderFrame(traceOf([[reveal(0, 2, p)], []]), colors),
    );
    expect(shades[0]).toContain(colors.green('x'));
    expect(shades[1]).toContain(colors.yellow('x'));
    expect(shades[2]).toContain(colors.red('x'));
  });

  it('marks what the last step did without relying on colour alone', () => {
    expect(renderFrame(traceOf([[reveal(0, 2)]]), colors)).toContain(
      colors.bold(colors.green('x')),
    );
    const back = renderFrame(traceOf([[reveal(0, 2)], [remask(0)]]), colors);
    expect(back).toContain(colors.magenta('▒'));
  });

  it('keeps only the nearest lines of context', () => {
    const trace = traceOf([], '1\n2\n3\n4\n5\n', '\na\nb\nc\nd\n');
    expect(renderFrame(trace, plain)).toMatch(/^3\n4\n5\n▒▒▒▒\na\nb\nc\n\n/);
  });

  it('lets no text steer the terminal', () => {
    const trace = traceOf([[reveal(0, 4)]], '\u001b]0;title\u0007\t', '\u009b1m');
    expect(renderFrame(trace, plain).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
