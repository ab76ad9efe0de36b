import { collectDetails, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { personIdentifyingFields, requireIdentifyingField } from "../../kernel/person-name.ts";
import type { StoredFields } from "../../kernel/schema.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { NO_LINE } from "../product-line/product-line.rules.ts";
import { TenantLines } from "../product-line/tenant-line.ts";
import { fields, type LeadRecord } from "./lead.entity.ts";

/** Checks of a lead's input that need the tenant's own data. */

interface NormalizationOptions extends Omit<CustomFields.WriteOptions, "current"> {
  /** The current lead. Its stored values stay valid for it. */
  current?: LeadRecord | undefined;
  /** Requires a field that identifies the person, for a new lead. */
  isIdentityRequired?: boolean;
}

/**
 * Returns the input in its stored form: master data by id, the product line and its detail, and custom fields unless `custom` is null.
 * Reports all errors at once.
 */
export async function normalizeInput<T extends Partial<StoredFields<typeof fields>>>(
  input: T,
  custom: CustomFields.CustomFieldInput | null,
  { current, isIdentityRequired = false, ...options }: NormalizationOptions,
) {
  const details: ErrorDetail[] = [];
  if (isIdentityRequired)
    await collectDetails(details, (async () => requireIdentifyingField(input, personIdentifyingFields))(), input);
  const resolved = await collectDetails(details, Master.resolveAll(fields, input, current), input);
  const lined = await collectDetails(details, TenantLines.normalizeLine(resolved, current, options), NO_LINE);
  const customOptions = current ? { ...options, current: current.custom_fields } : options;
  const custom_fields =
    custom === null ? null : await collectDetails(details, CustomFields.resolveValues("lead", custom, customOptions), null);
  if (details.length > 0) throw invalidAll(details);
  return { input: { ...resolved, ...lined }, custom_fields };
}
