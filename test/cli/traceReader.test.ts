import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Trace } from '../../src/diffusion/trace/trace';
import { useInstallation } from './installation';

const here = useInstallation('trace-reader');
const page = new URL('../../docs/trace.md', import.meta.url);
const hasPython = spawnSync('python3', ['--version']).status === 0;

test.runIf(hasPython).each([
  ['that remasks', ['--preset', 'ReMDM rescale', '--remask', 'remdm-rescale:eta=0.5', '-T', '40']],
  ['of a rewrite', ['--preset', 'MDLM', '--rewrite', '0.6']],
  ['that grows, and is cut back', ['--preset', 'LLaDA', '-L', 'auto']],
])(
  'the script on the page about the trace reads a run %s, and comes to its likelihood',
  async (_, options) => {
    const file = await here.file('add.js', 'function add(a, b) {\n  return a + b;\n}\n');
    const recorded = await here.file('run.json', '');
    const spans = ['--span', '2:10-2:15'];
    const { code } = await here.unmask(
      'fill',
      file,
      ...spans,
      '--seed',
      '3',
      '--trace',
      recorded,
      ...options,
    );
    expect(code).toBe(0);
    const [, script] = /```python\n(.*?)```/s.exec(await readFile(page, 'utf8')) ?? [];
    const { stdout, stderr } = spawnSync('python3', ['-', recorded], {
      input: script!,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const { outcome, steps }: Trace = JSON.parse(await readFile(recorded, 'utf8'));
    const told = stdout.split('\n').filter((line) => line.startsWith('  '));
    expect(told).toHaveLength(steps.flatMap(({ transitions }) => transitions).length);
    const [, perToken] = /per token (\S+)\n$/.exec(stdout) ?? [];
    expect(outcome).toMatchObject({
      kind: 'finished',
      meanLogProb: expect.closeTo(Number(perToken), 5),
    });
  },
);
