import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * Keeps the keyboard where it was: when what had its focus within `place` is not drawn any more, the focus goes to what
 * `next` finds, instead of to nowhere.
 */
export function useHeldFocus(
  place: RefObject<HTMLElement>,
  next: () => HTMLElement | null | undefined,
): void {
  const had = place.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (had && !place.current?.contains(document.activeElement)) next()?.focus();
  });
}

/** The first button of the run's actions in the heading. */
export const firstAction = () => document.querySelector<HTMLElement>('.actions vscode-button');
