import { stepsAtMost } from '../../diffusion/trace/stepsAtMost';
import type { Trace } from '../../diffusion/trace/trace';
import type { RunOwner } from '../run/runOwner';

/** What a run on its way does, in a few words; empty where there is none. */
export function doingText({ phase, trace }: Pick<RunOwner, 'phase' | 'trace'>): string {
  if (!('doing' in phase)) return '';
  const { doing } = phase;
  switch (doing.kind) {
    case 'waiting':
    case 'beginning':
      return 'starting';
    case 'reading':
      return `reading context · ${Math.floor((100 * doing.done) / doing.of)} %`;
    case 'stepping':
      // A run that gives way to one on other spans is without already.
      return trace === null ? 'denoising' : stepText(trace);
    case 'sweeping':
      return `sweep ${doing.done}/${doing.of}`;
    case 'stopping':
      return 'stopping';
  }
}

/** Of the steps taken, and T: the most there can be. */
function stepText(trace: Trace): string {
  const masked = trace.header.slots.filter((slot) => slot.state === 'masked').length;
  return `step ${trace.steps.length}/${stepsAtMost(trace)} · ${trace.steps.at(-1)?.masked ?? masked} masked`;
}
