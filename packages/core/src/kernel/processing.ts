import { usePorts } from "./context.ts";
import { ruleViolation } from "./error.ts";
import type { ProcessingPurpose } from "./ports.ts";

/**
 * Asks whether the data of a person may be processed for a purpose (docs/security/personal-data.md). Every send, score, assignment, automation
 * and export asks here. The policy is a port, so that code of any area can ask, and tests can replace the policy. Without a policy the answer
 * is yes, without a read.
 */

/** Returns those of the ids whose persons may be processed. The policy is asked once. */
export async function selectProcessable(persons: readonly string[], purpose: ProcessingPurpose): Promise<ReadonlySet<string>> {
  const all = new Set(persons);
  const { processing } = usePorts();
  if (!processing || all.size === 0) return all;
  const restricted = await processing.findRestricted([...all], purpose);
  return new Set([...all].filter((person) => !restricted.has(person)));
}

/** Tells whether a person may be processed. A record without a person may. */
export const mayProcess = async (person: string | null | undefined, purpose: ProcessingPurpose): Promise<boolean> =>
  !person || (await selectProcessable([person], purpose)).has(person);

/** Refuses a person who may not be processed. `field` names the person, or the record that leads to the person. */
export async function requireProcessable(
  field: string,
  person: string | null | undefined,
  purpose: ProcessingPurpose,
): Promise<void> {
  if (await mayProcess(person, purpose)) return;
  const message = "The data of this person are restricted: name another person, or have the restriction lifted";
  throw ruleViolation(message, [{ field, message }]);
}

/** Whether a policy is present. Without one, callers need not find out which persons a record is about. */
export const hasProcessingPolicy = (): boolean => usePorts().processing !== undefined;
