import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, type World } from "../../invariants/registry/operation-input.ts";
import type { TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    reengagement_batch: async ({ tenant, mark }) =>
      (await tenant.admin.createReengagementBatch({ batch_name: `${mark} batch`, assigned_to: null })).data.id,
  },
  inputs: {
    createReengagementBatch: async (_, world) => batchInput(world, "createReengagementBatch"),
    replaceReengagementBatch: async (_, world, who) => ({
      ...batchInput(world, "replaceReengagementBatch"),
      ...{ id: await createBatch(world, who), currency: undefined },
    }),
    updateReengagementBatch: async (_, world, who) => ({
      ...batchInput(world, "updateReengagementBatch"),
      ...{ id: await createBatch(world, who), currency: undefined },
    }),
    deleteReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who) }),
    activateReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who) }),
    pauseReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who, "ACTIVE") }),
    completeReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who, "ACTIVE") }),
    cancelReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who) }),
    getReengagementStats: async (_, world, who) => ({ id: await createBatch(world, who) }),
    annotateReengagementStats: async (_, world, who) => {
      const id = await createBatch(world, who);
      // The date in the tenant's time zone may differ from the UTC date.
      const { data } = await world.tenant.admin.getReengagementBatch({ id });
      return { id, day: data.created_date, notes: `${world.seeds.mark}-notes` };
    },
    listReengagementBatchMembers: async (_, world, who) => ({ id: await createBatch(world, who) }),
    addReengagementMember: async (_, world, who) => {
      const { data } = await world.tenant.admin.createPerson({ first_name: `${world.seeds.mark}-quiet` });
      return { id: await createBatch(world, who), person_id: data.id, notes: `${world.seeds.mark}-notes` };
    },
    fillReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who), last_activity_before: "2020-01-01" }),
    getReengagementFill: async (_, world, who) => ({ id: await createFill(world, who) }),
    cancelReengagementFill: async (_, world, who) => ({ id: await createFill(world, who) }),
    getReengagementMember: async (_, world, who) => ({ id: await createMember(world, who) }),
    updateReengagementMember: async (_, world, who) => ({
      id: await createMember(world, who),
      notes: `${world.seeds.mark}-notes`,
    }),
    removeReengagementMember: async (_, world, who) => ({ id: await createMember(world, who) }),
    contactReengagementMember: async (_, world, who) => ({ id: await createMember(world, who), method: "PHONE" }),
    respondReengagementMember: async (_, world, who) => ({ id: await createContactedMember(world, who) }),
    optOutReengagementMember: async (_, world, who) => ({ id: await createMember(world, who) }),
    sendReengagementStep: async (_, world, who) => ({ id: await createMember(world, who), step: 1 }),
    failReengagementMember: async (_, world, who) => ({
      id: await createMember(world, who),
      reason: `${world.seeds.mark}-reason`,
    }),
  },
};

const batchInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  // Only leaders and marketers may assign batches to others.
  assigned_to: undefined,
  // A sequence needs message templates for its channels.
  sequence: undefined,
});

/** Creates a batch assigned to the user who will act on it. */
async function createBatch(
  { tenant, seeds: { mark } }: World,
  assignee: TestUser | undefined,
  status: "DRAFT" | "ACTIVE" = "DRAFT",
): Promise<string> {
  const { data } = await tenant.admin.createReengagementBatch({
    batch_name: `${mark} batch`,
    assigned_to: assignee?.id,
  });
  if (status === "ACTIVE") await tenant.admin.activateReengagementBatch({ id: data.id });
  return data.id;
}

async function createMember(world: World, assignee: TestUser | undefined): Promise<string> {
  const { tenant, seeds: fillings } = world;
  const { data } = await tenant.admin.createPerson({ first_name: `${fillings.mark}-quiet` });
  const id = await createBatch(world, assignee, "ACTIVE");
  return (await tenant.admin.addReengagementMember({ id, person_id: data.id })).data.id;
}

async function createContactedMember(world: World, assignee: TestUser | undefined): Promise<string> {
  const id = await createMember(world, assignee);
  await world.tenant.admin.contactReengagementMember({ id, method: "PHONE" });
  return id;
}

const createFill = async (world: World, assignee: TestUser | undefined): Promise<string> => {
  const id = await createBatch(world, assignee);
  return (await world.tenant.admin.fillReengagementBatch({ id, last_activity_before: "2020-01-01" })).data.id;
};
