import type { ComponentChildren } from 'preact';
import { useFold } from '../useFold';

export interface KnobGroupProps {
  /** Remembered under this name whether it is open. */
  readonly name: string;
  readonly title: string;
  /** Labels of those of its knobs that are changed. */
  readonly changed: readonly string[];
  /** What its knobs are where none is changed. */
  readonly unchanged: string;
  readonly children: ComponentChildren;
}

/** Knobs that most runs leave as they are: folded away until they are asked for, with what is changed of them in view. */
export function KnobGroup({ name, title, changed, unchanged, children }: KnobGroupProps) {
  return (
    <details class="knob-group" {...useFold(name, false)}>
      <summary>
        <span class="codicon codicon-chevron-right knob-group-twistie" aria-hidden="true" />
        <h3>{title}</h3>
        <span class="note">
          {changed.length > 0 ? `changed: ${changed.join(', ')}` : unchanged}
        </span>
      </summary>
      <div class="knob-grid">{children}</div>
    </details>
  );
}
