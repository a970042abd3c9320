declare module 'jstat' {
  interface Distribution {
    inv(p: number, ...parameters: number[]): number;
    pdf(x: number, ...parameters: number[]): number;
  }
  export const jStat: Readonly<Record<'chisquare' | 'binomial' | 'normal', Distribution>>;
}
