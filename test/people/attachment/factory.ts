import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, makeUpload } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createAttachment: async (app, world, who) => ({
      ...(generateValue(inputSchema(findOperation("createAttachment")), world.seeds) as Input),
      upload_id: await makeUpload(app, world, "Name\nAda\n", who),
    }),
  },
};
