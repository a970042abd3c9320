import { percent } from '../format';

const width = 56;
const height = 16;

export interface DevelopmentProps {
  /** A probability per step; null where there was none. */
  readonly values: readonly (number | null)[];
  /** 1 for the first step. */
  readonly position: number;
}

/** A small line of a probability over the steps, the step shown marked. */
export function Development({ values, position }: DevelopmentProps) {
  const x = (index: number) =>
    values.length === 1 ? width / 2 : 1 + (index / (values.length - 1)) * (width - 2);
  const y = (value: number) => height - 1.5 - value * (height - 3);
  const path = values
    .map((value, index) => {
      if (value === null) return '';
      const starts = index === 0 || values[index - 1] === null;
      return `${starts ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
  const now = values[position - 1] ?? null;
  const known = values.filter((value) => value !== null);
  const label = `From ${percent(known[0] ?? 0)} to ${percent(known.at(-1) ?? 0)}`;
  return (
    <svg class="development" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      <path d={path} />
      {now !== null && <circle cx={x(position - 1)} cy={y(now)} r="2.2" />}
    </svg>
  );
}
