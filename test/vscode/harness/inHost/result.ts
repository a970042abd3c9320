/** How one test in the extension host ended. */
export type HostTestResult =
  | { readonly outcome: 'passed' | 'skipped'; readonly title: string }
  | { readonly outcome: 'failed'; readonly title: string; readonly error: string };

/** Begins the lines by which the extension host reports its results among all else that it logs. */
export const resultMark = '[in-host result] ';
