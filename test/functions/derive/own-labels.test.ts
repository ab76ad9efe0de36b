import { shortenLabels } from "@crm/functions/derive/own-labels.ts";
import { expect, it } from "vitest";

it.each([
  ["the name of the kind is left out", { lead_status_id: "Lead status", company: "Company" }, ["Status", "Company"]],
  [
    "of two fields with one label, only the master data is shortened",
    { customer_type: "Customer type", customer_type_id: "Customer type" },
    ["Customer type", "Type"],
  ],
  ["another field has the short label already", { type: "Type", lead_type_id: "Lead type" }, ["Type", "Lead type"]],
])("labels among those of a kind: %s", (_, labels, expected) => {
  const fields = Object.entries(labels).map(([name, label]) => ({ name, label }));
  const kind = Object.keys(labels).some((name) => name.startsWith("customer")) ? "customer" : "lead";
  expect(shortenLabels({ name: kind }, fields).map(({ label }) => label)).toEqual(expected);
});
