import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IdleWatch } from '../../../../src/engine/client/idleWatch';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('tells once when the last of several uses is long over', async () => {
  const onIdle = vi.fn();
  const watch = new IdleWatch(() => 1_000, onIdle);
  let end = () => {};
  const long = watch.during(() => new Promise<void>((resolve) => (end = resolve)));
  await watch.during(async () => {});
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onIdle).not.toHaveBeenCalled();
  end();
  await long;
  await vi.advanceTimersByTimeAsync(999);
  expect(onIdle).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onIdle).toHaveBeenCalledOnce();
});

test('a use begins the wait anew, also one that fails', async () => {
  const onIdle = vi.fn();
  const watch = new IdleWatch(() => 1_000, onIdle);
  await watch.during(async () => {});
  await vi.advanceTimersByTimeAsync(900);
  await expect(watch.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(900);
  expect(onIdle).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(onIdle).toHaveBeenCalledOnce();
});

test('never tells where there is no end to the wait', async () => {
  const onIdle = vi.fn();
  await new IdleWatch(() => undefined, onIdle).during(async () => {});
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(onIdle).not.toHaveBeenCalled();
});

test('a while that has become another one counts from then on, but not in a use', async () => {
  const onIdle = vi.fn();
  let afterMs: number | undefined;
  const watch = new IdleWatch(() => afterMs, onIdle);
  let end = () => {};
  const use = watch.during(() => new Promise<void>((resolve) => (end = resolve)));
  afterMs = 1_000;
  watch.again();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onIdle).not.toHaveBeenCalled();
  afterMs = undefined;
  end();
  await use;
  afterMs = 1_000;
  watch.again();
  await vi.advanceTimersByTimeAsync(900);
  afterMs = 200;
  watch.again();
  await vi.advanceTimersByTimeAsync(199);
  expect(onIdle).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(onIdle).toHaveBeenCalledOnce();
});
