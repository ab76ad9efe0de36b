import { randomUUID } from "node:crypto";
import { createClient } from "@crm/functions/derive/client.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { drawLogo } from "../../../scripts/samples/documents.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, type World } from "../../invariants/registry/operation-input.ts";
import { addUser, inProcessTransport, PASSWORD, type TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    signup: async (_, { seeds: { mark } }) => {
      const slug = `s-${randomUUID().slice(0, 8)}`;
      const names = { tenant_name: `${mark} tenant`, first_name: `${mark}-first`, last_name: `${mark}-last` };
      return { ...names, tenant_slug: slug, email: `${mark.toLowerCase()}@${slug}.example`, password: "Correct-Horse-9000" };
    },
    checkSignupLink: async (app) => ({ token: await createSignupToken(app) }),
    // A logo needs an unused upload, so this input has none.
    updateTenant: async (_, { seeds: fillings }) => {
      const input = generateValue(inputSchema(findOperation("updateTenant")), fillings) as { settings: { letterhead: Input } };
      const letterhead = { ...input.settings.letterhead, logo_upload_id: null };
      // If it were required, the users of the world could do nothing.
      return { ...input, settings: { ...input.settings, letterhead, second_factor_required_for: [] } };
    },
    showLogo: async (app, { tenant }) => {
      const bytes = drawLogo();
      const file = { file_name: "logo.png", content_type: "image/png", size: bytes.length } as const;
      const { upload_id } = (await tenant.admin.createUpload(file)).data;
      await app.objects.write(`${tenant.id}/uploads/${upload_id}`, bytes);
      await tenant.admin.updateTenant({ settings: { letterhead: { logo_upload_id: upload_id } } });
      return { tenant: tenant.id, logo: upload_id };
    },
    login: async (_, { tenant }) => ({ email: tenant.email, password: tenant.password, tenant_slug: tenant.slug }),
    token: async (_, { tenant }) => ({ grant_type: "password", username: tenant.email, password: tenant.password }),
    refresh: async (app, { tenant }) => {
      const again = await createClient(inProcessTransport(app)).login({
        email: tenant.email,
        password: tenant.password,
        tenant_slug: tenant.slug,
      });
      return { refresh_token: again.data.refresh_token };
    },
    forgotPassword: async (_, { tenant }) => ({ email: tenant.email, tenant_slug: tenant.slug }),
    resetPassword: async (app, world) => {
      const user = await addUser(app, world.tenant, "USER");
      await createClient(inProcessTransport(app)).forgotPassword({ email: user.email, tenant_slug: world.tenant.slug });
      return { token: await readMailedToken(app, user.email), password: "Another-Horse-9000" };
    },
    activate: async (app, world) => {
      const email = `invited.${randomUUID().slice(0, 8)}@${world.tenant.slug}.example`;
      await world.tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" });
      return { token: await readMailedToken(app, email), password: "Another-Horse-9000" };
    },
    // Pages have the same input as their operations.
    activationPage: (app, world, who) => passwordPageInput(app, world, who, "activate"),
    sendActivationPage: (app, world, who) => passwordPageInput(app, world, who, "activate"),
    resetPasswordPage: (app, world, who) => passwordPageInput(app, world, who, "resetPassword"),
    sendResetPasswordPage: (app, world, who) => passwordPageInput(app, world, who, "resetPassword"),
    sendForgotPasswordPage: async (_, { tenant }) => ({ email: tenant.email }),
    changePassword: async () => ({ current_password: PASSWORD, password: "Another-Horse-9000" }),
    revokeSession: async (_app, _world, who) => ({ id: (await who?.client.listSessions())?.data[0]?.id }),
    getSchema: async () => ({ kind: "lead" }),
    getFlow: async (app, world) => {
      const { subject_id } = await makeApproval(app, world);
      await app.settle();
      return { id: `approval.${subject_id}-1` };
    },
    docsAsset: async () => ({ file: "start.js" }),
  },
};

/** Creates an approval whose approver is the given user, or the administrator, as the manager of the quote's author. */
export async function makeApproval(app: App, { tenant, seeds: { mark } }: World, who?: TestUser) {
  const maker = await addUser(app, tenant, "SALES_REP", { manager_id: who?.id ?? tenant.userId });
  const { data: customer } = await maker.client.createCustomer({ name: `${mark} ${randomUUID()}` });
  const line_items = [{ description: `${mark} work`, unit_price: "10.00", discount_percent: "15" }];
  const { data } = await maker.client.createQuote({ name: `${mark} quote`, customer_id: customer.id, line_items });
  const { data: quote } = await maker.client.submitQuote({ id: data.id });
  return { id: String(quote.approval?.approvals[0]?.id), subject_id: quote.id };
}

export const createPublicKey = async (
  { tenant, seeds: fillings }: World,
  kind: "web_form" | "page_visit" | "email_open",
): Promise<string> =>
  (await tenant.admin.createForm({ name: `${fillings.mark}-form`, kind, rate_limit_per_address: 1000 })).data.key;

/** Creates a sign-up link as the operator does, and returns its token. */
export async function createSignupToken(app: App): Promise<string> {
  const { url } = (await operateLocally(app.ports, { action: "first-link" })) as { url: string };
  return new URL(url).hash.slice(1);
}

export async function readMailedToken(app: App, email: string): Promise<string> {
  await app.settle();
  const text = app.mail.sent(email).at(-1)?.text ?? "";
  return decodeURIComponent(/token=([^\s&]+)/.exec(text)?.[1] ?? "");
}

/** The input of a page on which a user sets a password. */
async function passwordPageInput(
  app: App,
  world: World,
  user: TestUser | undefined,
  operation: "activate" | "resetPassword",
): Promise<Input> {
  const input = await factory.inputs?.[operation]?.(app, world, user);
  return { ...input, password_again: input?.password };
}
