import type * as z from "zod";

/** The part of a field's help that only concerns a new record, such as its default. Forms that change a record leave it out. */
export const CREATE_HELP = "x-create-help";

/** Metadata of a schema with such a help: `owner_id: id(USER).nullish().describe("Who sells").meta(createHelp("Default: the caller"))`. */
export const createHelp = (text: string) => ({ [CREATE_HELP]: text });

export const readCreateHelp = (schema: z.ZodType): string | undefined => schema.meta()?.[CREATE_HELP] as string | undefined;

/** The whole help of a field, for inputs that create records and for documentation. */
export const joinHelp = (help: string | undefined, create: string | undefined): string | undefined =>
  help === undefined || create === undefined ? (help ?? create) : `${help}. ${create}`;
