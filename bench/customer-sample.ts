import { type CustomerRecord, Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { newId } from "@crm/core/kernel/id.ts";

/** Returns a stored customer, the `n`th of a series with one created each second. */
export function buildCustomer(n: number, more: Partial<CustomerRecord> = {}): CustomerRecord {
  const createdAt = Date.UTC(2026, 0, 1) + n * 1000;
  const created_at = new Date(createdAt).toISOString();
  return {
    ...Object.fromEntries(Customers.fields.map((field) => [field, null])),
    ...Customers.definition.missingValues,
    id: newId(CUSTOMER, { at: createdAt }),
    version: 1,
    created_at,
    created_by: "usr_000000000000000001",
    updated_at: created_at,
    updated_by: "usr_000000000000000001",
    deleted_at: null,
    customer_number: `C-2026-${String(n).padStart(6, "0")}`,
    customer_type: "business",
    name: `Customer ${n}`,
    status: "ACTIVE",
    lifecycle_stage: "CUSTOMER",
    currency: "USD",
    tags: [],
    ...more,
  } as CustomerRecord;
}
