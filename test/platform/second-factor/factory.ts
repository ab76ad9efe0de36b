import { Clock } from "@crm/core/kernel/clock.ts";
import { computeCode, computeStep, decodeBase32 } from "@crm/core/platform/second-factor/totp.rules.ts";
import type { DomainFactory } from "../../invariants/registry/operation-input.ts";
import { PASSWORD, type TestUser } from "../../support/app.ts";

/** Returns the code that an authenticator app shows, some steps from now. */
export const showCode = (secret: string, steps = 0): string => computeCode(decodeBase32(secret), computeStep(Clock.ms()) + steps);

/** Begins the set-up and returns the secret. */
export const beginSetUp = async ({ client }: Pick<TestUser, "client">): Promise<string> =>
  (await client.beginMySecondFactor({ password: PASSWORD })).data.secret;

/** Switches the second factor of a user on. */
export async function setUp(user: Pick<TestUser, "client">): Promise<{ secret: string; recoveryCodes: string[] }> {
  const secret = await beginSetUp(user);
  const { data } = await user.client.confirmMySecondFactor({ code: showCode(secret) });
  return { secret, recoveryCodes: data.recovery_codes };
}

const recoveryCodesByUser = new WeakMap<TestUser, string[]>();

/** Returns a recovery code of a user, who gets a second factor if there is none. */
async function takeRecoveryCode(user: TestUser): Promise<string> {
  const { is_on } = (await user.client.getMySecondFactor()).data;
  const codes = is_on ? (recoveryCodesByUser.get(user) ?? []) : (await setUp(user)).recoveryCodes;
  const [code = "", ...rest] = codes;
  recoveryCodesByUser.set(user, rest);
  return code;
}

/** Switches the second factor of a user off. */
async function clear(user: TestUser): Promise<void> {
  if ((await user.client.getMySecondFactor()).data.is_on)
    await user.client.switchOffMySecondFactor({ password: PASSWORD, code: await takeRecoveryCode(user) });
}

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    beginMySecondFactor: async (_app, _world, who) => {
      if (who) await clear(who);
      return { password: PASSWORD };
    },
    confirmMySecondFactor: async (_app, _world, who) => {
      if (who) await clear(who);
      return { code: who ? showCode(await beginSetUp(who)) : "123456" };
    },
    renewMyRecoveryCodes: async (_app, _world, who) => ({
      password: PASSWORD,
      code: who ? await takeRecoveryCode(who) : "123456",
    }),
    switchOffMySecondFactor: async (_app, _world, who) => ({
      password: PASSWORD,
      code: who ? await takeRecoveryCode(who) : "123456",
    }),
  },
};
