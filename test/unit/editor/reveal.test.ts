import { beforeEach, expect, test, vi } from 'vitest';
import type { Place } from '../../../src/editor/place';

const window = vi.hoisted(() => ({
  activeTextEditor: undefined as unknown,
  visibleTextEditors: [] as unknown[],
}));
vi.mock('vscode', () => ({
  Range: class {},
  TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
  window,
}));
const { revealStart } = await import('../../../src/editor/reveal');

const document = {};
const place = { document, ranges: [{ start: 0 }] } as unknown as Place;
const editorOf = (document: unknown) => ({ document, revealRange: vi.fn() });

beforeEach(() => Object.assign(window, { activeTextEditor: undefined, visibleTextEditors: [] }));

test('of two editors that show the spans, the active one is moved there', () => {
  const [other, active] = [editorOf(document), editorOf(document)];
  Object.assign(window, { activeTextEditor: active, visibleTextEditors: [other, active] });
  revealStart(place);
  expect(active.revealRange).toHaveBeenCalledOnce();
  expect(other.revealRange).not.toHaveBeenCalled();
});

test('an editor that shows them is moved there while another document is worked in', () => {
  const [shown, active] = [editorOf(document), editorOf({})];
  Object.assign(window, { activeTextEditor: active, visibleTextEditors: [active, shown] });
  revealStart(place);
  expect(shown.revealRange).toHaveBeenCalledOnce();
  expect(active.revealRange).not.toHaveBeenCalled();
});
