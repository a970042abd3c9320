export interface RangeProps {
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly grain: number;
  readonly value: number;
  /** What the value means, for a screen reader. */
  readonly valueText?: string;
  readonly disabled?: boolean;
  /** While it moves. */
  readonly onTurn: (value: number) => void;
  /** When it rests. */
  readonly onRest?: (value: number) => void;
}

/** A slider; the toolkit has none. */
export function Range(props: RangeProps) {
  const { label, minimum, maximum, grain, value, valueText, disabled = false } = props;
  const filled = maximum > minimum ? (value - minimum) / (maximum - minimum) : 0;
  return (
    <input
      type="range"
      class="range"
      aria-label={label}
      aria-valuetext={valueText}
      min={minimum}
      max={maximum}
      step={grain}
      value={value}
      disabled={disabled}
      style={{ '--filled': filled }}
      onInput={(event) => props.onTurn(event.currentTarget.valueAsNumber)}
      onChange={(event) => props.onRest?.(event.currentTarget.valueAsNumber)}
    />
  );
}
