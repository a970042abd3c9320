import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the rules of `.dependency-cruiser.cjs` find in the house whose imports point the wrong way: `rule: from → to`. */
async function violationsInFixture(): Promise<string[]> {
  const options = await extractDepcruiseOptions(`${root}.dependency-cruiser.cjs`);
  const baseDir = `${root}test/fixtures/directions`;
  const { output } = await cruise(['src', 'webview'], { ...options, baseDir });
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}`,
  );
}

/** That there are none in the house itself, `npm run check` checks. */
describe('imports', () => {
  let inFixture: Promise<string[]>;
  beforeAll(() => {
    inFixture = violationsInFixture();
  });

  it('are caught pointing the other way', { timeout: 60_000 }, async () => {
    const found = (await inFixture).filter((violation) => !violation.startsWith('no-dead-files'));
    expect(found).toEqual([
      'benchmark: src/benchmark/importsEditor.ts → src/editor/upwards.ts',
      'cli: src/cli/importsEditor.ts → src/editor/upwards.ts',
      'client-and-protocol-stay-light: src/editor/upwards.ts → src/engine/server/main.ts',
      'client-and-protocol-stay-light: src/engine/client/importsDenoiser.ts → src/denoiser/graphs.ts',
      'denoiser: src/denoiser/importsEditor.ts → src/editor/upwards.ts',
      'diffusion-is-pure: src/diffusion/importsEditor.ts → src/editor/upwards.ts',
      'editor: src/editor/upwards.ts → src/engine/server/main.ts',
      'engine: src/engine/server/importsEditor.ts → src/editor/upwards.ts',
      'models: src/models/importsEditor.ts → src/editor/upwards.ts',
      'no-cycles: src/denoiser/cycleA.ts → src/denoiser/cycleB.ts',
      expect.stringMatching(/^onnx-only-in-the-denoiser: src\/engine\/server\/importsOnnx.ts → /),
      'panel: src/panel/importsEditor.ts → src/editor/upwards.ts',
      'syntax: src/syntax/importsEditor.ts → src/editor/upwards.ts',
      'vscode-only-in-the-extension-host: src/cli/importsVscode.ts → vscode',
      'webview-never-imports-host-code: webview/importsHost.ts → src/engine/server/main.ts',
    ]);
  });

  it('that a file lacks show that it is dead', { timeout: 60_000 }, async () => {
    const dead = (await inFixture)
      .filter((violation) => violation.startsWith('no-dead-files'))
      .map((violation) => violation.split(' ')[1]);
    expect(dead).toContain('webview/importsHost.ts');
    expect(dead).not.toContain('src/editor/upwards.ts');
    // A process begins with it.
    expect(dead).not.toContain('src/cli/main.ts');
  });
});
