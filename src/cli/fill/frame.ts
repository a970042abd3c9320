import type { Colors } from 'picocolors/types';
import { firstLines, lastLines } from '../../diffusion/trace/excerpt';
import { replay } from '../../diffusion/trace/replay';
import { stepsAtMost } from '../../diffusion/trace/stepsAtMost';
import type { Trace } from '../../diffusion/trace/trace';
import { paintSpans, printable } from './canvas';

/** What the live view shows after the last step of `trace`: context, spans, and one line of numbers. */
export function renderFrame(trace: Trace, colors: Colors): string {
  const { before, between, after } = trace.header.excerpt;
  const spans = paintSpans(trace, colors);
  const pieces = [dimLines(lastLines(before), colors)];
  for (const [index, span] of spans.entries()) {
    pieces.push(span, dimLines(between[index] ?? '', colors));
  }
  pieces.push(dimLines(firstLines(after), colors));
  return `${pieces.join('')}\n\n${renderNumbers(trace)}`;
}

/** One plain line for where there is no terminal: the numbers and the spans as they stand. */
export function renderProgressLine(trace: Trace, plain: Colors): string {
  const spans = paintSpans(trace, plain).map((text) => text.replaceAll('\n', '⏎'));
  return `${renderNumbers(trace)}  ${spans.join(' … ')}`;
}

function renderNumbers(trace: Trace): string {
  const { steps } = trace;
  const slots = replay(trace);
  const masked = slots.filter(({ state }) => state === 'masked').length;
  const numbers = [
    `step ${steps.length} of at most ${stepsAtMost(trace)}`,
    `${masked} of ${slots.length} slots masked`,
  ];
  const last = steps.at(-1);
  if (last) numbers.push(`${last.ms.toFixed(0)} ms`);
  return numbers.join(' · ');
}

function dimLines(text: string, colors: Colors): string {
  return printable(text)
    .split('\n')
    .map((line) => line && colors.dim(line))
    .join('\n');
}
