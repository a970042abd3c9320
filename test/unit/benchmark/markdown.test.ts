import { expect, test } from 'vitest';
import { barsMarkdown, reportMarkdown } from '../../../src/benchmark/markdown';
import { caseSample, fillSample, reportOf } from './report';

const remarks = ['A context of 2048 tokens was not measured: a-model reads at most 1024.'];
const { cases } = reportOf([caseSample(), caseSample({ stepFloorMs: null })]);
const report = reportOf([], {
  cases: [...cases, { ...cases[0]!, slots: 16, samples: [caseSample()] }],
  remarks,
});
const text = reportMarkdown(report);

test('ratios come before times', () => {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.slice(0, 3)).toEqual(['Ratios', 'Fills, in milliseconds', 'Steps']);
});

test('one round is no rounds', () => {
  const rounds = (count: number) =>
    reportMarkdown(reportOf(Array.from({ length: count }, () => caseSample())));
  expect(rounds(1)).toContain('Medians of 1 round (');
  expect(rounds(2)).toContain('Medians of 2 rounds (');
});

test('the bars are no part of it', () => {
  expect(text).not.toMatch(/bar|FAIL/);
  expect(barsMarkdown(report)).toMatch(/^## Bars, at a context of 1024 and L = 32\n\n\|/);
});

test('a value stands with the least and the most of its rounds', () => {
  expect(text).toContain('| 20× (20–20)');
  expect(text).toContain('| 720 (720–720)');
});

test('what could not be measured is a dash, and the reason is told', () => {
  expect(text).toMatch(/\| 1024 +\| 32 .* \| – +\|$/m);
  expect(text).toContain('reads at most 1024.');
});

test('what nothing was measured of has no column, and no table', () => {
  const fill = fillSample({ encodeMs: null });
  const sample = caseSample({
    ...{ naive: null, leftToRight: null, again: null },
    ...{ everyStep: fill, quarter: fill, adaptive: fill },
  });
  const columns = (of: readonly (typeof sample)[]) =>
    reportMarkdown(reportOf(of, { contexts: [] }))
      .split('\n')
      .filter((line) => /^(##|\| context)/.test(line))
      .map((line) => line.replaceAll(/ +/g, ' '));
  expect(columns([sample])).toEqual([
    '## Ratios',
    '| context | L | candidates | step, share of floor |',
    '## Fills, in milliseconds',
    '| context | L | candidates | first frame | T = L | T = L/4 | default |',
    '## Steps',
    expect.stringContaining('ms per step'),
    '## Memory and start',
  ]);
  expect(columns([{ ...sample, stepFloorMs: null }])).not.toContain('## Ratios');
});

test('memory at its peak and afterwards, and nothing where it is not known', () => {
  expect(text).toContain(
    'nothing but 10 fills of 32 slots in contexts of 1024 tokens: 400 MiB of memory at its peak, 300 MiB afterwards, 150 MiB of it mapped from files. Model files',
  );
  const without = reportMarkdown(reportOf([caseSample()], { memory: null }));
  expect(without).toContain('\n\nModel files in use 100 MiB, load 900 ms.');
});

test('every table has as many cells in each row', () => {
  const tables = `${text}\n${barsMarkdown(report)}`
    .split('\n\n')
    .filter((part) => part.startsWith('|'));
  expect(tables.length).toBeGreaterThan(3);
  for (const table of tables) {
    const cells = table
      .trim()
      .split('\n')
      .map((row) => row.split('|').length);
    expect(new Set(cells).size).toBe(1);
  }
});

test('what a model says of itself is text, no image of the network and no line of its own', () => {
  const { model } = report;
  const name = 'a\n\n![b](https://host.invalid/b.png) <img src="https://host.invalid/c.png">';
  const hostile = {
    ...model,
    name,
    fallbacks: [{ executionProvider: 'webgpu' as const, sentence: name }],
  };
  const literal = 'a !\\[b\\](https://host.invalid/b.png) \\<img src="https://host.invalid/c.png">';
  const said = reportMarkdown({ ...report, model: hostile, remarks: [name] });
  expect(said).toContain(`# ${literal} ${model.version} on this machine\n`);
  expect(said).toContain(`\n${literal}\n\n${literal}\n`);
});
