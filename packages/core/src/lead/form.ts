import { CustomFields } from "../custom-field/values.ts";
import { type Detail, gathered, invalidAll } from "../kernel/error.ts";
import { enough, requireOne } from "../kernel/person-name.ts";
import type { Filled } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { fields, type LeadRecord } from "./lead.entity.ts";
import { OwnLines } from "./own-lines.ts";
import { NOTHING } from "./product-line.rules.ts";

/** What of a lead only the tenant's own data can tell whether it is right. */

interface How extends Omit<CustomFields.How, "current"> {
  /** The lead as it stands: what it has stays good for it. */
  current?: LeadRecord | undefined;
  /** Of a new lead: that it says whom it is about. */
  named?: boolean;
}

/**
 * What a write says, in the form in which it is stored: master data by id, the line and its detail, custom fields unless they are
 * null. All that is wrong is said at once.
 */
export async function inForm<T extends Partial<Filled<typeof fields>>>(
  input: T,
  custom: CustomFields.Given | null,
  { current, named = false, ...how }: How,
) {
  const wrong: Detail[] = [];
  if (named) await gathered(wrong, (async () => requireOne(input, enough))(), input);
  const resolved = await gathered(wrong, Master.resolveAll(fields, input, current), input);
  const lined = await gathered(wrong, OwnLines.lined(resolved, current, how), NOTHING);
  const own = current ? { ...how, current: current.custom_fields } : how;
  const custom_fields = custom === null ? null : await gathered(wrong, CustomFields.checked("lead", custom, own), null);
  if (wrong.length > 0) throw invalidAll(wrong);
  return { input: { ...resolved, ...lined }, custom_fields };
}
