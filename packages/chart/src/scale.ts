/** Values on a line: an axis, and where each value stands on it. */
export interface Scale {
  readonly ticks: readonly number[];
  readonly place: (value: number) => number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Returns round values that cover a range, at most `count` steps of 1, 2, 2.5 or 5 times a power of ten. A range between whole numbers, such as that of
 * counts, has whole steps.
 */
export function listTicks(least: number, most: number, count: number): number[] {
  const range = most - least || Math.abs(most) || 1;
  const isWhole = Number.isInteger(least) && Number.isInteger(most);
  const power = Math.max(10 ** Math.floor(Math.log10(range / count)), isWhole ? 1 : 0);
  const steps = STEPS.map((size) => size * power).filter((step) => !isWhole || Number.isInteger(step));
  const step = steps.find((size) => range / size <= count) ?? 10 * power;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  // Multiples of the step, rounded to its own digits: sums of floats drift.
  const digits = Math.max(0, 1 - Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(digits)));
}

/** Maps values from the first to the last tick to positions from `start` to `end`. */
export function createScale(ticks: readonly number[], start: number, end: number): Scale {
  const [first = 0, last = 1] = [ticks[0], ticks.at(-1)];
  return { ticks, place: (value) => start + ((value - first) / (last - first || 1)) * (end - start) };
}

/** The widths of characters, as parts of the size of the font: there is no browser to ask. */
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60MW@%]/;
const NARROW = /[\s.,:;'!|iljtfrI()]/;
const CAPITAL = /[A-Z€$£¥]/;

export function measureText(text: string, size: number): number {
  let width = 0;
  for (const character of text)
    width += WIDE.test(character) ? 1 : CAPITAL.test(character) ? 0.74 : NARROW.test(character) ? 0.36 : 0.62;
  return width * size;
}

/** Shortens a text to a width, with an ellipsis. */
export function fitText(text: string, size: number, width: number): string {
  if (measureText(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && measureText(`${characters.join("")}…`, size) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
