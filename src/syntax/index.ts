export { BracketGuard, type SpanPieces } from './bracketGuard';
export { FillSyntax } from './fillSyntax';
export { joined } from './joinedText';
