/** What stands for standard input where a file to read is named. */
export const STANDARD_INPUT = '-';
