import { Records } from "@crm/core/storage/write/records.ts";
import { describe, expect, it } from "vitest";

describe("a kind of record that nobody imported", () => {
  it("is a mistake, and not a record that is missing", async () => {
    for (const ask of [Records.exists, Records.shown, Records.isShown])
      await expect(ask("session", "ses_000000000000000000")).rejects.toThrow("records of kind session");
  });
});
