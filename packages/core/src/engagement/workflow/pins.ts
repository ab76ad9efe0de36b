import { isDeepStrictEqual } from "node:util";
import { ruleViolation } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import type { Json } from "../../kernel/json.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { TICKET_MACRO } from "../../service/ticket/ticket.kind.ts";
import type { Definition } from "./definition.ts";

/**
 * What the steps of a published version use of records that others may change, as it was at the publication: the revisions of message templates, and
 * the changes of ticket macros, by the ids of these records (docs/engagement/workflows.md, Versions).
 */
export type Pins = Readonly<Record<string, Json>>;

/** Bytes of the pins of a version. It is stored as one item. */
const MAX_PIN_BYTES = 200_000;

/** Reads what the steps of a definition name, as it is now. */
export async function readPins({ steps }: Pick<Definition, "steps">): Promise<Pins> {
  const ids = [...new Set([...JSON.stringify(steps).matchAll(/"([a-z]{3}_\w+)"/g)].map(([, id = ""]) => id))].sort();
  const [{ MessageTemplate }, { Macro }] = await Promise.all([
    import("../../messaging/template/message-template.ts"),
    import("../../service/macro/macro.ts"),
  ]);
  const [revisions, macros] = await Promise.all([
    MessageTemplate.loadRevisionIds(ids.filter((id) => isId(id, MESSAGE_TEMPLATE))),
    Macro.loadPins(ids.filter((id) => isId(id, TICKET_MACRO))),
  ]);
  const pins = { ...revisions, ...macros };
  if (Buffer.byteLength(JSON.stringify(pins)) > MAX_PIN_BYTES)
    throw ruleViolation("The macros of the workflow are too long together: use fewer or shorter ones", [
      { field: "steps", message: `The macros that the steps name must have at most ${MAX_PIN_BYTES / 1000} kB in all` },
    ]);
  return pins;
}

/** Whether a version uses what its steps name as it is now. A version of an earlier release has no pins: it does if its steps name nothing. */
export const arePinsCurrent = (stored: Pins | null, current: Pins): boolean => isDeepStrictEqual(stored ?? {}, current);
