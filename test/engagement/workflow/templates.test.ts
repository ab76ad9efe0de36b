import { workflowTemplates } from "@crm/core/engagement/workflow/template-catalog.data.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let chosen: Readonly<Record<string, unknown>>;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const text = { name: "News", channel: "EMAIL", subject: "News", body_text: "Hello" };
  const template_id = (await tenant.admin.createMessageTemplate(text)).data.id;
  chosen = { message_template: template_id, user: tenant.userId };
});
afterAll(() => app.stop());

const create = (key: string, parameters: object = {}) =>
  allowAnyInput(tenant.admin)
    .createWorkflowFromTemplate({ key, parameters })
    .then(({ data }) => data);

describe("templates of workflows", () => {
  it.each(workflowTemplates.map(({ key, parameters }) => [key, parameters] as const))(
    "%s is a sound draft with its defaults and with every parameter",
    async (key, parameters) => {
      const references = Object.entries(parameters).flatMap(([name, { type }]) => (type in chosen ? [[name, chosen[type]]] : []));
      for (const values of [{}, Object.fromEntries(references)]) {
        const draft = await create(key, values);
        expect(draft).toMatchObject({ status: "DRAFT", published_version: null });
        expect((await tenant.admin.publishWorkflow({ id: draft.id })).data.status).toBe("ACTIVE");
      }
    },
  );

  it("are listed with their parameters and defaults", async () => {
    const { data } = await tenant.admin.listWorkflowTemplates({});
    expect(data.map(({ key }) => key)).toEqual(workflowTemplates.map(({ key }) => key));
    expect(data[0]?.parameters[0]).toEqual({
      name: "wait_days",
      type: "integer",
      description: "Days to wait until a new lead has 30 points",
      default: 30,
      min: 1,
      max: 365,
      values: null,
    });
  });

  it.each([
    [{ days: 0, colour: "red" }, ["parameters.days", "parameters.colour"]],
    [{ assignee_id: "led_1" }, ["parameters.assignee_id"]],
    [{ kind: "invoice" }, ["parameters.kind"]],
    [{ activity_type_id: "nope" }, ["parameters.activity_type_id"]],
  ])("%j is refused with the names of the parameters", async (parameters, fields) => {
    const refused = create("no_activity", parameters);
    await expect(refused).rejects.toMatchObject({ status: 400, details: fields.map((field) => ({ field })) });
  });

  it.each(["lead", "opportunity", "customer", "contact", "potential"])(
    "no_activity leaves out closed records of the kind %s",
    async (kind) => {
      const draft = await create("no_activity", { kind });
      expect((await tenant.admin.publishWorkflow({ id: draft.id })).data.status).toBe("ACTIVE");
      const { where, exit } = draft;
      if (kind === "contact") expect([where ?? null, exit ?? null]).toEqual([null, null]);
      if (kind === "opportunity") expect([where, exit]).toMatchObject([{ is_closed: false }, { where: { is_closed: true } }]);
    },
  );

  it("have no other keys", async () => expect(create("nope")).rejects.toMatchObject({ status: 404 }));
});
