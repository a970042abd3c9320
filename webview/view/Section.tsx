import type { ComponentChildren } from 'preact';
import { useFold } from './useFold';

export interface SectionProps {
  /** Remembered under this name whether it is open. */
  readonly name: string;
  readonly title: string;
  readonly initiallyOpen?: boolean;
  readonly children: ComponentChildren;
}

/** A part of the panel that can be folded away. */
export function Section({ name, title, initiallyOpen = true, children }: SectionProps) {
  return (
    <details class={`section section-${name}`} {...useFold(name, initiallyOpen)}>
      <summary>
        <span class="codicon codicon-chevron-right section-twistie" aria-hidden="true" />
        <h2>{title}</h2>
      </summary>
      <div class="section-body">{children}</div>
    </details>
  );
}
