import { SESSION } from "@crm/core/auth/auth.domain.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { describe, expect, it } from "vitest";

describe("a kind without a collection", () => {
  it("is a mistake to ask for, and not a record that is missing", async () => {
    for (const ask of [Records.exists, Records.shown, Records.isShown])
      await expect(ask(SESSION, "ses_000000000000000000")).rejects.toThrow("The kind session has no records");
  });
});
