import { describe, expect, it } from 'vitest';
import { useInstallation } from './installation';

const here = useInstallation('bench');
/** As little as may be. */
const little = ['--ep', 'cpu', '--context', '48', '--slots', '4', '--batch', '1', '--rounds', '1'];

describe('unmask bench', () => {
  it('prints what it measured, and on the way what it measures', async () => {
    const { code, out, err } = await here.unmask('bench', ...little);
    expect(code).toBe(0);
    expect(out).toMatch(/^# unmask-tiny 0\.1\.0 on this machine\n/);
    expect(out).toMatch(/^\| 48 {6}\| 4 {3}\| 1 {10}\| [\d.]+×/m);
    expect(err).toMatch(/^Measuring the memory of an engine\n[\s\S]*Round 1 of 1\n$/);
  });

  it('measures as much as the model reads where no context is named', async () => {
    const few = ['--ep', 'cpu', '--slots', '4', '--batch', '1', '--rounds', '1'];
    const { code, out } = await here.unmask('bench', ...few, '--json');
    expect(code).toBe(0);
    const { cases, memory, remarks } = JSON.parse(out);
    expect(cases).toMatchObject([{ context: 512, slots: 4 }]);
    expect(memory).toMatchObject({ context: 512 });
    expect(remarks).toEqual([]);
  });

  it('prints all samples as JSON where asked to', async () => {
    const { code, out } = await here.unmask('bench', ...little, '--json', '--whole');
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.cases).toMatchObject([{ context: 48, slots: 4, candidates: 1 }]);
    const [{ naive, everyStep }] = report.cases[0].samples;
    expect(naive.steps).toBe(everyStep.steps);
  });

  it.each([
    [
      ['--context', '0'],
      /--context <list>' argument '0' is invalid\. It must be whole numbers from 1 on/,
    ],
    [['--batch', '99'], /It must be whole numbers from 1 to 16, such as 1,4\./],
    [['--rounds', '0'], /It must be a whole number from 1 on\./],
    [['--slots', '1000'], /^unmask: There is nothing to measure\. 1000 slots were not measured: /],
  ])('refuses %s', async (options, said) => {
    const { code, err } = await here.unmask('bench', ...little, ...options);
    expect(code).toBe(2);
    expect(err.split('\n').filter(Boolean)).toHaveLength(1);
    expect(err).toMatch(said);
  });
});
