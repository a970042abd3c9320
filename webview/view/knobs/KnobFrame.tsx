import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { IconButton } from '../../toolkit';
import { useHeldFocus } from '../heldFocus';

/** A knob that is not as it usually is, and the way back. */
export interface ChangedKnob {
  /** What it usually is, as the panel writes it. */
  readonly usual: string;
  readonly onReset: () => void;
}

export interface KnobFrameProps {
  readonly label: string;
  /** Id of the field that the label is of; a control without one bears the label itself. */
  readonly field?: string;
  readonly title?: string | undefined;
  readonly changed?: ChangedKnob | undefined;
  readonly children: ComponentChildren;
}

/** A knob below its label, marked where it is changed. */
export function KnobFrame({ label, field, title, changed, children }: KnobFrameProps) {
  const frame = useRef<HTMLDivElement>(null);
  useHeldFocus(frame, () => frame.current?.querySelector<HTMLElement>('.field, vscode-dropdown'));
  return (
    <div class="knob" ref={frame} title={title} data-changed={changed ? 'true' : undefined}>
      <div class="knob-head">
        {field === undefined ? <span>{label}</span> : <label for={field}>{label}</label>}
        {changed && (
          <IconButton
            icon="discard"
            label={`${label}: back to ${changed.usual}`}
            onPress={changed.onReset}
          />
        )}
      </div>
      {children}
    </div>
  );
}
