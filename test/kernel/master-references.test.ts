import { findMasterReferences, master, patchSchema, text, toStoredShape } from "@crm/core/kernel/schema.ts";
import { INDUSTRIES } from "@crm/core/platform/master-data/shared.masters.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const fields = {
  name: text(10),
  required: master(INDUSTRIES),
  described: master(INDUSTRIES).nullish().describe("Of its own"),
  narrowed: master(INDUSTRIES).max(20).optional(),
  several: z.array(master(INDUSTRIES)).max(3).default([]),
  code: master(INDUSTRIES, "code").nullish(),
};
const referenceForms = { required: "id", described: "id", narrowed: "id", several: "id", code: "code" };

describe("fields that refer to master data", () => {
  it.each([
    ["in input", fields],
    ["in a patch", patchSchema(fields).shape],
    ["as they are stored", toStoredShape(fields)],
  ])("are recognized %s, with any schema wrapper", (_, shape) => {
    const references = [...findMasterReferences(shape)];
    expect(Object.fromEntries(references.map(([field, reference]) => [field, reference.storageForm]))).toEqual(referenceForms);
    expect(references.every(([, { kind }]) => kind === INDUSTRIES)).toBe(true);
  });
});
