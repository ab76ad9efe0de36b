import type { Schemas } from "@crm/sdk/index.ts";

/** What the API says about kinds of records, as types: rules that need no browser import them from here. */
export type Kind = Omit<Schemas.SchemaKind, "actions"> & { readonly actions: Action[] };
export type Field = Schemas.SchemaField & {
  /** Whether the help has the language of the page. */
  readonly isHelpTranslated?: boolean;
  /** What the button says that adds an entry to a list of parts. Without it, it has the label of the field. */
  readonly addLabel?: string;
  /** Records that a reference does not offer, such as the user whom the form is about. */
  readonly excludedIds?: readonly string[];
};
declare const SENTENCE: unique symbol;
/**
 * The sentence that documents an operation of the API. It is no text of a page, so no component takes it: `shortLabel` and `menuLabel` make one
 * of it.
 */
type OperationSentence = string | { readonly [SENTENCE]: true };
export type Action = Omit<Schemas.SchemaKind["actions"][number], "label"> & { readonly label: OperationSentence };
export type KindSummary = Schemas.SchemaKindSummary;
export type RecordData = Record<string, unknown> & { id: string };

/** Filters, sort order and search of a list, in the names of the API. `where` has conditions with alternatives. */
export type ListQuery = Readonly<Record<string, unknown>>;
