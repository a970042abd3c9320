import { commands } from 'vscode';
import { showError, showInformation, showWarning } from './message';

/** What the user is told about a run beyond what is drawn, each with the way on. */
export class Notices {
  /**
   * @param cause of what the failure is: of another model than the bundled one, in whose place another can be chosen; or of what
   * was asked for, which would fail again
   */
  failed(message: string, cause?: 'chosenModel' | 'request'): void {
    void offer(showError, message, {
      ...(cause === 'chosenModel' && { 'Select Model': ['unmask.selectModel'] }),
      ...(cause !== 'request' && { 'Run Again': ['unmask.runAgain'] }),
      'Show Log': ['unmask.showLog'],
    });
  }

  /** The run goes on all the same, on another execution provider than was named. */
  otherProvider(message: string): void {
    void offer(showWarning, message, {
      'Select Execution Provider': ['unmask.selectExecutionProvider'],
    });
  }

  /** The run goes on all the same. */
  doubtful(doubt: string): void {
    void showWarning(doubt);
  }

  /**
   * The text a run or a candidate was made for is gone.
   *
   * @param showAgain opens the document that was closed once more, with its candidate
   */
  abandoned(why: 'edited' | 'closed', candidate: boolean, showAgain?: () => unknown): void {
    const cause =
      why === 'edited'
        ? 'The text being filled was edited'
        : 'The document being filled was closed';
    const effect = candidate ? 'the candidate was discarded' : 'the run was stopped';
    void offer(showWarning, `${cause}, so ${effect}. Unmask changed nothing.`, {
      ...(why === 'edited' && { 'Run Again': ['unmask.runAgain'] }),
      ...(why === 'closed' && showAgain && { 'Show It Again': showAgain }),
    });
  }

  /**
   * Another run was started while a candidate waited, or another candidate is shown again in its place.
   *
   * @param showAgain shows that candidate again, in place of the other
   */
  gaveWay(place: string, showAgain: () => unknown): void {
    void offer(
      showInformation,
      `The candidate for ${place} gives way to another, neither accepted nor rejected.`,
      { 'Show It Again': showAgain },
    );
  }

  /** @param show shows the candidate, about which nothing is decided while another run is looked at in its place */
  waitsUnseen(place: string, show: () => unknown): void {
    void offer(
      showInformation,
      `The candidate for ${place} waits while another run is looked at.`,
      { 'Show It': show },
    );
  }

  /** @param showAgain tries once more */
  notShownAgain(place: string, showAgain: () => unknown): void {
    void offer(
      showWarning,
      `The candidate for ${place} cannot be shown again: the text that it was made for was edited, or is gone. Undo that first, or run again there.`,
      { 'Show It Again': showAgain },
    );
  }

  /** The candidate still waits. */
  notApplied(place: string, why: 'overtaken' | 'refused'): void {
    const wayOn =
      why === 'overtaken'
        ? 'the document kept changing. Accept again once it is at rest.'
        : 'its editor takes no edits, as read-only ones do. Run “File: Set Active Editor Writeable in Session” there, and accept again.';
    void showError(`The candidate could not be put into ${place}: ${wayOn}`);
  }

  nothingToExport(): void {
    void showInformation(
      'There is no trace yet: it is recorded while a selection is being filled.',
    );
  }

  openLater(): void {
    void showInformation(
      'A run is on its way. Open the trace when it has ended, or stop it first.',
    );
  }

  notBranched(reason: string): void {
    void showError(`No branch was started: ${reason}`);
  }

  readOnly(): void {
    void showWarning(
      'This document is read-only, so Unmask cannot fill anything in it. Make it writable first, or fill a copy of it.',
    );
  }

  noEditor(): void {
    void showInformation('Open a text file first; Unmask fills code in an editor.');
  }

  /** @param purpose what a selection is needed for */
  nothingSelected(purpose: 'fill' | 'rewrite'): void {
    const message = `Select the code to ${purpose} first.`;
    if (purpose === 'rewrite') void showInformation(message);
    else {
      void offer(showInformation, `${message} At the cursor alone, code is inserted.`, {
        'Infill at Cursor': ['unmask.infillAtCursor'],
      });
    }
  }

  noHoles(marker: string): void {
    void offer(
      showInformation,
      `Write ${marker} in this file wherever something is to be filled in, and run this once more.`,
      { 'Other Marker': ['unmask.openSettings', 'unmask.holeMarker'] },
    );
  }

  /** It outlasts the run, of whose fills some may be left out: how many holes are left then is not said. */
  moreHoles(filled: number, all: number): void {
    void showInformation(
      `This run fills ${filled} of ${all} holes. Accept, and run this once more for those that are left.`,
    );
  }

  otherCells(): void {
    void showInformation(
      'Other cells of the notebook have holes, too. Run this once more in each.',
    );
  }

  onlyOtherCells(): void {
    void showInformation(
      'Other cells of the notebook have holes, this one has none. Run this in each of them.',
    );
  }

  /** A setting is out of its range and was left out of account. */
  badSettings(problem: string): void {
    void offer(showWarning, problem, { 'Open Settings': ['unmask.openSettings'] });
  }
}

/** What a button does: a command, given with its arguments, or a function. */
type Action = readonly [command: string, ...args: unknown[]] | (() => unknown);

/** Shows a message with buttons. */
async function offer(
  show: typeof showError,
  message: string,
  actions: Readonly<Record<string, Action>>,
): Promise<void> {
  const chosen = await show(message, ...Object.keys(actions));
  const action = chosen === undefined ? undefined : actions[chosen];
  if (typeof action === 'function') await action();
  else if (action) await commands.executeCommand(...action);
}
