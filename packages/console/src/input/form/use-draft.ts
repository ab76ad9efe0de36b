import { useMemo } from "react";
import type { Field } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { draftKey } from "./draft-store.ts";
import { type DraftOptions, listSecretFields } from "./form-state.ts";

const noFields: readonly Field[] = [];

/**
 * Names the draft of a form of the signed-in user. Secrets among the fields are not kept. A form that changes what is stored, and does not compare versions
 * (`restoredBase`), has the version in the name: its draft must not overwrite a later change.
 */
export function useDraft(name: string, fields: readonly Field[] = noFields): DraftOptions {
  const key = draftKey(useScope(), name);
  return useMemo(() => ({ key, secretFields: listSecretFields(fields) }), [key, fields]);
}
