import type { App } from "@crm/local/app.ts";
import { type DomainFactory, type Input, makeTarget, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    sms_sender: async ({ tenant, mark }) =>
      (await tenant.admin.createSmsSender({ name: `${mark} sender`, is_default: true })).data.id,
    sms_service_account: async ({ tenant, mark, id }) => {
      const account = { name: `${mark} texts`, sender_id: await id("sms_sender"), ...TWILIO };
      return (await tenant.admin.createSmsServiceAccount(account)).data.id;
    },
    sms_number: async ({ tenant, id }) => {
      const number = { number: nextNumber(), account_id: await id("sms_service_account"), is_default: true };
      return (await tenant.admin.createSmsNumber(number)).data.id;
    },
  },
  inputs: {
    createSmsServiceAccount: async (app, world) => smsAccountInput(app, world),
    updateSmsServiceAccount: async (app, world) => ({
      id: await makeTarget(app, world, "/sms/service-accounts"),
      name: `${world.seeds.mark} account again`,
    }),
    createSmsNumber: async (app, world) => smsNumberInput(app, world),
    updateSmsNumber: async (app, world) => ({
      id: await makeTarget(app, world, "/sms/numbers"),
      messages_per_second: 2.5,
      is_default: true,
    }),
  },
};

/** The input of an account with Twilio. */
const smsAccountInput = async (app: App, world: World): Promise<Input> => ({
  name: `${world.seeds.mark} texts`,
  sender_id: await makeTarget(app, world, "/sms/senders"),
  ...TWILIO,
});

const smsNumberInput = async (app: App, world: World): Promise<Input> => ({
  number: nextNumber(),
  account_id: await makeTarget(app, world, "/sms/service-accounts"),
});

/** An account with credentials that its provider does not know. */
export const TWILIO = {
  provider: "twilio",
  account_sid: `AC${"0123456789abcdef".repeat(2)}`,
  auth_token: "0123456789abcdef0123456789abcdef",
};

let numberCount = 0;

/** A number that no other test uses. */
export const nextNumber = (): string => `+1415${String(2_000_000 + ++numberCount)}`;
