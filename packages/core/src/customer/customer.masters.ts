import { masterKind, named } from "../masters/kind.ts";

export const CUSTOMER_TYPES = masterKind("customer_types", {
  label: "Customer types",
  extras: [],
  defaults: () => named("Prospect", "Customer", "Partner", "Reseller", "Distributor", "Vendor", "Investor", "Other"),
});
