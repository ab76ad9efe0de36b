/** Merge fields in a text: `{{customer.name}}`, with a fallback or a format behind `|`. */

/** Returns the label of a merge field by its path; undefined if there is no such field. */
export type NameMergeField = (path: string) => string | undefined;

interface MergeField {
  /** As the text has it, with its braces. */
  readonly source: string;
  readonly label: string;
  /** Where it begins in the text. */
  readonly start: number;
}

const FIELD = /\{\{([^{}]*)\}\}/g;

/** Returns the path of a merge field from its source: `customer.name` from `{{ customer.name | upper }}`. */
export const readPath = (source: string): string => source.replaceAll(/[{}]/g, "").split("|")[0]?.trim() ?? "";

/** Lists the merge fields of a text that have a label, in their order. Other braces stay text, so that mistakes can be seen. */
export const findMergeFields = (text: string, name: NameMergeField): MergeField[] =>
  [...text.matchAll(FIELD)].flatMap(({ 0: source, index }) => {
    const label = name(readPath(source));
    return label === undefined ? [] : [{ source, label, start: index }];
  });
