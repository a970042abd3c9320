import { expect, test } from 'vitest';
import { createCanvasHistory } from '../../../../webview/state/canvases';
import { inspectSlot } from '../../../../webview/state/inspection';
import { trace } from '../../smallRun';

const canvases = createCanvasHistory()(trace);

test('the tokens considered, which one is in the slot, and how they came about', () => {
  const { predictedAt, considered, entropy } = inspectSlot(trace, canvases, 1, 2);
  expect(predictedAt).toBe(1);
  expect(entropy).toBeCloseTo(0.4);
  expect(considered.map(({ text, chosen }) => [text, chosen])).toEqual([
    ['one', false],
    [' two', true],
  ]);
  expect(considered[0]!.probability).toBeCloseTo(0.6);
  const alternatives = trace.steps[0]!.alternatives.map(() => [[0, -0.1] as const]);
  const ended = { ...trace, steps: [{ ...trace.steps[0]!, alternatives }] };
  const pads = inspectSlot(ended, createCanvasHistory()(ended), 1, 2).considered;
  expect(considered.concat(pads).map(({ pad }) => pad)).toEqual([false, false, true]);
});

test('the development tells of the steps that found the slot masked', () => {
  const [one] = inspectSlot(trace, canvases, 1, 2).considered;
  expect(one!.development.map((each) => each && Number(each.toFixed(3)))).toEqual([0.6, null, 0.8]);
});

test('of a revealed slot, the prediction it was revealed with is shown', () => {
  expect(inspectSlot(trace, canvases, 3, 0)).toMatchObject({ predictedAt: 1, entropy: 0.5 });
  expect(inspectSlot(trace, canvases, 2, 2).predictedAt).toBe(1);
  expect(inspectSlot(trace, canvases, 3, 2).predictedAt).toBe(3);
});

test('of a slot that is masked again, what is said of the mask is shown', () => {
  const [first, second, third] = trace.steps;
  const idle = { ...trace, steps: [first!, second!, { ...third!, transitions: [] }] };
  const inspected = inspectSlot(idle, createCanvasHistory()(idle), 3, 2);
  expect(inspected.predictedAt).toBe(3);
  expect(inspected.considered.map(({ chosen }) => chosen)).toEqual([false, false]);
});

test('a pinned slot was never revealed: it shows the prediction of the step', () => {
  expect(inspectSlot(trace, canvases, 2, 1).predictedAt).toBe(2);
});

test.each([
  ['a token that fell out of the best few counts as impossible there', [[999, -0.1]], 0],
  ['a step that did not ask about the slot says nothing of its tokens', [], null],
] as const)('%s', (_, best, probability) => {
  const [first, ...others] = trace.steps;
  const narrowed = {
    ...trace,
    steps: [
      first!,
      ...others.map((step) => ({ ...step, alternatives: step.alternatives.map(() => best) })),
    ],
  };
  const { considered } = inspectSlot(narrowed, createCanvasHistory()(narrowed), 1, 3);
  expect(considered[0]!.development.slice(1)).toEqual([probability, probability]);
});

test('the history tells every event of the slot, with its reason', () => {
  const { history } = inspectSlot(trace, canvases, 0, 2);
  expect(history.map(({ position, kind, reason }) => [position, kind, reason])).toEqual([
    [1, 'reveal', 'p 0.6'],
    [2, 'remask', 'doubt'],
    [3, 'reveal', 'p 0.8'],
  ]);
});

test('what a rule put in has no probability of the model, and is where the slot comes from', () => {
  const { padToken } = trace.header;
  const transition = {
    kind: 'edit',
    slot: 0,
    token: padToken!,
    logProb: 0,
    reason: 'after the most probable end',
  } as const;
  const cut = {
    ...trace,
    steps: [...trace.steps, { ...trace.steps[2]!, transitions: [transition], alternatives: [] }],
  };
  const { history, predictedAt, considered } = inspectSlot(cut, createCanvasHistory()(cut), 4, 0);
  expect(history.map(({ probability }) => probability)).toEqual([expect.closeTo(0.5), null]);
  expect(predictedAt).toBe(4);
  expect(considered).toEqual([]);
});

test('a token that replaced another is not explained by a prediction that it did not come from', () => {
  const replaced = (logProb: number, reason = 'probability 0.996 > 0.5') => {
    const edit = { kind: 'edit', slot: 0, token: 1, logProb, reason } as const;
    const edited = {
      ...trace,
      steps: [...trace.steps, { ...trace.steps[2]!, transitions: [edit] }],
    };
    return inspectSlot(edited, createCanvasHistory()(edited), 4, 0);
  };
  // Of a second canvas, on which the slot was masked: the step keeps what was said of the first.
  expect(replaced(Math.log(0.996))).toMatchObject({
    predictedAt: 4,
    considered: [],
    entropy: null,
  });
  // Of the canvas as it was, and of what a copy was judged by.
  expect(replaced(Math.log(0.7)).considered).toHaveLength(2);
  const copied = 'copied: more probable as a whole';
  expect(replaced(Math.log(0.2), copied).considered).toHaveLength(2);
});

test('a slot that became a pad is told apart from one that holds another token', () => {
  const pads = (id: number) => inspectSlot(trace, canvases, 3, id).history.map(({ pad }) => pad);
  expect(pads(3)).toEqual([true]);
  expect(pads(0)).toEqual([false]);
});

test('before the first step there is no prediction', () => {
  expect(inspectSlot(trace, canvases, 0, 0)).toMatchObject({
    predictedAt: null,
    considered: [],
  });
});
