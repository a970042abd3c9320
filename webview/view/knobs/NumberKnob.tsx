import { useId } from 'preact/hooks';
import { clamp, type KnobRange } from '../../state/knobRanges';
import { Range } from '../Range';

export interface NumberKnobProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: number;
  /** Numbers the field takes. */
  readonly range: KnobRange;
  /** Values of the slider, if not every grain of the range; the field still takes all. */
  readonly stops?: readonly number[] | undefined;
  /** Where the slider ends, if before the range does. */
  readonly sliderMaximum?: number | undefined;
  /** Something to know about the present value. */
  readonly note?: string | null;
  readonly onTurn: (value: number) => void;
  readonly onRest: (value: number) => void;
}

/** A number with a slider for the useful values and a field for exact ones. */
export function NumberKnob(props: NumberKnobProps) {
  const { label, hint, value, range, stops, sliderMaximum, note = null, onTurn, onRest } = props;
  const id = useId();
  return (
    <div class="knob" title={hint}>
      <label for={id}>{label}</label>
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
          class="field"
          type="number"
          min={range.minimum}
          max={range.maximum}
          step={range.grain}
          value={value}
          onChange={(event) => {
            const typed = event.currentTarget.valueAsNumber;
            const accepted = Number.isFinite(typed) ? clamp(typed, range) : value;
            event.currentTarget.valueAsNumber = accepted;
            onRest(accepted);
          }}
        />
      </div>
      {note !== null && <p class="note">{note}</p>}
    </div>
  );
}

/** Index of the stop nearest to a value, by ratio. */
function nearestStop(stops: readonly number[], value: number): number {
  const distance = (stop: number) => Math.abs(Math.log(stop / value));
  return stops.reduce(
    (best, stop, index) => (distance(stop) < distance(stops[best]!) ? index : best),
    0,
  );
}
