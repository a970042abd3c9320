import { commands, type Uri } from 'vscode';
import { loadTrace, saveTrace } from '../traceFile';
import type { LeavingParts } from './leftCandidates';

/** Takes the run shown into a file, and shows what a file has of one. */
export class TraceFiles {
  constructor(
    private readonly parts: Pick<LeavingParts, 'notices' | 'followed' | 'shown'>,
    /** Another run is shown. */
    private readonly opened: () => void,
  ) {}

  /** @param target the file to write; asked for where it is left out. */
  async export(target?: Uri): Promise<void> {
    const { notices, followed, shown } = this.parts;
    if (shown.trace) await saveTrace(shown.trace, followed.present?.document.uri, target);
    else notices.nothingToExport();
  }

  /**
   * Shows a run that was recorded in the panel, beside those on the present spans.
   *
   * @param source the file that holds its trace; asked for where it is left out.
   */
  async open(source?: Uri): Promise<void> {
    const { notices, followed, shown } = this.parts;
    if (shown.running) return notices.openLater();
    await loadTrace(followed.present?.document.uri, source, async ({ digest, name, trace }) => {
      // A run may have been started while the file was chosen; the trace would be lost under its steps.
      if (shown.running) return notices.openLater();
      shown.open(digest, name, trace);
      this.opened();
      await commands.executeCommand('unmask.panel.focus');
    });
  }
}
