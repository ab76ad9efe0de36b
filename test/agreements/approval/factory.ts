import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, type World } from "../../invariants/registry/operation-input.ts";
import { makeApproval } from "../../platform/auth/factory.ts";
import { addUser, type TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    // The value is an approver role of approvals, not a user role.
    listApprovals: async (_, { seeds: fillings }) => ({
      ...(generateValue(inputSchema(findOperation("listApprovals")), fillings) as Input),
      role: "MANAGER",
    }),
    queryApprovals: async (_, { seeds: fillings }) => ({
      ...(generateValue(inputSchema(findOperation("queryApprovals")), fillings) as Input),
      role: "MANAGER",
    }),
    approveApproval: (app, world, who) => approvalInput(app, world, who),
    rejectApproval: async (app, world, who) => ({ ...(await approvalInput(app, world, who)), comment: world.seeds.mark }),
    delegateApproval: async (app, world, who) => ({
      ...(await approvalInput(app, world, who)),
      ...{ to: (await addUser(app, world.tenant, "DIRECTOR")).id, comment: world.seeds.mark },
    }),
  },
  targets: {
    "/approvals": async (app, world) => (await makeApproval(app, world)).id,
  },
};

const approvalInput = async (app: App, world: World, user: TestUser | undefined): Promise<Input> => ({
  id: (await makeApproval(app, world, user)).id,
});
