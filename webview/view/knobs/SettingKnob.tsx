import {
  freshPart,
  type KnobEntry,
  type NumberEntry,
} from '../../../src/diffusion/settings/knobTable';
import { doublingStops, rangeNote, rangeOf } from '../../state/knobRanges';
import { ChoiceKnob } from './ChoiceKnob';
import { NumberKnob } from './NumberKnob';

export interface SettingKnobProps {
  readonly knob: KnobEntry;
  /** The settings that the knob is a part of. */
  readonly settings: object;
  /** What they would be by default. */
  readonly usual: object;
  /** Something to know about the present value. */
  readonly note?: string | null;
  /** Why an option cannot be chosen, where it cannot. */
  readonly unavailable?: Readonly<Record<string, string>> | undefined;
  readonly onTurn: (change: Readonly<Record<string, unknown>>) => void;
  readonly onRest: (change: Readonly<Record<string, unknown>>) => void;
}

/** One row of the table of knobs; a composition has the numbers of the option that is chosen. */
export function SettingKnob(props: SettingKnobProps) {
  const { knob, settings, usual, note, unavailable, onTurn, onRest } = props;
  const value: unknown = Reflect.get(settings, knob.key);
  const usually: unknown = Reflect.get(usual, knob.key);
  const change = (next: unknown) => ({ [knob.key]: next });
  if (knob.kind === 'number')
    return (
      <Row
        knob={knob}
        value={value as number}
        usual={usually as number}
        note={note}
        onTurn={(next) => onTurn(change(next))}
        onRest={(next) => onRest(change(next))}
      />
    );
  if (knob.kind === 'choice')
    return (
      <Choice
        knob={knob}
        options={knob.options}
        value={value as string}
        usual={usually as string}
        note={note}
        unavailable={unavailable}
        onChange={(name) => onRest(change(name))}
        onReset={() => onRest(change(usually))}
      />
    );
  const part = value as Readonly<Record<string, number | string>>;
  const usualPart = usually as typeof part;
  const chosen = knob.options.find(({ name }) => name === part[knob.tag]);
  const isUsual = part[knob.tag] === usualPart[knob.tag];
  return (
    <>
      <Choice
        knob={knob}
        options={Object.fromEntries(knob.options.map((option) => [option.name, option]))}
        value={String(part[knob.tag])}
        usual={String(usualPart[knob.tag])}
        note={note}
        unavailable={unavailable}
        onChange={(name) => onRest(change(freshPart(knob, name)))}
        onReset={() => onRest(change(usually))}
      />
      {chosen?.numbers.map((number) => (
        <Row
          key={`${chosen.name} ${number.key}`}
          knob={number}
          value={Number(part[number.key])}
          usual={isUsual ? Number(usualPart[number.key]) : number.initial!}
          onTurn={(next) => onTurn(change({ ...part, [number.key]: next }))}
          onRest={(next) => onRest(change({ ...part, [number.key]: next }))}
        />
      ))}
    </>
  );
}

interface RowProps {
  readonly knob: NumberEntry;
  readonly value: number;
  readonly usual: number;
  readonly note?: string | null | undefined;
  readonly onTurn: (value: number) => void;
  readonly onRest: (value: number) => void;
}

function Row({ knob, usual, ...rest }: RowProps) {
  const range = rangeOf(knob);
  const slider = { ...range, maximum: knob.usefulMaximum ?? range.maximum };
  const changed =
    rest.value === usual ? undefined : { usual: String(usual), onReset: () => rest.onRest(usual) };
  return (
    <NumberKnob
      label={knob.label}
      help={knob.help}
      range={range}
      rangeNote={rangeNote(knob, usual)}
      stops={knob.whole && slider.maximum > 32 ? doublingStops(slider) : undefined}
      sliderMaximum={slider.maximum}
      changed={changed}
      {...rest}
    />
  );
}

interface ChoiceProps {
  readonly knob: Exclude<KnobEntry, { kind: 'number' }>;
  readonly options: Readonly<Record<string, { readonly label: string; readonly help: string }>>;
  readonly value: string;
  readonly usual: string;
  readonly note?: string | null | undefined;
  readonly unavailable?: Readonly<Record<string, string>> | undefined;
  readonly onChange: (name: string) => void;
  readonly onReset: () => void;
}

function Choice({ knob, options, usual, onReset, ...rest }: ChoiceProps) {
  const labels = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, option.label]),
  );
  return (
    <ChoiceKnob
      label={knob.label}
      title={knob.help}
      labels={labels}
      summary={options[rest.value]?.help}
      changed={rest.value === usual ? undefined : { usual: labels[usual] ?? usual, onReset }}
      {...rest}
    />
  );
}
