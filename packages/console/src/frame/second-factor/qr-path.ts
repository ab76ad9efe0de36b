/** Returns the path of an SVG that draws the dark modules of a QR code, one unit each. Neighbours in a row are one rectangle. */
export const buildQrPath = (rows: readonly (readonly boolean[])[]): string =>
  rows.flatMap((row, y) => listRuns(row).map(({ start, length }) => `M${start} ${y}h${length}v1h-${length}z`)).join("");

/** Returns where dark modules begin in a row, and how many follow each other. */
function listRuns(row: readonly boolean[]): { start: number; length: number }[] {
  const runs: { start: number; length: number }[] = [];
  for (const [x, isDark] of row.entries()) {
    const last = runs.at(-1);
    if (isDark && last && last.start + last.length === x) last.length++;
    else if (isDark) runs.push({ start: x, length: 1 });
  }
  return runs;
}
