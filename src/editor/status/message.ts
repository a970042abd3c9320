import { window } from 'vscode';

/**
 * Messages with buttons, as plain text. VS Code makes links of `[label](command:…)` in messages, which run whatever command
 * they name; and settings of a workspace, names of files, models and traces are others' text that messages speak of.
 *
 * @returns the button that was pressed
 */
type Show = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

export const showError: Show = (message, ...buttons) =>
  window.showErrorMessage(withoutLinks(message), ...buttons);

export const showWarning: Show = (message, ...buttons) =>
  window.showWarningMessage(withoutLinks(message), ...buttons);

export const showInformation: Show = (message, ...buttons) =>
  window.showInformationMessage(withoutLinks(message), ...buttons);

/** With an invisible character, a word joiner, where a link's label would end. */
const withoutLinks = (message: string) => message.replaceAll('](', ']\u2060(');
