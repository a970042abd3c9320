import { expect, test } from 'vitest';
import { machinesFor } from '../../../scripts/bench/fleet';
import { scalingFigures, withFigures } from '../../../scripts/bench/scaling';
import { caseSample, reportOf } from '../benchmark/report';

const page =
  'before\n<!-- figures: written by npm run scaling -->\nold\n<!-- end of figures -->\nafter';

test('figures are replaced, and replacing them again changes nothing', () => {
  const once = withFigures(page, 'new\n');
  expect(once).toBe(
    'before\n<!-- figures: written by npm run scaling -->\n\nnew\n\n<!-- end of figures -->\nafter',
  );
  expect(withFigures(once, 'new\n')).toBe(once);
});

test('a page without a place for figures is refused', () => {
  expect(() => withFigures('no marks', 'new')).toThrow('The page lacks');
});

test('machines go with the seconds of a fill', () => {
  const [measured] = reportOf([caseSample()]).cases;
  // 10,000 · 20% · 30 an hour: 16.7 a second; 440 ms and 41 ms a fill; 60% busy.
  expect(machinesFor(measured!)).toEqual({ cold: 13, warm: 2 });
});

test('candidates that are denoised together stand beside one alone', () => {
  const report = reportOf([caseSample()]);
  const [alone] = report.cases;
  const together = { ...alone!, candidates: 4 };
  const figures = scalingFigures({ ...report, cases: [alone!, together] });
  expect(figures).toContain('| 1024 | 32 | 4 | 10 | 10 | 1.00× |');
  expect(figures).toContain('| 1024 | 400 | 512 | 0.5 |');
});
