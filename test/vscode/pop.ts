import { beforeEach, expect } from 'vitest';
import { at, editorText, isDirty, openFile, select } from './harness/editor';
import type { Workbench } from './harness/workbench';
import * as unmask from './unmask';
import { files, replaced } from './workspace';

/** What most tests fill: in `stack.ts`, of the line `const item = this.items.pop();`. */
export const pop = { text: 'this.items.pop()', from: at(9, 18), to: at(9, 34) } as const;

/** Where it stands, as an offset. */
export const popAt = files['stack.ts'].indexOf(pop.text);

/** Opens the file and selects it. */
export async function openPop(workbench: Workbench): Promise<void> {
  await openFile(workbench, 'stack.ts');
  await select(workbench, pop.from, pop.to);
}

/** The same before every test, in place of what was open. */
export function usePop(workbench: Workbench): void {
  beforeEach(async () => {
    await unmask.closeEditor(workbench);
    await openPop(workbench);
  });
}

/** Has what is selected filled quickly; the text of the candidate that waits then. */
export async function infilled(workbench: Workbench): Promise<string> {
  await unmask.configure(workbench, unmask.quickly);
  const [fill = ''] = await unmask.filled(workbench, 'Unmask: Infill Selection');
  return fill;
}

/** The text of `stack.ts` with a fill in its place. */
export const withPop = (fill: string): string => replaced(files['stack.ts'], { [pop.text]: fill });

export async function expectUntouched(workbench: Workbench): Promise<void> {
  expect(await editorText(workbench)).toBe(files['stack.ts']);
  expect(await isDirty(workbench)).toBe(false);
}
