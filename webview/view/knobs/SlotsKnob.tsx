import { counted } from '../../../src/diffusion/counted';
import type { Knobs } from '../../../src/panel/messages';
import { doublingStops, type KnobRange } from '../../state/knobRanges';
import { Checkbox } from '../../toolkit';
import { NumberKnob } from './NumberKnob';

/** Before a model is loaded nobody knows how many slots it takes. */
const usualMaximum = 64;
const initialSlots = 32;

export interface SlotsKnobProps {
  readonly slots: Knobs['slots'];
  /** Most slots the model takes in one span; null before one is loaded. */
  readonly maximum: number | null;
  readonly onTurn: (slots: Knobs['slots']) => void;
  readonly onRest: (slots: Knobs['slots']) => void;
}

/** L: how many slots a span gets, at most. */
export function SlotsKnob({ slots, maximum, onTurn, onRest }: SlotsKnobProps) {
  const range: KnobRange = { minimum: 1, maximum: maximum ?? usualMaximum, grain: 1 };
  return (
    <div class="knob-slots">
      <div class="knob">
        <div class="knob-head">
          <span>Slots per span L</span>
        </div>
        <Checkbox
          checked={slots === 'auto'}
          onChange={(auto) => onRest(auto ? 'auto' : Math.min(initialSlots, range.maximum))}
        >
          Automatic, grown when too small
        </Checkbox>
      </div>
      {slots !== 'auto' && (
        <NumberKnob
          label="At most"
          help="Surplus slots become pads, which are deleted from the fill"
          rangeNote={`${range.minimum}–${range.maximum}`}
          value={slots}
          range={range}
          note={
            slots > range.maximum
              ? `The model fills at most ${counted(range.maximum, 'slot')} in a span: a run with more fails.`
              : null
          }
          stops={doublingStops(range)}
          onTurn={onTurn}
          onRest={onRest}
        />
      )}
    </div>
  );
}
