import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  nextMonth,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { ensureMailAccount } from "../../messaging/message/factory.ts";
import type { TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createEmailSend: async (_, world) => sendInput(world, "createEmailSend"),
    replaceEmailSend: async (_, world, who) => ({
      ...(await sendInput(world, "replaceEmailSend")),
      id: await createSend(world, who),
    }),
    updateEmailSend: async (_, world, who) => ({
      ...(await sendInput(world, "updateEmailSend")),
      id: await createSend(world, who),
    }),
    deleteEmailSend: async (_, world, who) => ({ id: await createSend(world, who) }),
    scheduleEmailSend: async (_, world, who) => ({ id: await createSend(world, who), scheduled_send_time: nextMonth() }),
    unscheduleEmailSend: async (_, world, who) => ({ id: await createSend(world, who, true) }),
    cancelEmailSend: async (_, world, who) => ({ id: await createSend(world, who) }),
    checkEmailSend: async (_, world, who) => ({ id: await createSend(world, who) }),
    getEmailSendResults: async (_, world, who) => ({ id: await createSend(world, who) }),
  },
};

const sendInput = async (world: World, name: string): Promise<Input> => ({
  ...(generateValue(inputSchema(findOperation(name)), world.seeds) as Input),
  sender_id: await ensureMailAccount(world),
  // A send has one audience, and only leaders and marketers may assign it to another owner.
  ...{ contact_list_id: undefined, to_members: undefined, member_status: undefined, owner_id: undefined },
  ...{ channel: undefined, content: undefined, subject: undefined, local_time: undefined },
});

/** Creates a send owned by the user who will act on it. */
async function createSend(world: World, owner: TestUser | undefined, isScheduled = false): Promise<string> {
  const { tenant, seeds: fillings } = world;
  const { segment: segment_id, message_template: template_id } = fillings.ids;
  const sendFields = { name: `${fillings.mark} send`, segment_id, template_id, owner_id: owner?.id };
  const { data } = await tenant.admin.createEmailSend({ ...sendFields, sender_id: await ensureMailAccount(world) });
  if (isScheduled) await tenant.admin.scheduleEmailSend({ id: data.id, scheduled_send_time: nextMonth() });
  return data.id;
}
