import { Page, type PageMeta } from "@crm/core/kernel/page.ts";
import { presentAnswer } from "@crm/core/storage/read/answer-presenter.ts";
import { isShaped, type Operation, shapingParameters } from "./operation.ts";
import { isAboutPath, notFoundInPath } from "./request.ts";
import type { ResponseShaper } from "./response-shape.ts";

/** What an operation answers to its input, without HTTP: the answer of a request, or of a part of a batch. */

/**
 * Splits the input into that of the verb and a function that shapes the records of the answer. Most requests do not shape them,
 * and load nothing for it.
 */
export async function splitInput(
  operation: Operation,
  rawInput: Record<string, unknown>,
): Promise<{ input: typeof rawInput; shaping?: ResponseShaper }> {
  const isAsked = isShaped(operation) && Object.keys(shapingParameters).some((name) => Object.hasOwn(rawInput, name));
  return isAsked ? (await import("./response-shape.ts")).readShaping(operation, rawInput) : { input: rawInput };
}

export async function runVerb(operation: Operation, input: Record<string, unknown>): Promise<unknown> {
  try {
    return await operation.verb(input);
  } catch (error) {
    throw isAboutPath(operation, error) ? notFoundInPath(operation, error) : error;
  }
}

interface PresentedResult {
  /** The records before they are shaped. */
  readonly records: readonly unknown[];
  readonly data: unknown;
  readonly meta: PageMeta | Record<string, never>;
}

/** Presents what a verb returned to the caller: masked, with links, and with the fields that the caller asks for. */
export async function presentResult(operation: Operation, result: unknown, shaping?: ResponseShaper): Promise<PresentedResult> {
  const addLinks = (record: unknown): unknown => {
    if (record === null) return null;
    return operation.links ? { ...(record as object), links: operation.links(record as { id: string }) } : record;
  };
  const isPage = result instanceof Page;
  const rows = await presentAnswer(isPage ? result.rows : [result ?? null]);
  const records = rows.map(addLinks);
  const shapedRecords = shaping ? await shaping(records as Record<string, unknown>[]) : records;
  return { records, data: isPage ? shapedRecords : shapedRecords[0], meta: isPage ? result.meta : {} };
}
