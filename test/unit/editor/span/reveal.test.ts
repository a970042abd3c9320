import { beforeEach, expect, test, vi } from 'vitest';
import type { Place } from '../../../../src/editor/place/place';

const window = vi.hoisted(() => ({
  activeTextEditor: undefined as unknown,
  visibleTextEditors: [] as unknown[],
}));
const executeCommand = vi.hoisted(() => vi.fn(async () => undefined));
vi.mock('vscode', () => ({
  commands: { executeCommand },
  Range: class {},
  TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
  window,
}));
const { revealStart } = await import('../../../../src/editor/span/reveal');

const document = {};
const span = (start: number, end: number) => ({ start: { line: start }, end: { line: end } });
const place = { document, ranges: [span(3, 5), span(8, 8)] } as unknown as Place;
const editorOf = (document: unknown) => ({ document, revealRange: vi.fn() });

beforeEach(() => {
  executeCommand.mockReset();
  executeCommand.mockResolvedValue(undefined);
  Object.assign(window, { activeTextEditor: undefined, visibleTextEditors: [] });
});

test('of two editors that show the spans, the active one is moved there', async () => {
  const [other, active] = [editorOf(document), editorOf(document)];
  Object.assign(window, { activeTextEditor: active, visibleTextEditors: [other, active] });
  revealStart(place);
  await vi.waitFor(() => expect(active.revealRange).toHaveBeenCalledOnce());
  expect(other.revealRange).not.toHaveBeenCalled();
});

test('an editor that shows them is moved there while another document is worked in', () => {
  const [shown, active] = [editorOf(document), editorOf({})];
  Object.assign(window, { activeTextEditor: active, visibleTextEditors: [active, shown] });
  revealStart(place);
  expect(shown.revealRange).toHaveBeenCalledOnce();
  expect(active.revealRange).not.toHaveBeenCalled();
});

test('what is folded of the spans is unfolded first, where they are worked in', async () => {
  const active = editorOf(document);
  Object.assign(window, { activeTextEditor: active, visibleTextEditors: [active] });
  let unfolded = () => {};
  executeCommand.mockReturnValue(
    new Promise((resolve) => {
      unfolded = () => resolve(undefined);
    }),
  );
  revealStart(place);
  expect(active.revealRange).not.toHaveBeenCalled();
  unfolded();
  await vi.waitFor(() => expect(active.revealRange).toHaveBeenCalledOnce());
  const [command, options] = executeCommand.mock.calls[0] as unknown[];
  expect(command).toBe('editor.unfold');
  expect(options).toMatchObject({ selectionLines: [3, 4, 5, 8], direction: 'up' });
});

test('nothing is unfolded in an editor that is not the one worked in', () => {
  Object.assign(window, {
    activeTextEditor: editorOf({}),
    visibleTextEditors: [editorOf(document)],
  });
  revealStart(place);
  expect(executeCommand).not.toHaveBeenCalled();
});
