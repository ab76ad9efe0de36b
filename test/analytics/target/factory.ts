import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { DomainFactory, Input, World } from "../../invariants/registry/operation-input.ts";

let serial = 0;

/** A target of the administrator, of a period that no other test uses. All users see those of the organization. */
const nextTarget = ({ tenant }: World): Input => {
  const month = serial++;
  const period = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
  return { figure: "bookings", user_id: tenant.userId, period, value: "1200.00", currency: "EUR" };
};

/** Creates a target and returns it with another value. */
async function createTargetInput(world: World): Promise<Input> {
  const target = nextTarget(world);
  const { id } = (await allowAnyInput(world.tenant.admin).createTarget(target)).data;
  return { ...target, value: "1300.00", id };
}

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    listTargets: async () => ({ figure: "bookings" }),
    createTarget: async (_, world) => nextTarget(world),
    replaceTarget: (_, world) => createTargetInput(world),
    updateTarget: (_, world) => createTargetInput(world),
  },
};
