/** Compares texts by their UTF-8 bytes. JavaScript's own order differs: it puts U+10000 before U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left === right) continue;
    const [isLeftAstral, isRightAstral] = [isSurrogate(left), isSurrogate(right)];
    if (isLeftAstral === isRightAstral) return left - right;
    return isLeftAstral ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
