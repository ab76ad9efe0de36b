import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { buildActorContext } from "@crm/core/platform/sign-in/actor-context.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { buildListQuery, list, listOrders } from "@crm/core/storage/read/list.ts";
import { StableScan } from "@crm/core/storage/read/stable-scan.ts";
import { Visibility } from "@crm/core/storage/read/visibility.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { findIdByNumber } from "@crm/core/storage/write/upsert.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, createCampaign, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";

/**
 * Records with owners, of each kind whose lists use them: every read operation returns exactly the records that the caller may read.
 * Shared records are also visible through other users and teams; each kind that shares lists its access paths here.
 *
 *   North: led by mona; member carl.      South: member sam.      bo is ann's manager; sue is in no team.
 */
type Caller = "ann" | "carl" | "mona" | "sue" | "bo" | "sam" | "dora" | "ada" | "foreign";
type Viewer = "ann" | "carl" | "sue" | "dora" | "North" | "none";

/** The owners and teams through which each caller sees records; ada and dora see all records. */
const viewersByCaller: Record<Exclude<Caller, "dora" | "ada" | "foreign">, readonly Viewer[]> = {
  ann: ["ann", "none"],
  carl: ["carl", "North", "none"],
  mona: ["carl", "North", "none"],
  sue: ["sue", "none"],
  bo: ["ann", "none"],
  sam: ["none"],
};

interface AccessPath {
  fields: Record<string, unknown>;
  through: readonly Viewer[];
}

let app: App;
let tenant: Tenant;
const ids = {} as Record<string, string>;
const contexts = {} as Record<Caller, Context>;
const systemScope = () => systemContext(app.ports, tenant.id, "test");

/** Kinds with owners and lists whose visibility is defined by an operation of their own. */
const excludedKinds = new Set([
  ...["view", "ticket_macro", "approval", "import", "export", "upload", "bulk_change", "forecast_submission"],
  ...["report", "report_run", "report_schedule", "kpi", "dashboard", "target"],
  // Visible with its contract, which has the same owner.
  "contract_amendment",
  // Visible with its order.
  "after_sales_case",
  // Visible with the sale, which has the same owner.
  "campaign_attribution",
]);
const kinds = await (async () => {
  const passing = await startApp({ data: "memory", logFrom: "error", runsInBackground: false });
  const all = await runIn(systemContext(passing.ports, undefined, "test"), loadAllCollections);
  await passing.stop();
  return all.filter(
    ({ definition: { owner, indexes }, kind }) => owner && indexes.by_time && !kind.isDerived && !excludedKinds.has(kind.name),
  );
})();

/** For the kinds that share records, the users and teams besides the owner who see one. */
const sharedAccess: Record<string, () => readonly AccessPath[]> = {
  ticket: () => [
    { fields: { team_id: ids.North }, through: ["North"] },
    { fields: { customer_owner_id: ids.sue }, through: ["sue"] },
    { fields: { customer_owner_id: ids.sue, team_id: ids.North }, through: ["sue", "North"] },
    { fields: { customer_owner_id: ids.carl, team_id: ids.North }, through: ["carl", "North"] },
  ],
  activity: () => [
    { fields: { attending: [ids.sue] }, through: ["sue"] },
    { fields: { attending: [ids.sue, ids.carl] }, through: ["sue", "carl"] },
  ],
  project: () => [
    { fields: { member_ids: [ids.sue] }, through: ["sue"] },
    { fields: { member_ids: [ids.sue, ids.carl] }, through: ["sue", "carl"] },
  ],
};

function listAccessPaths({ name, definition }: Collection<BaseRecord>): AccessPath[] {
  const owner = definition.owner as string;
  const ownerPaths: AccessPath[] = (["ann", "dora"] as const).map((viewer) => ({
    fields: { [owner]: ids[viewer] },
    through: [viewer],
  }));
  const shared = sharedAccess[name]?.() ?? [];
  return [
    ...ownerPaths,
    { fields: { [owner]: null }, through: ["none"] },
    ...shared.flatMap(({ fields, through }) =>
      ownerPaths.map((ownerPath) => ({
        fields: { ...ownerPath.fields, ...fields },
        through: [...ownerPath.through, ...through],
      })),
    ),
    ...shared.map(({ fields, through }) => {
      const unownedFields = { ...fields, [owner]: null };
      return { fields: unownedFields, through: through.includes("North") ? through : (["none"] as const) };
    }),
  ];
}

/** Creates one record of each kind through the API. */
async function createModels(): Promise<Map<string, string>> {
  const { admin } = tenant;
  const lead = (await admin.createLead(newLead())).data;
  const customer_id = (await admin.createCustomer({ name: "Nordlys" })).data.id;
  const opportunityInput = { customer_id, name: "Something", owner_id: tenant.userId };
  const quoted = { customer_id, name: "Offered", line_items: [{ description: "Work", unit_price: "10.00" }] };
  const quote_id = (await admin.createQuote(quoted)).data.id;
  await admin.createMailAccount({ name: "News", way: "house", address: "news@harbour.example", is_default: true });
  const mail = { channel: "email", to: "ida@lund.example", subject: "Hello", body: "Hello" };
  const { data: template } = await admin.createMessageTemplate({ name: "Thanks", subject: "Thanks", body_text: "Thank you" });
  const { data: segment } = await admin.createSegment({ name: "Many" });
  const emailSendInput = { name: "To many", template_id: template.id, segment_id: segment.id };
  const campaign_id = await createCampaign(admin);
  const plan = { id: campaign_id, name: "Post", activity_type: "SOCIAL_POST" };
  const variants = [{ subject: "One" }, { subject: "Two" }];
  const abTestInput = { name: "Which subject", tests: "subject", template_id: template.id, variants };
  const createdIds = [
    campaign_id,
    (await admin.createCampaignActivity(plan)).data.id,
    (await admin.createCampaignAbTest({ id: campaign_id, ...abTestInput })).data.id,
    (await admin.createEmailSend(emailSendInput)).data.id,
    (await admin.sendMessage(mail)).data.conversation_id,
    (await admin.createReengagementBatch({ batch_name: "Back" })).data.id,
    (await admin.createWebhookEndpoint({ url: "https://systems.example.com/crm", events: ["*"] })).data.id,
    lead.id,
    customer_id,
    (await admin.createContact({ first_name: "Ida", last_name: "Lund", customer_id })).data.id,
    (await admin.createOpportunity(opportunityInput)).data.id,
    (await admin.createDeal({ customer_id, name: "Agreed" })).data.id,
    (await admin.createPotential({ personal_key_id: lead.personal_key_id })).data.id,
    quote_id,
    (await admin.createOrder({ customer_id })).data.id,
    (await admin.createProposal({ name: "Proposed", quote_id, sections: [{ text: "Words" }] })).data.id,
    (await admin.createContract({ title: "Agreed on", customer_id, contract_value: "10.00" })).data.id,
    (await admin.createActivity({ subject: "Call", activity_type_id: "call", due_date: "2040-01-01" })).data.id,
    (await admin.createProject({ title: "Jetty", customer_id })).data.id,
    (await admin.createTicket({ subject: "It hums", description: "Loudly", customer_id, assigned_to_id: null })).data.id,
  ];
  const byPrefix = new Map(createdIds.map((id) => [id.slice(0, 3), id]));
  return new Map(
    kinds.flatMap(({ name, kind }) => (byPrefix.has(kind.prefix) ? [[name, byPrefix.get(kind.prefix) as string]] : [])),
  );
}

let modelIds: Map<string, string>;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  const otherTenant = await signUp(app);
  ids.North = (await tenant.admin.createTeam({ name: "North" })).data.id;
  ids.South = (await tenant.admin.createTeam({ name: "South" })).data.id;
  const team = (name: string) => ({ team_id: ids[name] });
  const people = {
    mona: ["MANAGER", () => ({})],
    bo: ["MANAGER", () => ({})],
    ann: ["SUPPORT_AGENT", () => ({ manager_id: ids.bo })],
    carl: ["SUPPORT_AGENT", () => team("North")],
    sue: ["SALES_REP", () => ({})],
    sam: ["SALES_REP", () => team("South")],
    dora: ["DIRECTOR", () => ({})],
  } as const;
  for (const [name, [role, more]] of Object.entries(people)) ids[name] = (await addUser(app, tenant, role, more())).id;
  await tenant.admin.updateTeam({ id: ids.North, manager_id: ids.mona as string });
  ids.ada = tenant.userId;
  for (const name of [...Object.keys(people), "ada"] as Caller[]) {
    const context = await runIn(systemScope(), () =>
      buildActorContext(ids[name] as string, { authority: "reader", request: "r" }),
    );
    contexts[name] = context ?? expect.fail(name);
  }
  contexts.foreign = systemContext(app.ports, otherTenant.id, "test");
  modelIds = await createModels();
});
afterAll(() => app.stop());

it("the sample covers each kind that shares records, with a record of most", () => {
  const sharing = kinds.filter(({ definition }) => definition.sharing).map(({ name }) => name);
  expect(sharing.sort()).toEqual(Object.keys(sharedAccess).sort());
  expect(kinds.map(({ name }) => name).filter((name) => !modelIds.has(name))).toEqual([]);
});

const sortedIds = (rows: readonly BaseRecord[]): string[] => rows.map(({ id }) => id).sort();

/** Every record of a list, read page by page. */
async function readPages(collection: Collection<BaseRecord>, input: object, limit = 100) {
  const rows: BaseRecord[] = [];
  let cursor: string | undefined;
  let first: { total: number; total_is_lower_bound?: boolean | undefined } | undefined;
  do {
    const page = await list(collection, buildListQuery(collection, { ...input, limit, cursor }));
    rows.push(...page.rows);
    first ??= page.meta;
    cursor = page.meta.next_cursor ?? undefined;
  } while (cursor);
  return { found: sortedIds(rows), rows, total: first?.total, isBound: first?.total_is_lower_bound === true };
}

/** List queries by name: each order and filter, a search, and by change date. Some of them are also read in pages of two. */
function listInputs(
  collection: Collection<BaseRecord>,
  records: readonly BaseRecord[],
  word: string | undefined,
): [string, object][] {
  const { filters = {}, owner = "", sorts = {} } = collection.definition;
  const today = new Date(Date.now() - 3_600_000).toISOString();
  const listValues = (field: string) =>
    [...new Set(records.map((record) => record[field as keyof BaseRecord]))].filter((value) => value !== null);
  const since = { "updated_at[gte]": today };
  return [
    ...listOrders(collection)
      .filter((sort) => sort !== "updated_at")
      .flatMap((sort): [string, object][] => [
        [sort, { sort }],
        [`-${sort}`, { sort: `-${sort}` }],
      ]),
    ...Object.keys(filters).flatMap((name) =>
      listValues(filters[name]?.field as string)
        .slice(0, 2)
        .map((value): [string, object] => [`${name}=${value}`, { [name]: value }]),
    ),
    ...listValues(owner).map((value): [string, object] => [`owner=${value}`, { owner: value }]),
    ...Object.keys(sorts).map((sort): [string, object] => [`${sort} of an owner`, { sort, owner: ids.ann }]),
    ["deleted", { deleted: true }],
    ["changed since", since],
    ["changed since, by change", { ...since, sort: "updated_at" }],
    ...(word === undefined ? [] : ([["search", { search: word }]] as [string, object][])),
  ];
}

const callers = Object.keys(viewersByCaller) as (keyof typeof viewersByCaller)[];

async function listReadable(collection: Collection<BaseRecord>, all: readonly string[], deleted = false): Promise<string[]> {
  const reads = all.map((id) =>
    Records.read(collection, id, { deleted }).then(
      () => [id],
      () => [],
    ),
  );
  return (await Promise.all(reads)).flat();
}

async function walkList(collection: Collection<BaseRecord>, deleted: boolean): Promise<string[]> {
  const as_of = new Date(Date.now() + 60_000).toISOString();
  const extent = await StableScan.plan(collection, buildListQuery(collection, { deleted }), { as_of });
  const records: BaseRecord[] = [];
  for (let after: string | undefined, more = extent !== undefined; more && extent; more = after !== undefined) {
    const stretch = await StableScan.readNext(collection, extent, after, 3);
    records.push(...stretch.records);
    after = stretch.after;
  }
  return sortedIds(records);
}

/** All kinds that share records, and a sample of the others, which are visible only through their owner. */
const testedKinds = selectSample(kinds, {
  name: ({ name }) => name,
  kind: ({ name }) => (name in sharedAccess ? name : "owned"),
});

describe.each(testedKinds.map((collection) => [collection.name, collection] as const))("%s", (name, collection) => {
  const createdRecords: { id: string; through: readonly Viewer[] }[] = [];
  /** A search word of the model record; undefined if the kind has no search. */
  let word: string | undefined;
  const all = () => createdRecords.map(({ id }) => id);
  const stored = () =>
    runIn(systemScope(), async () => (await Records.loadMany(collection, all())).filter((record) => record !== undefined));

  beforeAll(async () => {
    await runIn(systemScope(), async () => {
      const model = (await Records.load(collection, modelIds.get(name) as string)) ?? expect.fail(name);
      word = collection.definition.searchWords?.(model).at(0);
      for (const { fields, through } of listAccessPaths(collection)) {
        const record = Records.init(collection, { ...model, ...fields });
        await transaction().create(collection, record).commit(undefined);
        createdRecords.push({ id: record.id, through });
      }
    });
    await app.settle();
  });

  /** Each list returns to each caller exactly the records that the caller can read. */
  async function agree(): Promise<void> {
    const records = await stored();
    const ownIds = new Set(all());
    const lives = (deleted: boolean) => records.filter(({ deleted_at }) => Boolean(deleted_at) === deleted).map(({ id }) => id);
    const { sorts = {} } = collection.definition;
    const byPages = new Set(["created_at", "deleted", "search", ...Object.keys(sorts)]);
    const readBy = new Map<string, Set<string>>();
    for (const caller of callers)
      for (const deleted of [false, true])
        readBy.set(
          `${caller} ${deleted}`,
          new Set(await runIn(contexts[caller], () => listReadable(collection, lives(deleted), deleted))),
        );
    for (const [queryName, input] of listInputs(collection, records, word)) {
      const fullResult = await runIn(contexts.ada, () => readPages(collection, input));
      for (const caller of callers) {
        const expectedIds = fullResult.found.filter((id) => readBy.get(`${caller} ${queryName === "deleted"}`)?.has(id));
        for (const limit of byPages.has(queryName) ? [100, 2] : [100]) {
          const { found: foundIds, total, isBound } = await runIn(contexts[caller], () => readPages(collection, input, limit));
          expect([queryName, caller, limit, foundIds.filter((id) => ownIds.has(id))]).toEqual([
            queryName,
            caller,
            limit,
            expectedIds,
          ]);
          // The total also counts records without a sort value, so compare it only if the order contains all records.
          if (!isBound && fullResult.total === fullResult.found.length)
            expect([queryName, caller, limit, "total", total]).toEqual([queryName, caller, limit, "total", foundIds.length]);
        }
      }
    }
    for (const deleted of [false, true]) {
      for (const caller of callers) {
        await runIn(contexts[caller], async () => {
          const read = [...(readBy.get(`${caller} ${deleted}`) ?? [])];
          const walkedIds = (await walkList(collection, deleted)).filter((id) => ownIds.has(id));
          expect(["walked", caller, walkedIds]).toEqual(["walked", caller, read.sort()]);
        });
      }
    }
  }

  it("is read through each kind of access, alone and combined", async () => {
    for (const caller of Object.keys(contexts) as Caller[]) {
      const through: readonly Viewer[] | undefined = viewersByCaller[caller as keyof typeof viewersByCaller];
      const expectedRecords = createdRecords.filter(
        (record) => caller !== "foreign" && (!through || record.through.some((seer) => through.includes(seer))),
      );
      await runIn(contexts[caller], async () => {
        expect([caller, await listReadable(collection, all())]).toEqual([caller, expectedRecords.map(({ id }) => id)]);
        const seen = await Visibility.filterVisibleIds(collection.kind, all());
        if (through) expect([caller, all().filter((id) => seen.has(id))]).toEqual([caller, expectedRecords.map(({ id }) => id)]);
        const visibleIds = await Records.filterVisibleIds(all());
        expect([caller, all().filter((id) => visibleIds.has(id))]).toEqual([caller, expectedRecords.map(({ id }) => id)]);
      });
    }
  });

  it("is found by each query exactly as it is read", agree);

  it("disappears at once for a caller who loses access, and appears after projection for a new one, also on delete and restore", async () => {
    const accessPaths = listAccessPaths(collection);
    await runIn(systemScope(), async () => {
      // Each record gets the access path of the next one.
      for (const [index, record] of createdRecords.entries()) {
        const { fields, through } = accessPaths[(index + 1) % accessPaths.length] as AccessPath;
        const blank = Object.fromEntries(
          (sharedAccess[name]?.() ?? [])
            .flatMap((accessPath) => Object.entries(accessPath.fields))
            .map(([field, value]) => [field, Array.isArray(value) ? [] : null]),
        );
        await Records.change(collection, record.id, (current) => ({ ...current, ...blank, ...fields }));
        record.through = through;
      }
      for (const { id } of createdRecords.slice(0, 2)) await Records.remove(collection, id);
    });
    for (const caller of callers) {
      await runIn(contexts[caller], async () => {
        const read = new Set(await listReadable(collection, all()));
        const { found: foundIds } = await readPages(collection, {});
        expect([caller, foundIds.filter((id) => all().includes(id) && !read.has(id))]).toEqual([caller, []]);
        const walkedIds = (await walkList(collection, false)).filter((id) => all().includes(id) && !read.has(id));
        expect([caller, walkedIds]).toEqual([caller, []]);
      });
    }
    await app.settle();
    await agree();
    await runIn(systemScope(), async () => {
      for (const { id } of createdRecords.slice(0, 2)) await Records.restore(collection, id);
    });
    await app.settle();
    await agree();
  });

  it.runIf(name === "ticket")("is found by its number for callers who can read it", async () => {
    const [record] = (await stored()) as unknown as [{ ticket_number: string }];
    for (const caller of callers) {
      await runIn(contexts[caller], async () => {
        const read = await listReadable(collection, all());
        const match = await findIdByNumber(Tickets, "ticket_number", record.ticket_number);
        expect([caller, match === undefined]).toEqual([caller, read.length === 0]);
      });
    }
  });

  it("has counters that match", async () => {
    const { differences } = await runIn(systemScope(), () => recount());
    expect(differences.filter((difference) => difference.kind === name)).toEqual([]);
  });
});
