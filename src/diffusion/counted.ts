/** `1 slot`, `2 slots`; of words whose plural ends with an s. */
export const counted = (number: number, one: string): string =>
  `${number} ${one}${number === 1 ? '' : 's'}`;
