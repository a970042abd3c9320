import { expect, it } from 'vitest';
import { exitCodes, StoppedError } from '../../../src/cli/errors';
import { stoppable } from '../../../src/cli/stopSignal';

it('calls work that fails once it is told to stop stopped, whether or not it had begun', async () => {
  const error = await stoppable((signal) => {
    process.emit('SIGTERM');
    expect(signal.aborted).toBe(true);
    // As where the engine got the signal, too.
    return Promise.reject(new Error('The engine ended unexpectedly.'));
  }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StoppedError);
  expect(error).toMatchObject({ message: 'Stopped.', exitCode: exitCodes.stopped });
});

it('calls work stopped that is heard to have failed right before the signal', async () => {
  // As where Ctrl+C ends an engine that has only begun to start.
  const error = await stoppable(() => {
    setImmediate(() => process.emit('SIGINT'));
    return Promise.reject(new Error('The engine ended unexpectedly (signal SIGINT).'));
  }).catch((thrown) => thrown);
  expect(error).toMatchObject({ message: 'Stopped.', exitCode: exitCodes.stopped });
});

it('leaves the failure of work that nobody stopped as it is', async () => {
  const failure = new Error('no such model');
  await expect(stoppable(() => Promise.reject(failure))).rejects.toBe(failure);
});
