import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import type { PanelToHost } from '../../../../src/panel/messages';
import { BranchPlan } from '../../../../webview/state/branchPlan';

function openPlan() {
  const position = signal(2);
  const said: PanelToHost[] = [];
  const plan = new BranchPlan(position, (message) => said.push(message));
  return { plan, position, said };
}

describe('the plan of a branch', () => {
  test('is sent with the position it is for; the last change of a slot counts', () => {
    const { plan, said } = openPlan();
    plan.pin(0, { token: 7, text: 'x', pad: false });
    plan.remask(1);
    plan.unpin(0);
    plan.branch();
    expect(said).toEqual([
      {
        kind: 'branch',
        step: 2,
        changes: [
          { kind: 'unpin', slot: 0 },
          { kind: 'remask', slot: 1 },
        ],
      },
    ]);
  });

  test('belongs to one position, and is begun anew at another', () => {
    const { plan, position } = openPlan();
    plan.remask(1);
    position.value = 1;
    expect(plan.changes.value.size).toBe(0);
    position.value = 2;
    expect(plan.changes.value.size).toBe(1);
    position.value = 1;
    plan.remask(3);
    expect([...plan.changes.value.keys()]).toEqual([3]);
    position.value = 2;
    expect(plan.changes.value.size).toBe(0);
  });

  test('lets changes be taken back one by one, or all', () => {
    const { plan } = openPlan();
    plan.remask(1);
    plan.remask(2);
    plan.drop(1);
    expect([...plan.changes.value.keys()]).toEqual([2]);
    plan.clear();
    expect(plan.changes.value.size).toBe(0);
  });
});

describe('a text typed for a slot', () => {
  test('is pinned once it is known to be one token', () => {
    const { plan, said } = openPlan();
    plan.pinText(4, 'foo');
    expect(said).toEqual([{ kind: 'tokenise', text: 'foo' }]);
    expect(plan.changes.value.size).toBe(0);
    plan.answered({
      kind: 'tokenised',
      text: 'foo',
      tokens: [{ token: 9, text: 'foo' }],
      problem: null,
    });
    expect(plan.changes.value.get(4)).toEqual({
      change: { kind: 'pin', slot: 4, token: 9 },
      text: 'foo',
      pad: false,
    });
  });

  test('that is several tokens is refused, naming them', () => {
    const { plan } = openPlan();
    plan.pinText(4, 'foobar');
    const tokens = [
      { token: 9, text: 'foo' },
      { token: 3, text: 'bar' },
    ];
    plan.answered({ kind: 'tokenised', text: 'foobar', tokens, problem: null });
    expect(plan.problem.value).toMatchObject({
      slot: 4,
      why: expect.stringMatching(/one token.*as 2: “foo” “bar”/),
    });
    expect(plan.changes.value.size).toBe(0);
    plan.remask(4);
    expect(plan.problem.value).toBeNull();
  });

  test('of very many tokens is refused with the first of them, and without asking where no token is as long', () => {
    const { plan, said } = openPlan();
    plan.pinText(4, 'x'.repeat(1000));
    expect(said).toHaveLength(1);
    const tokens = Array.from({ length: 500 }, () => ({ token: 3, text: 'xx' }));
    plan.answered({ kind: 'tokenised', text: 'x'.repeat(1000), tokens, problem: null });
    expect(plan.problem.value?.why).toMatch(/as 500: (“xx” ){12}…$/);
    plan.pinText(4, 'x'.repeat(1001));
    expect(said).toHaveLength(1);
    expect(plan.problem.value).toMatchObject({ slot: 4, why: expect.stringMatching(/1001/) });
  });

  test('that cannot be asked about is refused with the reason', () => {
    const { plan } = openPlan();
    plan.pinText(4, 'foo');
    plan.answered({ kind: 'tokenised', text: 'foo', tokens: [], problem: 'No model is loaded.' });
    expect(plan.problem.value).toEqual({ slot: 4, why: 'No model is loaded.' });
  });

  test('is not pinned at another step than the one it was typed at', () => {
    const { plan, position } = openPlan();
    plan.pinText(4, 'foo');
    position.value = 1;
    const tokens = [{ token: 9, text: 'foo' }];
    plan.answered({ kind: 'tokenised', text: 'foo', tokens, problem: null });
    expect(plan.changes.value.size).toBe(0);
    expect(plan.problem.value).toMatchObject({
      slot: 4,
      why: expect.stringMatching(/another step/),
    });
  });

  test('answers to older questions count for nothing, and no text is no question', () => {
    const { plan, said } = openPlan();
    plan.pinText(4, '');
    expect(said).toEqual([]);
    plan.pinText(4, 'a');
    plan.pinText(5, 'b');
    const tokens = [{ token: 9, text: 'a' }];
    plan.answered({ kind: 'tokenised', text: 'a', tokens, problem: null });
    expect(plan.changes.value.size).toBe(0);
  });
});
