/** The widths of a table's columns in a document, and whether it needs paper that lies on its long side. */

export interface ColumnTexts {
  readonly head: string;
  readonly texts: readonly string[];
  /** Numbers and dates, which are not broken over lines if there is room. */
  readonly isFixed: boolean;
}

/** The mean width of a letter of cells, in points, with room for bold ones. */
const LETTER_WIDTH = 5.2;
/** Letters of text that a column has at least and at most, before it takes what is left. */
const [MIN_LETTERS, MAX_LETTERS] = [8, 24];

const countLetters = (text: string): number => [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 1.8 : 1), 0);
/** Letters of Chinese, Japanese and Korean are about twice as wide as Latin ones. */
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/;

const longest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, countLetters(text)), 0);

interface ColumnNeed {
  /** Points that the column needs at least, and that it can use. */
  readonly least: number;
  readonly most: number;
  readonly isFixed: boolean;
}

function measureNeed({ head, texts, isFixed }: ColumnTexts): ColumnNeed {
  // A word of a head is not broken.
  const word = longest(head.split(/\s+/));
  const content = Math.max(word, longest(texts));
  const least = isFixed ? content : Math.max(word, Math.min(content, MIN_LETTERS));
  return { least: least * LETTER_WIDTH, most: Math.max(least, content, countLetters(head)) * LETTER_WIDTH, isFixed };
}

/** Whether the columns need more than `width`, with text columns of a usual width. */
export const needsMoreThan = (columns: readonly ColumnTexts[], width: number): boolean =>
  columns
    .map(measureNeed)
    .reduce((sum, { least, most }) => sum + Math.max(least, Math.min(most, MAX_LETTERS * LETTER_WIDTH)), 0) > width;

/**
 * Returns the widths of columns in points, whose sum is `width`: each has what it needs at least, and columns of text share what is left by the length of
 * their texts. Without enough room for all, each gives up the same part.
 */
export function divideWidth(columns: readonly ColumnTexts[], width: number): number[] {
  const needs = columns.map(measureNeed);
  const needed = needs.reduce((sum, { least }) => sum + least, 0);
  if (needed >= width) return needs.map(({ least }) => (least * width) / needed);
  // Columns of numbers grow only where there is no text.
  const hasText = needs.some(({ isFixed }) => !isFixed);
  const wishes = needs.map(({ least, most, isFixed }) => (hasText && isFixed ? 0 : Math.max(1, most - least)));
  const wished = wishes.reduce((sum, wish) => sum + wish, 0);
  return needs.map(({ least }, index) => least + ((width - needed) * (wishes[index] ?? 0)) / wished);
}
