import type { Client } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { beginSetUp, setUp, showCode } from "../../../platform/second-factor/factory.ts";
import { addUser, PASSWORD } from "../../../support/app.ts";
import { defineScenario, type Fixture } from "../harness.ts";

interface Subject {
  client: Client;
  email: string;
  /** A code of the app, or a recovery code. */
  code: string;
}

/** Creates a user whose client writes step by step. */
async function createUser({ system, tenant }: Fixture): Promise<Omit<Subject, "code">> {
  const { email, token } = await addUser(system.app, tenant, "USER");
  return { email, client: system.client(token) };
}

async function createUserWithSecondFactor(scene: Fixture): Promise<Subject> {
  const user = await createUser(scene);
  return { ...user, code: String((await setUp(user)).recoveryCodes[0]) };
}

const readState = async ({ client }: Subject) => (await client.getMySecondFactor()).data;

const begin = defineScenario<Subject>({
  name: "beginMySecondFactor",
  covers: { operations: ["beginMySecondFactor"] },
  hasNewAnswer: true,
  prepare: async (scene) => ({ ...(await createUser(scene)), code: "" }),
  ask: (_scene, { client }) => client.beginMySecondFactor({ password: PASSWORD }),
  async check(_scene, subject, answer) {
    await subject.client.confirmMySecondFactor({ code: showCode((answer as { secret: string }).secret) });
    expect(await readState(subject)).toMatchObject({ is_on: true });
  },
});

const confirm = defineScenario<Subject>({
  name: "confirmMySecondFactor",
  covers: { operations: ["confirmMySecondFactor"] },
  // A set-up is confirmed once: a client without an answer renews the recovery codes.
  refusals: [409],
  hasNewAnswer: true,
  async prepare(scene) {
    const user = await createUser(scene);
    return { ...user, code: showCode(await beginSetUp(user)) };
  },
  ask: (_scene, { client, code }) => client.confirmMySecondFactor({ code }),
  async check({ system, tenant }, subject) {
    expect(await readState(subject)).toMatchObject({ is_on: true, recovery_codes_left: 10 });
    const login = system.client().login({ email: subject.email, password: PASSWORD, tenant_slug: tenant.slug });
    await expect(login).rejects.toMatchObject({ code: "SECOND_FACTOR_REQUIRED" });
  },
});

const renew = defineScenario<Subject>({
  name: "renewMyRecoveryCodes",
  covers: { operations: ["renewMyRecoveryCodes"] },
  // A code works once: a client without an answer sends another one.
  refusals: [400],
  hasNewAnswer: true,
  prepare: createUserWithSecondFactor,
  ask: (_scene, { client, code }) => client.renewMyRecoveryCodes({ password: PASSWORD, code }),
  async check(_scene, subject) {
    expect(await readState(subject)).toMatchObject({ is_on: true, recovery_codes_left: 10 });
  },
});

const switchOff = defineScenario<Subject>({
  name: "switchOffMySecondFactor",
  covers: { operations: ["switchOffMySecondFactor"] },
  refusals: [409],
  prepare: createUserWithSecondFactor,
  ask: (_scene, { client, code }) => client.switchOffMySecondFactor({ password: PASSWORD, code }),
  async check({ system, tenant }, subject) {
    expect(await readState(subject)).toMatchObject({ is_on: false });
    const { data } = await system.client().login({ email: subject.email, password: PASSWORD, tenant_slug: tenant.slug });
    expect(data.user.email).toBe(subject.email);
  },
});

const signIn = defineScenario<Subject & { challenge: string }>({
  name: "login with a code",
  covers: { operations: ["login"] },
  // A code works once: a client without an answer sends another one.
  refusals: [401],
  hasNewAnswer: true,
  async prepare(scene) {
    const { system, tenant } = scene;
    const subject = await createUserWithSecondFactor(scene);
    const login = system.client().login({ email: subject.email, password: PASSWORD, tenant_slug: tenant.slug });
    return {
      ...subject,
      challenge: await login.then(
        () => "",
        ({ challenge }) => String(challenge),
      ),
    };
  },
  ask: ({ system }, { challenge, code }) => system.client().login({ challenge, code }),
  async check(_scene, subject) {
    expect(await readState(subject)).toMatchObject({ is_on: true, recovery_codes_left: 9 });
  },
});

export const scenarios = [begin, confirm, renew, switchOff, signIn];
