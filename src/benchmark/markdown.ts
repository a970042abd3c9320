import type { BenchmarkReport } from '../engine/protocol/benchmark';
import { BAR_CASE, barsOf } from './bars';
import { type CaseFigures, caseFigures, contextFigures } from './figures';
import type { Spread } from './spread';

/** A report to be read: ratios first, then the times they were taken from. */
export function reportMarkdown(report: BenchmarkReport): string {
  const { machine, model, memory } = report;
  const rounds = report.cases[0]?.samples.length ?? 0;
  return [
    `# ${model.name} ${model.version} on this machine`,
    `${model.precision} on ${model.executionProvider}; ${machine.processor}, ${machine.cores} cores, ${machine.platform}, ONNX Runtime ${machine.onnxRuntime}.`,
    `Medians of ${rounds} rounds (least–most). In every round all variants fill the same place of a source text one after another.`,
    '## Ratios',
    caseTable(report.cases, [
      ['naive ÷ T = L', (f) => times(f.naiveOverEveryStep)],
      ['the same, naive ended as early', (f) => times(f.naiveToEndOverEveryStep)],
      ['naive ÷ T = L/4', (f) => times(f.naiveOverQuarter)],
      ['naive ÷ default', (f) => times(f.naiveOverAdaptive)],
      ['left-to-right ÷ default, decoding', (f) => times(f.leftToRightOverAdaptive)],
      ['the same, ending with the text', (f) => times(f.leftToRightToEndOverAdaptive)],
      ['step, share of floor', (f) => percent(f.stepShareOfFloor)],
    ]),
    '## Fills, in milliseconds',
    caseTable(report.cases, [
      ['first frame', (f) => ms(f.firstFrameMs)],
      ['T = L', (f) => ms(f.everyStepMs)],
      ['T = L/4', (f) => ms(f.quarterMs)],
      ['default', (f) => ms(f.adaptiveMs)],
      ['default again, other seed', (f) => ms(f.againMs)],
      ['naive', (f) => ms(f.naiveMs)],
      ['left-to-right, decoding', (f) => ms(f.leftToRightMs)],
    ]),
    '## Steps',
    caseTable(report.cases, [
      ['ms per step', (f) => ms(f.msPerStep)],
      ['steps, T = L', (f) => ms(f.everyStepSteps)],
      ['steps, default', (f) => ms(f.adaptiveSteps)],
      ['tokens per second, default', (f) => ms(f.tokensPerSecond)],
    ]),
    '## Context encode',
    table(
      ['context', 'tokens', 'ms', 'share of floor', 'floor, GOP/s', 'encoded, bytes per token'],
      report.contexts.map((each) => {
        const f = contextFigures(each);
        return [
          each.asked,
          ms(f.tokens),
          ms(f.encodeMs),
          percent(f.shareOfFloor),
          ms(f.floorRate),
          Math.round(f.cacheBytesPerToken),
        ];
      }),
    ),
    '## Memory and start',
    `${memory ? `An engine that does nothing but ${memory.fills} fills of ${memory.slots} slots in contexts of ${memory.context} tokens: ${megabytes(memory.peak)} of memory at its peak, ${megabytes(memory.settled)} afterwards${memory.mapped === null ? '' : `, ${megabytes(memory.mapped)} of it mapped from files`}. ` : ''}Model files in use ${megabytes(report.modelBytes)}, load ${Math.round(model.loadMs)} ms.`,
    ...report.remarks,
    ...model.fallbacks.map(({ sentence }) => sentence),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What Unmask has to reach, held against a report: of use to those who work on it. */
export function barsMarkdown(report: BenchmarkReport): string {
  return [
    `## Bars, at a context of ${BAR_CASE.context} and L = ${BAR_CASE.slots}`,
    table(
      ['', 'bar', 'wanted', 'reached'],
      barsOf(report).map(({ what, wanted, reached, passed }) => [
        passed === null ? '–' : passed ? 'pass' : 'FAIL',
        what,
        wanted,
        reached ?? 'not measured',
      ]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

/** A row for every case, its sizes first. */
function caseTable(
  cases: BenchmarkReport['cases'],
  columns: readonly (readonly [head: string, cell: (figures: CaseFigures) => string])[],
): string {
  const sizes = ['context', 'L', 'candidates'];
  return table(
    [...sizes, ...columns.map(([head]) => head)],
    cases.map((each) => {
      const figures = caseFigures(each);
      const { context, slots, candidates } = each;
      return [context, slots, candidates, ...columns.map(([, cell]) => cell(figures))];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, head.map(() => '---'), ...rows.map((row) => row.map(String))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells
    .map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`)
    .join('\n');
}

/** Three digits, and no fewer than there are before the point. */
const short = (value: number) =>
  value >= 100 ? String(Math.round(value)) : String(+value.toPrecision(3));

const ranged = (spread: Spread | undefined, unit: string, scale = 1) =>
  spread
    ? `${short(spread.median * scale)}${unit} (${short(spread.least * scale)}–${short(spread.most * scale)})`
    : '–';
const ms = (spread: Spread | undefined) => ranged(spread, '');
const times = (spread: Spread | undefined) => ranged(spread, '×');
const percent = (spread: Spread | undefined) => ranged(spread, '%', 100);
const megabytes = (bytes: number) => `${short(bytes / 2 ** 20)} MiB`;
