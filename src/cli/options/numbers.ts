import { InvalidArgumentError } from 'commander';

/** Reads a number option; its range is checked later, by the schema that owns it. */
export function numberOption(typed: string): number {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError('It must be a number.');
  }
  return value;
}

/** Reads `auto` or a number. */
export function autoOrNumberOption(typed: string): number | 'auto' {
  if (typed === 'auto') return typed;
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError('It must be a number or “auto”.');
  }
  return value;
}
