import { describeFields } from "@crm/core/kernel/field-info.ts";
import { expect, it } from "vitest";
import * as z from "zod";

it.each([
  ["builtin", "Built-in signing"],
  ["docusign", "DocuSign"],
  ["dropbox_sign", "Dropbox Sign"],
  ["ses", "Amazon SES"],
  ["SMS", "SMS"],
  ["api_key", "API key"],
  ["ab_test_waiting", "A/B test waiting"],
  ["ticket_sla_warning", "Ticket SLA warning"],
  ["IN_PROGRESS", "In progress"],
  ["lead_source_id", "Lead source"],
])("the choice %s has the name %s", (code, name) => {
  const [field] = describeFields({ choice: z.enum([code, "other"]) });
  expect(field?.choices?.[0]).toEqual({ code, name });
});
