import type { Panel } from '../state/panel';

/** `,` and `.` step back and forward from anywhere but a field that takes text. */
export function listenToStepKeys(panel: Panel): void {
  document.addEventListener('keydown', (event) => {
    const change = event.key === ',' ? -1 : event.key === '.' ? 1 : 0;
    if (change === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.matches('input[type=number], input[type=text], vscode-text-field')) return;
    panel.playback.pause();
    panel.seek(panel.position.value + change);
    event.preventDefault();
  });
}
