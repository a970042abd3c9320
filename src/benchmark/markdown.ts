import { counted } from '../diffusion/counted';
import type { BenchmarkReport } from '../engine/protocol/benchmark';
import { BAR_CASE, barsOf } from './bars';
import { type CaseFigures, caseFigures, contextFigures } from './figures';
import type { Spread } from './spread';

/** A report to be read: ratios first, then the times they were taken from. */
export function reportMarkdown(report: BenchmarkReport): string {
  const { machine, model, memory } = report;
  const rounds = report.cases[0]?.samples.length ?? 0;
  return [
    `# ${literal(`${model.name} ${model.version}`)} on this machine`,
    `${literal(model.precision)} on ${model.executionProvider}; ${machine.processor}, ${machine.cores} cores, ${machine.platform}, ONNX Runtime ${machine.onnxRuntime}.`,
    `Medians of ${counted(rounds, 'round')} (least–most). In every round all variants fill the same place of a source text one after another.`,
    ...caseTable('Ratios', report.cases, [
      ['naive ÷ T = L', times, 'naiveOverEveryStep'],
      ['the same, naive ended as early', times, 'naiveToEndOverEveryStep'],
      ['naive ÷ T = L/4', times, 'naiveOverQuarter'],
      ['naive ÷ default', times, 'naiveOverAdaptive'],
      ['left-to-right ÷ default, decoding', times, 'leftToRightOverAdaptive'],
      ['the same, ending with the text', times, 'leftToRightToEndOverAdaptive'],
      ['step, share of floor', percent, 'stepShareOfFloor'],
    ]),
    ...caseTable('Fills, in milliseconds', report.cases, [
      ['first frame', ms, 'firstFrameMs'],
      ['T = L', ms, 'everyStepMs'],
      ['T = L/4', ms, 'quarterMs'],
      ['default', ms, 'adaptiveMs'],
      ['default again, other seed', ms, 'againMs'],
      ['naive', ms, 'naiveMs'],
      ['left-to-right, decoding', ms, 'leftToRightMs'],
    ]),
    ...caseTable('Steps', report.cases, [
      ['ms per step', ms, 'msPerStep'],
      ['steps, T = L', ms, 'everyStepSteps'],
      ['steps, default', ms, 'adaptiveSteps'],
      ['tokens per second, default', ms, 'tokensPerSecond'],
    ]),
    ...contextTable(report.contexts),
    '## Memory and start',
    `${memory ? `An engine that does nothing but ${memory.fills} fills of ${memory.slots} slots in contexts of ${memory.context} tokens: ${megabytes(memory.peak)} of memory at its peak, ${megabytes(memory.settled)} afterwards${memory.mapped === null ? '' : `, ${megabytes(memory.mapped)} of it mapped from files`}. ` : ''}Model files in use ${megabytes(report.modelBytes)}, load ${Math.round(model.loadMs)} ms.`,
    ...[...report.remarks, ...model.fallbacks.map(({ sentence }) => sentence)].map(literal),
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

type Column = readonly [
  head: string,
  cell: (spread: Spread | undefined) => string,
  figure: keyof CaseFigures,
];

/** A row for every case, its sizes first, and what was measured of any; nothing where nothing was. */
function caseTable(
  heading: string,
  cases: BenchmarkReport['cases'],
  columns: readonly Column[],
): readonly string[] {
  const figures = cases.map(caseFigures);
  const measured = columns.filter(([, , figure]) => figures.some((each) => each[figure]));
  if (measured.length === 0) return [];
  const sizes = ['context', 'L', 'candidates'];
  return [
    `## ${heading}`,
    table(
      [...sizes, ...measured.map(([head]) => head)],
      cases.map(({ context, slots, candidates }, i) => [
        context,
        slots,
        candidates,
        ...measured.map(([, cell, figure]) => cell(figures[i]![figure])),
      ]),
    ),
  ];
}

function contextTable(contexts: BenchmarkReport['contexts']): readonly string[] {
  if (contexts.length === 0) return [];
  return [
    '## Context encode',
    table(
      ['context', 'tokens', 'ms', 'share of floor', 'floor, GOP/s', 'encoded, bytes per token'],
      contexts.map((each) => {
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
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, head.map(() => '---'), ...rows.map((row) => row.map(String))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells
    .map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`)
    .join('\n');
}

/** What models and their graphs say, so that it makes no links, images or tags: a preview would load them from the network. */
const literal = (text: string) => text.replace(/[\\[\]<&]/g, '\\$&').replace(/\s+/g, ' ');

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
