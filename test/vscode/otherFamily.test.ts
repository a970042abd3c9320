import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEQUENCE_INPUTS } from '../../src/denoiser/graphs/sequenceGraph';
import { writeSequenceModel } from '../sequenceModel';
import { tinyModel } from '../tinyModels';
import { inExtensionHost } from './harness/bridge';
import { editorText, openFile, select } from './harness/editor';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();
let modelFolder: string;
beforeAll(async () => {
  modelFolder = await mkdtemp(path.join(tmpdir(), 'unmask-sequence-'));
  await writeSequenceModel(modelFolder, { inputs: SEQUENCE_INPUTS, shift: 1, specialTokens: {} });
});
afterAll(() => rm(modelFolder, { recursive: true }));

test('choosing a model of another family offers a preset that suits it', async () => {
  const before = { modelFolder: tinyModel, preset: 'Speculative' };
  await unmask.configure(workbench, before);
  await inExtensionHost(
    workbench,
    (vscode, folder) => void vscode.commands.executeCommand('unmask.selectModel', folder),
    modelFolder,
  );
  const offer = unmask.notification(workbench.page, /neighbours cannot confirm drafts/);
  await offer.getByRole('button', { name: 'Use Fast-dLLM' }).click();
  const setting = (name: string) =>
    inExtensionHost(
      workbench,
      (vscode, name) => vscode.workspace.getConfiguration('unmask').get(name),
      name,
    );
  await expect.poll(() => setting('preset')).toBe('Fast-dLLM');
  expect(await setting('modelFolder')).toBe(modelFolder);
});

test('a model that reads context and slots as one sequence fills a selection, and its run is shown', async () => {
  await unmask.configure(workbench, {
    ...unmask.quickly,
    modelFolder,
    preset: 'LLaDA',
    slots: 'auto',
  });
  await openFile(workbench, 'stack.ts');
  await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
  await unmask.openPanel(workbench);
  const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
  expect(fill).not.toBe('');
  const { trace } = (await unmask.state(workbench))!;
  expect(trace!.header).toMatchObject({ model: { name: 'neighbours' }, padToken: null });
  const slots = panelFrame(workbench.page).locator('[data-slot]');
  await expect.poll(() => slots.count()).toBe(trace!.header.slots.length);
  await runCommand(workbench.page, 'Unmask: Accept');
  await unmask.phaseBecomes(workbench, 'accepted');
  expect(await editorText(workbench)).toBe(files['stack.ts'].replace('this.items.pop()', fill));
});
