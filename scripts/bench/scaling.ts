import { caseFigures, contextFigures } from '../../src/benchmark/figures';
import type { Spread } from '../../src/benchmark/spread';
import type { BenchmarkReport } from '../../src/engine/protocol/benchmark';
import { ASSUMPTIONS, machinesFor } from './fleet';

const BEGIN = '<!-- figures: written by npm run scaling -->';
const END = '<!-- end of figures -->';

/** A page with its figures replaced. */
export function withFigures(page: string, figures: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The page lacks “${BEGIN}” or “${END}”.`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figures}\n${page.slice(end)}`;
}

/** The figures that docs/scaling.md argues with, as Markdown: medians of the report. */
export function scalingFigures(report: BenchmarkReport): string {
  const { model, machine } = report;
  const contexts = report.contexts.map((each) => ({ ...each, figures: contextFigures(each) }));
  const alone = report.cases.filter(({ candidates }) => candidates === 1);
  const rows = alone.map((each) => {
    const f = caseFigures(each);
    const fleet = each.samples.length > 0 ? machinesFor(each) : undefined;
    return [
      each.context,
      each.slots,
      show(f.msPerStep),
      show(f.adaptiveSteps),
      show(f.adaptiveMs),
      show(f.againMs),
      fleet ? `${fleet.cold} / ${fleet.warm}` : '–',
    ];
  });
  const batched = report.cases.flatMap((each) => {
    const one = alone.find(
      ({ context, slots }) => context === each.context && slots === each.slots,
    );
    const together = caseFigures(each).msPerStep;
    const by = one && caseFigures(one).msPerStep;
    if (each.candidates === 1 || !together || !by) return [];
    return [
      [each.context, each.slots, each.candidates, show(by), show(together), ratio(together, by)],
    ];
  });
  return [
    `${model.name} ${model.version} (${model.precision} on ${model.executionProvider}), ${machine.processor}, ${machine.cores} cores; medians.`,
    table(
      ['context', 'encode, ms', 'encoded, bytes per token', 'encoded, MiB'],
      contexts.map(({ asked, figures, cacheBytes }) => [
        asked,
        show(figures.encodeMs),
        Math.round(figures.cacheBytesPerToken),
        (cacheBytes / 2 ** 20).toFixed(1),
      ]),
    ),
    table(
      [
        'context',
        'L',
        'ms per step',
        'steps, default',
        'fill, ms',
        'fill on a cached context, ms',
        'machines for 10⁴ users, all cold / all cached',
      ],
      rows,
    ),
    table(
      [
        'context',
        'L',
        'candidates',
        'ms per step alone',
        'ms per step together',
        'together ÷ alone',
      ],
      batched,
    ),
    `Assumed: ${ASSUMPTIONS}.`,
  ]
    .join('\n\n')
    .concat('\n');
}

const show = (spread: Spread | undefined) => (spread ? String(+spread.median.toPrecision(3)) : '–');
const ratio = (above: Spread, below: Spread) => `${(above.median / below.median).toFixed(2)}×`;

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
