import { useLayoutEffect, useState } from 'preact/hooks';
import { numberKnobs } from '../../../src/diffusion/settings/knob';
import { seedSchema } from '../../../src/diffusion/settings/sampler';
import { IconButton, TextField } from '../../toolkit';

const { label, help, maximum } = numberKnobs.get(seedSchema)!;

export interface SeedKnobProps {
  /** null draws a new one for every run. */
  readonly seed: number | null;
  /** Of the run shown. */
  readonly lastSeed: number | null;
  /** What it changes little or nothing for, if that is so. */
  readonly note: string | null;
  readonly onRest: (seed: number | null) => void;
}

export function SeedKnob({ seed, lastSeed, note, onRest }: SeedKnobProps) {
  const [wrong, setWrong] = useState(false);
  // Another seed takes the place of what was typed, wherever it comes from.
  useLayoutEffect(() => setWrong(false), [seed]);
  const rest = (chosen: number | null) => {
    setWrong(false);
    onRest(chosen);
  };
  return (
    <div class="knob" title={help}>
      <div class="knob-head">
        <span>{label}</span>
      </div>
      <div class="knob-seed">
        <TextField
          label="Seed, empty for a new one in every run"
          value={seed === null ? '' : String(seed)}
          placeholder="new in every run"
          onChange={(text) => {
            const typed = readSeed(text);
            if (typed === undefined) setWrong(true);
            else rest(typed);
          }}
        />
        <IconButton
          icon="sync"
          label="Draw a new seed for every run"
          disabled={seed === null}
          onPress={() => rest(null)}
        />
        <IconButton
          icon={seed === null ? 'unlock' : 'lock'}
          label={
            lastSeed === null ? 'Keep the seed of the last run' : `Keep the last seed, ${lastSeed}`
          }
          disabled={lastSeed === null || seed === lastSeed}
          onPress={() => rest(lastSeed)}
        />
      </div>
      {note !== null && <p class="note knob-remark">{note}</p>}
      {wrong && (
        <p class="failure" role="alert">
          A seed is a whole number from 0 to {maximum}; the one before is kept.
        </p>
      )}
    </div>
  );
}

/** A seed as typed, null where nothing is; undefined where it is no whole number in the seed's range. */
function readSeed(text: string): number | null | undefined {
  const digits = text.trim();
  if (digits === '') return null;
  return /^\d+$/.test(digits) && Number(digits) <= maximum ? Number(digits) : undefined;
}
