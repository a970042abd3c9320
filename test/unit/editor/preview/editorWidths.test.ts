import { beforeEach, expect, test, vi } from 'vitest';
import type { TextEditor } from 'vscode';
import type { HostToPanel, RunPhase } from '../../../../src/panel/messages';
import { denoising, waitingFor } from '../../../panelState';

const vscode = vi.hoisted(() => ({
  layout: vi.fn(async (): Promise<unknown> => undefined),
  regroup: () => {},
}));
vi.mock('vscode', () => ({
  commands: { executeCommand: () => vscode.layout() },
  Disposable: { from: () => ({ dispose: () => {} }) },
  window: {
    tabGroups: {
      onDidChangeTabGroups: (listener: () => void) => {
        vscode.regroup = listener;
      },
    },
  },
}));
const { EditorWidths } = await import('../../../../src/editor/preview/editorWidths');

const second = { viewColumn: 2 } as TextEditor;
const layout = { orientation: 0, groups: [{ size: 466 }, { size: 400 }] };
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  vscode.layout = vi.fn(async () => layout);
});

function measuring() {
  const changed = vi.fn();
  let tell: (change: HostToPanel) => void = () => {};
  const onDidChange = (listener: typeof tell) => {
    tell = listener;
    return { dispose: () => {} };
  };
  const widths = new EditorWidths({ onDidChange }, changed);
  return { widths, changed, enter: (phase: RunPhase) => tell({ kind: 'phase', phase }) };
}

test('what is measured is told once, and nothing is known where it cannot be', async () => {
  const { widths, changed } = measuring();
  vscode.regroup();
  await settled();
  vscode.regroup();
  await settled();
  expect(widths.of(second)).toBe(400);
  expect(widths.of({ viewColumn: undefined } as TextEditor)).toBeUndefined();
  expect(changed).toHaveBeenCalledOnce();
  vscode.layout.mockImplementation(() => {
    throw new Error('There is no such command.');
  });
  vscode.regroup();
  await settled();
  expect(widths.of(second)).toBeUndefined();
});

test('what is measured when nothing is drawn any more is told to nobody', async () => {
  const { widths, changed } = measuring();
  vscode.regroup();
  widths.dispose();
  await settled();
  expect(changed).not.toHaveBeenCalled();
});

test('it is measured as a run begins and ends, not whenever one goes on', () => {
  const { enter } = measuring();
  enter(waitingFor('Loading the model…'));
  enter(waitingFor('Unpacking the model…'));
  expect(vscode.layout).toHaveBeenCalledTimes(1);
  for (const done of [0, 256, 512])
    enter({ kind: 'denoising', doing: { kind: 'reading', done, of: 512 } });
  enter(denoising);
  expect(vscode.layout).toHaveBeenCalledTimes(2);
  enter({ kind: 'finished' });
  enter({ kind: 'finished', leftOut: [0] });
  expect(vscode.layout).toHaveBeenCalledTimes(3);
});
