import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { TrackedHtml } from "@crm/core/messaging/tracking/tracked-html.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import type { App } from "@crm/local/app.ts";
import { type DomainFactory, makeTarget, type World } from "../../invariants/registry/operation-input.ts";
import { addContactPoint } from "../person/factory.ts";
import { runInTenant } from "./support.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createSuppression: async () => newAddress(),
    liftSuppression: (_, world) => createSuppressedAddress(world),
    checkSuppression: (_, world) => createSuppressedAddress(world),
    removeSuppression: async (app, world) => ({ id: await makeTarget(app, world, "/suppressions") }),
    reachPage: async (app, world) => ({ token: await createReachToken(app, world) }),
    sendReachPage: async (app, world) => ({ token: await createReachToken(app, world), channel: "email", act: "out" }),
  },
};

export async function createVerificationToken(app: App, world: World): Promise<string> {
  const { email, ...point } = await addContactPoint(app, world);
  await world.tenant.admin.verifyContactPoint(point);
  const [link = ""] = /http\S+\/v\/\S+/.exec(app.mail.sent(email).at(-1)?.text ?? "") ?? [];
  return link.split("/v/")[1] ?? "";
}

export const newAddress = () => ({ channel: "email", address: `${randomUUID()}@mail.example` }) as const;

async function createSuppressedAddress({ tenant: { admin } }: World) {
  const address = newAddress();
  await admin.createSuppression(address);
  return address;
}

async function createReachToken(app: App, { tenant }: World): Promise<string> {
  const link = await runInTenant(app, tenant, () => PreferencesLink.buildLink(newAddress()));
  return link.split("/u/")[1] ?? "";
}

/** The token in a tracked email. */
/** Creates the token of a tracked link (`c`) or of the tracking picture (`o`). */
export async function createMailToken(app: App, world: World, of: "c" | "o"): Promise<string> {
  const mail = { message: "msg_1", sentAt: new Date(Clock.ms()).toISOString(), html: '<a href="https://a.example">A</a>' };
  const { html } = await runIn(systemContext(app.ports, world.tenant.id, "test"), () => TrackedHtml.build(mail));
  return new RegExp(`/t/${of}/([\\w-]+)`).exec(html)?.[1] ?? "";
}
