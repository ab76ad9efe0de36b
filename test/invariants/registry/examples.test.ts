import { domains } from "@crm/core/domains.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { findLoadedCollection } from "@crm/core/storage/table/collection-registry.ts";
import { operations } from "@crm/functions/api/index.ts";
import { buildRequest } from "@crm/functions/derive/client.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { responseName } from "@crm/functions/derive/responses.ts";
import { examples } from "@crm/functions/docs/examples.data.ts";
import { hasQueryInput, inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { startsJob } from "./operation-input.ts";

/** The examples in the OpenAPI document, recorded from a running system (`npm run examples`). */
const { requests, answers } = examples;
const jsonOperations = operations.filter(({ kind }) => kind !== "page" && kind !== "raw");
const hasBody = (operation: Operation): boolean =>
  !hasQueryInput(operation.method) &&
  Object.keys(inputSchema(operation).shape).some((field) => !pathParameterNames(operation.path).includes(field));
type Issue = z.core.$ZodIssue;
const listIssues = (schema: z.ZodType, value: unknown): Issue[] => schema.safeParse(value).error?.issues ?? [];

const loadKinds = () => Promise.all(domains.flatMap(({ kinds }) => kinds).map((kind) => kind.load?.()));

describe("the examples", () => {
  it("exist for each operation, and for no removed one", () => {
    const missing = jsonOperations.filter(
      (jsonOperation) => !answers[responseName(jsonOperation)] || (hasBody(jsonOperation) && !requests[jsonOperation.name]),
    );
    expect(
      missing.map(({ name }) => name),
      "npm run examples writes them",
    ).toEqual([]);
    expect(Object.keys(requests).filter((name) => !jsonOperations.some((jsonOperation) => jsonOperation.name === name))).toEqual(
      [],
    );
    expect(
      Object.keys(answers).filter((name) => !jsonOperations.some((jsonOperation) => responseName(jsonOperation) === name)),
    ).toEqual([]);
  });

  it.each(jsonOperations.map((jsonOperation) => [jsonOperation.name, jsonOperation] as const))(
    "%s: match their own schemas",
    (name, operation) => {
      const { data } = answers[responseName(operation)] as { data: unknown };
      for (const record of operation.kind === "list" ? (data as unknown[]) : [data])
        expect(listIssues(operation.output, record)).toEqual([]);
      const isOfBody = ({ path: [field] }: Issue): boolean => !pathParameterNames(operation.path).includes(String(field));
      if (hasBody(operation)) expect(listIssues(inputSchema(operation), requests[name]).filter(isOfBody)).toEqual([]);
    },
  );

  it("contain no internal fields of a kind", async () => {
    await loadKinds();
    const internalIn = (value: unknown): string[] => {
      if (value === null || typeof value !== "object") return [];
      const { id } = value as { id?: unknown };
      const { name, definition } = (typeof id === "string" && findLoadedCollection(id)) || {};
      // Audit entries mask internal fields but show that they changed.
      const exposedFields = Object.entries(value).flatMap(([field, fieldValue]) =>
        (definition?.internal as readonly string[] | undefined)?.includes(field) && fieldValue !== "***"
          ? [`${name}.${field}`]
          : [],
      );
      return [...exposedFields, ...Object.values(value).flatMap(internalIn)];
    };
    expect(internalIn(answers)).toEqual([]);
  });

  /** A field dropped only by one operation would appear in all other answers, in audit entries and in webhooks. */
  it("contain each field of a kind that is not declared internal", async () => {
    await loadKinds();
    const fieldsByCollection = new Map<Collection<BaseRecord>, Set<string>>();
    for (const operation of jsonOperations) {
      const { data } = answers[responseName(operation)] as { data: unknown };
      const { shape = {} } = operation.output as Partial<z.ZodObject>;
      for (const record of [data].flat()) {
        const { id } = (record ?? {}) as { id?: unknown };
        const collection = typeof id === "string" ? findLoadedCollection(id) : undefined;
        if (collection)
          fieldsByCollection.set(collection, new Set([...(fieldsByCollection.get(collection) ?? []), ...Object.keys(shape)]));
      }
    }
    expect(fieldsByCollection.size).toBeGreaterThan(60);
    const missingFields = [...fieldsByCollection].flatMap(([{ name, definition }, fields]) => {
      const { schema, internal = [], secret = [], sealed } = definition;
      const knownFields = new Set<string | undefined>([...fields, ...internal, ...secret, sealed]);
      return Object.keys(schema.shape).flatMap((field) => (knownFields.has(field) ? [] : [`${name}.${field}`]));
    });
    expect(missingFields).toEqual([]);
  });

  it("keep the document small", () => {
    const document = buildOpenApiDocument(operations, "https://crm.example", examples);
    const documentedOperations = operations.filter(({ kind }) => kind !== "page");
    expect(JSON.stringify(document).length / documentedOperations.length).toBeLessThanOrEqual(2048);
  });
});

/** Operations that need a caller's own secret or file. */
const PERSONAL_OPERATIONS = new Set([
  ...["signup", "checkSignupLink", "login", "refresh", "changePassword", "resetPassword", "activate", "logout"],
  ...["beginMySecondFactor", "confirmMySecondFactor", "renewMyRecoveryCodes", "switchOffMySecondFactor"],
  ...["createAttachment", "createMailImage", "inspectImportFile", "replyToInvitation"],
]);

describe("the requests of the documentation page, unchanged", () => {
  let app: App;
  let tenant: Tenant;
  /** A record of each kind that examples refer to; the docs page inserts the tenant's own ids in the same way. */
  let idByPrefix: Record<string, string>;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
    const { data: lead } = await tenant.admin.createLead({ last_name: "Hopper" });
    const { data: customer } = await tenant.admin.createCustomer({ name: "Navy" });
    const { data: product } = await tenant.admin.createProduct({ name: "Cover", unit_price: "10.00" });
    const { data: sender } = await tenant.admin.createSmsSender({ name: "Harbour" });
    const texting = { name: "Texts", sender_id: sender.id, provider: "telnyx", api_key: "0123456789abcdef0123456789abcdef" };
    const { data: account } = await tenant.admin.createSmsServiceAccount(texting);
    await tenant.admin.createSmsNumber({ number: "+14155550177", account_id: account.id, is_default: true });
    const { data: segment } = await tenant.admin.createSegment({ name: "Sailors" });
    const templateInput = { name: "Season", subject: "The season begins", body_text: "It is spring" };
    const { data: template } = await tenant.admin.createMessageTemplate(templateInput);
    const mailing = { name: "News", way: "house", address: "news@harbour.example" };
    const { data: mails } = await tenant.admin.createMailAccount(mailing);
    const { data: projectTemplate } = await tenant.admin.createProjectTemplate({ name: "Pier", title: "Pier" });
    const line_items = [{ name: "Cover", unit_price: "10.00" }];
    const sold = { customer_id: customer.id, line_items, status: "CONFIRMED" };
    const { data: order } = await tenant.admin.createOrder(sold);
    const input = { name: "Fair", type: "EVENT", start_date: "2027-01-04" };
    const { data: campaign } = await tenant.admin.createCampaign(input);
    idByPrefix = {
      cpg: campaign.id,
      ord: order.id,
      pjt: projectTemplate.id,
      seg: segment.id,
      mtp: template.id,
      mla: mails.id,
      ssd: sender.id,
      ssa: account.id,
      led: lead.id,
      per: lead.personal_key_id,
      cus: customer.id,
      usr: tenant.userId,
      prd: product.id,
    };
  });
  afterAll(() => app.stop());

  const bare = jsonOperations.filter(({ path, access }) => !path.includes("{") && access !== "public");
  const send = async (operation: Operation, input: Record<string, unknown>) => {
    const { status, body } = await inProcessTransport(app, tenant.token)(buildRequest(operation, input));
    expect(status, body).toBe(operation.status);
  };

  it.each(bare.filter(({ method }) => method === "GET").map((operation) => [operation.name, operation] as const))(
    "%s is answered",
    (_, operation) => {
      const required = Object.entries(inputSchema(operation).shape).filter(([, field]) => !field.safeParse(undefined).success);
      const sampleValue = (name: string, field: z.ZodType): unknown =>
        name === "record_id" || name === "related_to_id"
          ? idByPrefix.led
          : ((field.meta()?.examples as unknown[])?.[0] ?? "lead");
      return send(operation, Object.fromEntries(required.map(([name, field]) => [name, sampleValue(name, field)])));
    },
  );

  const posts = bare.filter(({ method, name, takesFile }) => method === "POST" && !takesFile && !PERSONAL_OPERATIONS.has(name));
  it.each(posts.map((post) => [post.name, post] as const))("%s is done", async (name, operation) => {
    if (startsJob(operation)) await app.settle();
    const ids = /\b([a-z]{3})_[0-9a-hjkmnp-tv-z]{18}(?:[a-z][0-9a-hjkmnp-tv-z]{18})?\b/g;
    return send(
      operation,
      JSON.parse(JSON.stringify(requests[name] ?? {}).replace(ids, (id, prefix) => idByPrefix[prefix] ?? id)),
    );
  });
});
