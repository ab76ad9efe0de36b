import type { Schemas } from "@crm/sdk/index.ts";

/** What the API says about kinds of records, as types: rules that need no browser import them from here. */
export type Kind = Schemas.SchemaKind;
export type Field = Schemas.SchemaField & {
  /** Whether the help has the language of the page. */
  readonly isHelpTranslated?: boolean;
  /** What the button says that adds an entry to a list of parts. Without it, it has the label of the field. */
  readonly addLabel?: string;
  /** Records that a reference does not offer, such as the user whom the form is about. */
  readonly excludedIds?: readonly string[];
};
export type Action = Kind["actions"][number];
export type KindSummary = Schemas.SchemaKindSummary;
export type RecordData = Record<string, unknown> & { id: string };

/** Filters, sort order and search of a list, in the names of the API. `where` has conditions with alternatives. */
export type ListQuery = Readonly<Record<string, unknown>>;
