import { signal } from '@preact/signals';
import { refreshToolkitTheme } from '../toolkit';

/** Counts the themes seen; whoever draws with colours of its own reads it to be told of a change. */
export const themeRevision = signal(0);

/** VS Code hands a theme over as style properties of the root element. */
export function watchTheme(): void {
  const observer = new MutationObserver(() => {
    themeRevision.value++;
    refreshToolkitTheme();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** The present value of a colour variable of our style sheet. */
export function themeColour(variable: `--${string}`): string {
  return getComputedStyle(document.body).getPropertyValue(variable).trim();
}
