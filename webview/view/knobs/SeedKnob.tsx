import { IconButton, TextField } from '../../toolkit';

const largestSeed = 0xffffffff;

export interface SeedKnobProps {
  /** null draws a new one for every run. */
  readonly seed: number | null;
  /** Of the run shown. */
  readonly lastSeed: number | null;
  readonly onRest: (seed: number | null) => void;
}

/** The seed: the same seed, knobs and code give the same fill. */
export function SeedKnob({ seed, lastSeed, onRest }: SeedKnobProps) {
  return (
    <div class="knob" title="The same seed, knobs and code give the same fill">
      <span class="knob-label">Seed</span>
      <div class="knob-seed">
        <TextField
          label="Seed, empty for a new one in every run"
          value={seed === null ? '' : String(seed)}
          placeholder="new in every run"
          onChange={(text) => onRest(readSeed(text))}
        />
        <IconButton
          icon="sync"
          label="Draw a new seed for every run"
          disabled={seed === null}
          onPress={() => onRest(null)}
        />
        <IconButton
          icon={seed === null ? 'unlock' : 'lock'}
          label={
            lastSeed === null ? 'Keep the seed of the last run' : `Keep the last seed, ${lastSeed}`
          }
          disabled={lastSeed === null || seed === lastSeed}
          onPress={() => onRest(lastSeed)}
        />
      </div>
    </div>
  );
}

/** A seed as typed; what is no whole number from 0 to 2³² − 1 means none. */
function readSeed(text: string): number | null {
  const digits = text.trim();
  return /^\d+$/.test(digits) && Number(digits) <= largestSeed ? Number(digits) : null;
}
