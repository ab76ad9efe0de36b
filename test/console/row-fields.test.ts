import { joinRowFields, rowFields, selectRowFields } from "@crm/console/api/row-fields.ts";
import type { Schemas } from "@crm/sdk/index.ts";
import { describe, expect, it } from "vitest";

describe("fields of rows", () => {
  it("compiles only with fields that the rows of the kind have", () => {
    const mail = rowFields<Schemas.MessageRow>()("subject", "sent_at");
    // @ts-expect-error: mails have it, but their rows do not
    const unknown = rowFields<Schemas.MessageRow>()("body_html");
    expect(joinRowFields(mail, unknown)).toEqual(["subject", "sent_at", "body_html"]);
  });

  it("selects those of rows among names from elsewhere, also parts of fields", () => {
    const names = ["subject", "body_html", "custom_fields.size"];
    expect(selectRowFields({ row: ["id", "subject", "custom_fields"] }, names)).toEqual(["subject", "custom_fields.size"]);
  });
});
