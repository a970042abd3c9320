import type { RunPhase } from '../../src/panel/messages';

/** How a phase is named and marked: a word and an icon, so that colour is never the only sign. */
export interface PhaseText {
  readonly label: string;
  readonly icon: string;
  readonly tone: 'quiet' | 'busy' | 'good' | 'bad';
}

export const phaseTexts: Readonly<Record<RunPhase['kind'], PhaseText>> = {
  idle: { label: 'Idle', icon: 'circle-outline', tone: 'quiet' },
  starting: { label: 'Starting', icon: 'loading', tone: 'busy' },
  denoising: { label: 'Denoising', icon: 'loading', tone: 'busy' },
  finished: { label: 'Finished', icon: 'pass', tone: 'good' },
  accepted: { label: 'Accepted', icon: 'pass-filled', tone: 'good' },
  undone: { label: 'Undone', icon: 'discard', tone: 'quiet' },
  rejected: { label: 'Rejected', icon: 'circle-slash', tone: 'quiet' },
  stopped: { label: 'Stopped', icon: 'debug-stop', tone: 'quiet' },
  outdated: { label: 'Outdated', icon: 'history', tone: 'quiet' },
  opened: { label: 'Opened', icon: 'folder-opened', tone: 'quiet' },
  failed: { label: 'Failed', icon: 'error', tone: 'bad' },
};
