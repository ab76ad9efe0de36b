import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { SESSION } from "@crm/core/platform/auth/auth.kind.ts";
import { UPLOAD } from "@crm/core/platform/upload/upload.kind.ts";
import { loadCollection, loadCollectionByName } from "@crm/core/storage/table/collection-registry.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

describe("a kind without a collection", () => {
  it("cannot be queried: the error does not look like a missing record", async () => {
    for (const ask of [Records.exists, Records.findVisible, Records.isVisible])
      await expect(ask(SESSION, "ses_000000000000000000")).rejects.toThrow("The kind session has no records");
  });
});

describe("a collection", () => {
  it("is loaded on first use", async () => {
    expect((await loadCollection(UPLOAD)).kind).toBe(UPLOAD);
  });

  it("of a kind without a domain throws", async () => {
    await runIn(systemContext(partOf<Ports>({ domains }), undefined, "test"), () =>
      expect(loadCollectionByName("pigeon")).rejects.toThrow("No domain of this function has the kind pigeon"),
    );
  });
});
