import { randomUUID } from "node:crypto";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { createPublicKey } from "../../platform/auth/factory.ts";
import { browse, readToken } from "./form-client.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createForm: async (_, world) => formInput(world, "createForm"),
    replaceForm: async (app, world) => ({ ...formInput(world, "replaceForm"), id: await makeTarget(app, world, "/forms") }),
    updateForm: async (app, world) => ({ ...formInput(world, "updateForm"), id: await makeTarget(app, world, "/forms") }),
    listForms: async () => ({ kind: "web_form" }),
    createFormToken: async (app, world) => ({
      id: await makeTarget(app, world, "/forms"),
      personal_key_id: world.seeds.ids.person,
    }),
    showPublicForm: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
    askForPublicForm: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
    submitPublicForm: async (_, world) => ({
      key: await createPublicKey(world, "web_form"),
      email: `${world.seeds.mark.toLowerCase()}.${randomUUID()}@mail.example`,
      message: `${world.seeds.mark}-message`,
    }),
    formPage: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
    formFrame: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
    formScript: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
    sendFormPage: buildSubmission,
    sendFormFrame: buildSubmission,
    trackEvent: async (_, world) => ({
      key: await createPublicKey(world, "page_visit"),
      email: "visitor@mail.example",
      url: "/prices",
    }),
    askForTracking: async (_, world) => ({ key: await createPublicKey(world, "page_visit") }),
    trackOpenedMail: async (_, world) => ({ key: await createPublicKey(world, "email_open"), t: "AAAA" }),
  },
};

/** What a visitor sends who has opened the page. */
async function buildSubmission(app: App, world: World): Promise<Input> {
  const key = await createPublicKey(world, "web_form");
  const token = readToken(await browse(app, `/f/${key}`));
  return { key, token, email: `${world.seeds.mark.toLowerCase()}.${randomUUID()}@mail.example` };
}

/** Inputs of form fields, whose names have other meanings elsewhere. */
function formInput({ seeds: fillings }: World, name: string): Input {
  const { ids, mark } = fillings;
  const overrides = {
    kind: "web_form",
    allowed_origins: ["https://shop.example"],
    field_mapping: { [`${mark}-box`]: "email" },
    rate_limit_per_minute: 1000,
    rate_limit_per_address: 1000,
    owner_id: ids.user,
  };
  return generateValue(inputSchema(findOperation(name)), { ...fillings, values: { ...fillings.values, ...overrides } }) as Input;
}
