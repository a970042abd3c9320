import type { Doing, RunPhase } from '../../src/panel/messages';

/** How a phase is named and marked: a word and an icon, so that colour is never the only sign. */
export interface PhaseText {
  readonly label: string;
  readonly icon: string;
  readonly tone: 'quiet' | 'busy' | 'good' | 'bad';
}

export function phaseText(phase: RunPhase): PhaseText {
  return 'doing' in phase
    ? { label: doingText(phase.doing), icon: 'loading', tone: 'busy' }
    : atRest[phase.kind];
}

function doingText(doing: Doing): string {
  return doing.kind === 'sweeping' ? `Sweep ${doing.done} of ${doing.of}` : doingTexts[doing.kind];
}

const doingTexts = {
  waiting: 'Starting',
  beginning: 'Starting',
  reading: 'Reading',
  stepping: 'Denoising',
  stopping: 'Stopping',
};

const atRest: Readonly<Record<Exclude<RunPhase, { doing: Doing }>['kind'], PhaseText>> = {
  idle: { label: 'Idle', icon: 'circle-outline', tone: 'quiet' },
  finished: { label: 'Finished', icon: 'pass', tone: 'good' },
  accepted: { label: 'Accepted', icon: 'pass-filled', tone: 'good' },
  undone: { label: 'Undone', icon: 'discard', tone: 'quiet' },
  rejected: { label: 'Rejected', icon: 'circle-slash', tone: 'quiet' },
  stopped: { label: 'Stopped', icon: 'debug-stop', tone: 'quiet' },
  outdated: { label: 'Outdated', icon: 'history', tone: 'quiet' },
  opened: { label: 'Opened', icon: 'folder-opened', tone: 'quiet' },
  failed: { label: 'Failed', icon: 'error', tone: 'bad' },
};
