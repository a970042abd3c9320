import { partRange } from '../../state/knobRanges';
import type { PartText } from '../../state/samplerParts';
import { ChoiceKnob } from './ChoiceKnob';
import { NumberKnob } from './NumberKnob';

export interface PartKnobProps<Choice extends string> {
  readonly label: string;
  readonly texts: Readonly<Record<Choice, PartText>>;
  readonly choice: Choice;
  /** The numbers of the present choice, by name. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly onChoose: (choice: Choice) => void;
  readonly onTurn: (change: Readonly<Record<string, number>>) => void;
  readonly onRest: (change: Readonly<Record<string, number>>) => void;
}

/** A part of the sampler: which one, and its numbers. */
export function PartKnob<Choice extends string>(props: PartKnobProps<Choice>) {
  const { label, texts, choice, numbers, onChoose, onTurn, onRest } = props;
  const labels = Object.fromEntries(
    Object.entries<PartText>(texts).map(([name, text]) => [name, text.label]),
  ) as Record<Choice, string>;
  const { summary, parameters } = texts[choice];
  return (
    <>
      <ChoiceKnob
        label={label}
        value={choice}
        labels={labels}
        summary={summary}
        onChange={onChoose}
      />
      {Object.entries(parameters).map(([name, parameter]) => (
        <NumberKnob
          key={`${choice} ${name}`}
          label={parameter.label}
          hint={parameter.hint}
          value={numbers[name] ?? parameter.initial}
          range={partRange(choice, name, parameter.grain)}
          sliderMaximum={parameter.usefulMaximum}
          onTurn={(value) => onTurn({ [name]: value })}
          onRest={(value) => onRest({ [name]: value })}
        />
      ))}
    </>
  );
}
