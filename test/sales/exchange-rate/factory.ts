import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { DomainFactory, Input, World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createExchangeRate: async () => nextRateInput(),
    replaceExchangeRate: (app, world) => createRateInput(app, world),
    updateExchangeRate: (app, world) => createRateInput(app, world),
  },
};

let rateDay = Date.UTC(2001, 0, 1);

/** A rate for a date that no other test uses. */
const nextRateInput = (): Input => {
  rateDay += 24 * 60 * 60 * 1000;
  return { from: "EUR", to: "USD", date: new Date(rateDay).toISOString().slice(0, 10), rate: "1.0842" };
};

/** Creates a rate and returns it with another value. */
async function createRateInput(_: App, { tenant }: World): Promise<Input> {
  const rate = nextRateInput();
  const { id } = (await allowAnyInput(tenant.admin).createExchangeRate(rate)).data;
  return { ...rate, rate: "1.09", id };
}
