import { useRef } from 'preact/hooks';
import { counted } from '../../src/diffusion/counted';
import { IconButton } from '../toolkit';
import { useHeldFocus } from './heldFocus';
import { usePanel } from './panelContext';
import { Range } from './Range';

/** Moves through the steps of the run. Whoever follows it by keyboard finds the focus on the slider when it has ended. */
export function Scrubber() {
  const panel = usePanel();
  const position = panel.position.value;
  const last = panel.lastPosition.value;
  const playing = panel.playback.playing;
  const live = panel.phase.value.kind === 'denoising';
  const controls = useRef<HTMLFieldSetElement>(null);
  useHeldFocus(controls, () => controls.current?.querySelector<HTMLElement>('.range'));
  const step = (change: number) => {
    panel.playback.pause();
    panel.seek(position + change);
  };
  return (
    <fieldset ref={controls} class="scrubber" aria-label="Steps">
      <div class="scrubber-buttons">
        <IconButton
          icon="chevron-left"
          label="Step back (,)"
          disabled={position === 0}
          onPress={() => step(-1)}
        />
        <IconButton
          icon={playing ? 'debug-pause' : 'play'}
          label={playing ? 'Pause (Space)' : 'Play the steps (Space)'}
          disabled={last === 0}
          onPress={() => panel.playback.toggle()}
        />
        <IconButton
          icon="chevron-right"
          label="Step forward (.)"
          disabled={position === last}
          onPress={() => step(1)}
        />
      </div>
      <Range
        label="Step"
        minimum={0}
        maximum={Math.max(1, last)}
        grain={1}
        value={position}
        valueText={position === 0 ? 'before the first step' : `step ${position} of ${last}`}
        disabled={last === 0}
        onTurn={(value) => {
          panel.playback.pause();
          panel.seek(value);
        }}
      />
      <span class="scrubber-position" title={counted(last, 'step')}>
        {position}
        <span class="scrubber-total"> / {last}</span>
      </span>
      {live && (
        <button
          type="button"
          class="live"
          aria-pressed={panel.following.value}
          title="Follow the newest step"
          onClick={() => panel.follow()}
        >
          <span class="live-dot" aria-hidden="true" />
          Live
        </button>
      )}
    </fieldset>
  );
}
