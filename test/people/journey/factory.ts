import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    listJourneyEntries: async (app, world) => {
      await makeTarget(app, world, "/journey");
      return {};
    },
  },
  targets: {
    "/journey": async (app, world) => makeStep(app, world, await makeTarget(app, world, "/persons")),
  },
};

export async function makeStep(app: App, world: World, person: string): Promise<string> {
  const input = generateValue(inputSchema(findOperation("createJourneyEntry")), world.seeds) as Input;
  return String(
    parseData(await sendAs(app, world.tenant.token, findOperation("createJourneyEntry"), { ...input, id: person })).id,
  );
}
