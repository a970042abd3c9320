import { expect, test, vi } from 'vitest';
import type { TextEditor } from 'vscode';

const vscode = vi.hoisted(() => ({ layout: async (): Promise<unknown> => undefined }));
vi.mock('vscode', () => ({ commands: { executeCommand: () => vscode.layout() } }));
const { EditorWidths } = await import('../../../../src/editor/preview/editorWidths');

const second = { viewColumn: 2 } as TextEditor;
const layout = { orientation: 0, groups: [{ size: 466 }, { size: 400 }] };

test('what is measured is told once, and nothing is known where it cannot be', async () => {
  const changed = vi.fn();
  const widths = new EditorWidths(changed);
  vscode.layout = async () => layout;
  await widths.measure();
  await widths.measure();
  expect(widths.of(second)).toBe(400);
  expect(widths.of({ viewColumn: undefined } as TextEditor)).toBeUndefined();
  expect(changed).toHaveBeenCalledOnce();
  vscode.layout = () => {
    throw new Error('There is no such command.');
  };
  await widths.measure();
  expect(widths.of(second)).toBeUndefined();
});

test('what is measured when nothing is drawn any more is told to nobody', async () => {
  const changed = vi.fn();
  const widths = new EditorWidths(changed);
  vscode.layout = async () => layout;
  const measured = widths.measure();
  widths.dispose();
  await measured;
  expect(changed).not.toHaveBeenCalled();
});
