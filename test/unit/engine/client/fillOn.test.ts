import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineProcess } from '../../../../src/engine/client/engineProcess';
import { EngineError } from '../../../../src/engine/client/error';
import { fillOn } from '../../../../src/engine/client/fillOn';
import type { FillRequest, FillResult } from '../../../../src/engine/protocol/messages';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const request = { run: 'r' } as FillRequest;

/** A process that answers when told to, and ends when killed. */
function process() {
  let fail: (error: Error) => void = () => {};
  let answer: (result: FillResult) => void = () => {};
  const kill = vi.fn(() => fail(new EngineError('hung', 'killed')));
  const stub = {
    request: () =>
      new Promise<FillResult>((resolve, reject) => {
        answer = resolve;
        fail = reject;
      }),
    listenTo: () => () => {},
    endHanging: kill,
  };
  return { engine: stub as unknown as EngineProcess, kill, answer: (r: FillResult) => answer(r) };
}

const stopped: FillResult = {
  outcome: { kind: 'stopped' },
  timings: { encodeMs: 1, contextCached: false, stepsMs: 2, totalMs: 3 },
  calls: 2,
};

describe('a run that is stopped', () => {
  test('brings what the engine answers', async () => {
    const { engine, kill, answer } = process();
    const controller = new AbortController();
    const run = fillOn(engine, request, { signal: controller.signal });
    controller.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    answer(stopped);
    expect(await run).toBe(stopped);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kill).not.toHaveBeenCalled();
  });

  test('costs a process that does not answer its life', async () => {
    const { engine, kill } = process();
    const controller = new AbortController();
    const run = fillOn(engine, request, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kill).not.toHaveBeenCalled();
    controller.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kill).toHaveBeenCalledOnce();
    expect((await run).outcome).toEqual({ kind: 'stopped' });
  });
});
