import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { clamp, type KnobRange } from '../../state/knobRanges';
import { Range } from '../Range';
import { type ChangedKnob, KnobFrame } from './KnobFrame';

export interface NumberKnobProps {
  readonly label: string;
  /** What it does, in one line. */
  readonly help: string;
  readonly value: number;
  /** Numbers the field takes. */
  readonly range: KnobRange;
  /** The range in words, with the default. */
  readonly rangeNote: string;
  /** Values of the slider, if not every grain of the range; the field still takes all. */
  readonly stops?: readonly number[] | undefined;
  /** Where the slider ends, if before the range does. */
  readonly sliderMaximum?: number | undefined;
  /** Something to know about the present value. */
  readonly note?: string | null | undefined;
  readonly changed?: ChangedKnob | undefined;
  readonly onTurn: (value: number) => void;
  readonly onRest: (value: number) => void;
}

/**
 * A number with a slider for the useful values and a field for exact ones. What is being typed there stays until the value
 * changes: while a run goes on, everything is drawn anew at every step.
 */
export function NumberKnob(props: NumberKnobProps) {
  const { label, help, value, range, stops, sliderMaximum, onTurn, onRest } = props;
  const id = useId();
  const helpId = useId();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (field.current !== null) field.current.valueAsNumber = value;
  }, [value]);
  return (
    <KnobFrame label={label} field={id} changed={props.changed}>
      <div class="knob-number">
        {stops === undefined ? (
          <Range
            label={label}
            minimum={range.minimum}
            maximum={sliderMaximum ?? range.maximum}
            grain={range.grain}
            value={value}
            onTurn={(turned) => onTurn(clamp(turned, range))}
            onRest={(rested) => onRest(clamp(rested, range))}
          />
        ) : (
          <Range
            label={label}
            minimum={0}
            maximum={stops.length - 1}
            grain={1}
            value={nearestStop(stops, value)}
            valueText={String(value)}
            onTurn={(index) => onTurn(stops[index] ?? value)}
            onRest={(index) => onRest(stops[index] ?? value)}
          />
        )}
        <input
          id={id}
          ref={field}
          class="field"
          aria-describedby={helpId}
          type="number"
          min={range.minimum}
          max={range.maximum}
          step={range.grain}
          onChange={(event) => {
            const typed = event.currentTarget.valueAsNumber;
            const accepted = Number.isFinite(typed) ? clamp(typed, range) : value;
            event.currentTarget.valueAsNumber = accepted;
            onRest(accepted);
          }}
        />
      </div>
      <p class="note" id={helpId}>
        {help} <span class="knob-range">({props.rangeNote})</span>
      </p>
      {props.note && <p class="note knob-remark">{props.note}</p>}
    </KnobFrame>
  );
}

/** Index of the stop nearest to a value, by ratio. */
function nearestStop(stops: readonly number[], value: number): number {
  const distance = (stop: number) => Math.abs(Math.log((stop + 1) / (value + 1)));
  return stops.reduce(
    (best, stop, index) => (distance(stop) < distance(stops[best]!) ? index : best),
    0,
  );
}
