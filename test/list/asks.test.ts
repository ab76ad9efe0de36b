import { Interactions } from "@crm/core/interaction/interaction.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { dayIn } from "@crm/core/kernel/zone.ts";
import { Leads } from "@crm/core/lead/lead.entity.ts";
import { People } from "@crm/core/person/person.entity.ts";
import { AuditTrail } from "@crm/core/storage/project/audit.ts";
import { recount } from "@crm/core/storage/project/recount.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf, type Random } from "../chance.ts";
import { dump } from "../stream/chaos.ts";
import { addUser, inProcess, newLead, PASSWORD, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

/** What lists ask of fields, against a filter that reads every record; what there is to ask comes from the declarations. */
const ZONE = "America/New_York";
type Row = Record<string, unknown> & BaseRecord;
type Query = Record<string, unknown>;
interface Kind {
  collection: Collection<Row>;
  list(crm: Client): (query: never) => Promise<{ data: { id: string }[]; meta: { next_cursor: string | null; total: number } }>;
  /** Who does not see all, where they may read the kind. */
  forRep: boolean;
}
const of = (collection: unknown): Collection<Row> => collection as Collection<Row>;
const kinds: Record<string, Kind> = {
  leads: { collection: of(Leads), list: (crm) => crm.listLeads as never, forRep: true },
  persons: { collection: of(People), list: (crm) => crm.listPersons as never, forRep: true },
  interactions: { collection: of(Interactions), list: (crm) => crm.listInteractions as never, forRep: true },
  audit: { collection: of(AuditTrail), list: (crm) => crm.listAuditEntries as never, forRep: false },
};

let app: App;
let tenant: Tenant;
let admin: Client;
let rep: TestUser;
let random: Random;
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

async function moveOn(): Promise<void> {
  app.setClock({ advance: 11 * 60 * 60_000 });
  admin = createClient(inProcess(app, (await signIn(app, tenant)).access_token));
  const { access_token } = await signIn(app, { ...tenant, email: rep.email, password: PASSWORD });
  rep.as = createClient(inProcess(app, access_token));
}

/** Some 60 leads, their persons and what was said to them, over a few days, of two owners and nobody. */
beforeAll(async () => {
  random = chanceOf("asks of lists");
  app = await startTestApp();
  tenant = await signUp(app, { timezone: ZONE });
  admin = tenant.admin;
  rep = await addUser(app, tenant, "SALES_REP");
  for (const code of ["north", "south"]) await admin.createMaster({ kind: "territories", code, name: code });
  for (let n = 0; n < 60; n++) {
    if (n % 15 === 14) await moveOn();
    const owners = [tenant.userId, rep.id, null];
    const owner_id = n % 9 === 0 ? (owners[(n / 9) % 3] as string | null) : pick(owners);
    const { data: lead } = await admin.createLead(
      newLead({
        owner_id,
        insurance_type_id: pick(["auto", "home", "life", null]),
        territory_id: pick(["north", "south", null]),
        tags: pick([[], ["VIP"], ["vip", "Künstler"], ["trade fair"]]),
      }),
    );
    if (n % 4 === 0) await admin.setLeadStatus({ id: lead.id, lead_status_id: "contacted" });
    if (n % 9 === 0) await admin.convertLead({ id: lead.id, override_reason: "Signed on the spot" });
    if (n % 3 !== 0) continue;
    const personal_key_id = lead.personal_key_id;
    await admin.updatePerson({
      id: personal_key_id,
      external_key: `crm-${n}`,
      job_title: pick(["Captain", null]),
      education_level: pick(["phd", "masters", null]),
      preferred_contact_method: pick(["email", "phone", null]),
    });
    if (n % 2 === 0) await admin.addAddress({ id: personal_key_id, country: pick(["DE", "FR"]), city: "Lille" });
    await admin.createInteraction({
      personal_key_id,
      interaction_type_id: "phone",
      subject: `Call ${n}`,
      sentiment: pick(["POSITIVE", "NEGATIVE", null]),
      feedback_type: pick(["COMPLAINT", null]),
      owner_id: pick([tenant.userId, rep.id]),
      tags: pick([[], ["Callback"]]),
    });
  }
  await app.settle();
});
afterAll(() => app.stop());

const recordsOf = ({ collection }: Kind): Row[] =>
  dump(app, tenant.id)
    .filter(({ __edb_e__ }) => __edb_e__ === collection.name)
    .map((item) => collection.fromItem(item))
    .filter(({ deleted_at }) => deleted_at === null);

const RECENT = new Date(Date.now() - 20 * 24 * 60 * 60_000).toISOString();

/** What changed is asked for from some day on. */
function since(query: Query): Query {
  const bounds = Object.keys(query).filter((name) => name.startsWith("updated_at"));
  const isBound = bounds.length === 0 || bounds.some((name) => name.includes("[g"));
  return isBound ? query : { ...query, "updated_at[gte]": RECENT };
}

async function walk(kind: Kind, crm: Client, query: Query): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await kind.list(crm)({ limit: 40, ...since(query), cursor } as never);
    ids.push(...data.map(({ id }) => id));
    cursor = meta.next_cursor ?? undefined;
  } while (cursor);
  return ids;
}

const partsOf = (name: string): { field: string; operator: string } => {
  const [, field = "", operator = ""] = /^(\w+)(?:\[(\w+)\])?$/.exec(name) ?? [];
  return { field, operator };
};

/** The slow reading of a question. */
function isSo(record: Row, name: string, asked: string): boolean {
  const { field, operator } = partsOf(name);
  const held = record[field];
  if (held === null || held === undefined) return false;
  if (Array.isArray(held)) return held.map((each) => String(each).toLowerCase()).includes(asked.toLowerCase());
  if (operator === "in") return asked.split(",").includes(String(held));
  if (!operator || operator === "eq") return held === asked;
  const [one, other] = asked.includes("T") ? [Date.parse(String(held)), Date.parse(asked)] : [dayIn(ZONE, String(held)), asked];
  const compared = { gt: one > other, gte: one >= other, lt: one < other, lte: one <= other };
  return compared[operator as keyof typeof compared];
}

describe("R17 leads by when they were converted", () => {
  const converted = () =>
    recordsOf(kinds.leads as Kind)
      .filter(({ converted_date }) => converted_date !== null)
      .sort((a, b) => (String(a.converted_date) < String(b.converted_date) ? -1 : 1));
  const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

  it("come in that order, counted, page by page, to everybody as far as they see them", async () => {
    const all = converted();
    expect(all.length).toBeGreaterThan(5);
    expect(await walk(kinds.leads as Kind, admin, { sort: "converted_date", limit: 2 })).toEqual(idsOf(all).reverse());
    const query = { sort: "converted_date", order: "asc" };
    expect(await walk(kinds.leads as Kind, admin, { ...query, limit: 3 })).toEqual(idsOf(all));
    const mine = all.filter(({ owner_id }) => owner_id === null || owner_id === rep.id);
    expect(mine.length).toBeLessThan(all.length);
    for (const [crm, wanted] of [
      [admin, all],
      [rep.as, mine],
    ] as const) {
      const { data, meta } = await crm.listLeads(query as never);
      expect(idsOf(data as { id: string }[])).toEqual(idsOf(wanted));
      expect(meta).toMatchObject({ total: wanted.length });
      expect(meta.total_is_lower_bound).toBeUndefined();
    }
  });

  it("are cut by days, and asked for more", async () => {
    const all = converted();
    const day = dayIn(ZONE, String(all[3]?.converted_date));
    for (const crm of [admin, rep.as])
      for (const more of [{}, { status: "new" }, { sort: "created_at" }, { search: "last" }]) {
        const query = { "converted_date[gte]": day, "converted_date[lt]": "2200-01-01", ...more };
        const plain = await walk(kinds.leads as Kind, crm, { limit: 100, ...more, sort: "created_at" });
        const wanted = all.filter((lead) => isSo(lead, "converted_date[gte]", day) && plain.includes(lead.id)).reverse();
        const { data, meta } = await crm.listLeads(query as never);
        const found = idsOf(data as { id: string }[]);
        expect("sort" in more ? [...found].sort() : found).toEqual("sort" in more ? idsOf(wanted).sort() : idsOf(wanted));
        expect(meta.total).toBe(wanted.length);
      }
    const outside = await admin.listLeads({ "converted_date[lt]": "2019-01-01" });
    expect([outside.data, outside.meta.total]).toEqual([[], 0]);
  });

  it("are proved by a recount, and leave with what is deleted", async () => {
    const proved = () => runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ mend: false }));
    expect(await proved()).toMatchObject({ differences: [] });
    const entry = dump(app, tenant.id).find(({ pk }) => String(pk).endsWith("#ORDER#lead#converted_date")) as Row & {
      pk: string;
      sk: string;
    };
    const write = (item: object) =>
      runIn(systemContext(app.ports, tenant.id, "test"), () =>
        transaction()
          .put(item as never)
          .commit(undefined),
      );
    await write({ ...entry, row: "{}" });
    expect(await proved()).toMatchObject({ differences: [{ kind: "lead", what: "place", kept: "{}", counted: entry.row }] });
    await write(entry);
    const [first] = converted();
    await admin.updateLead({ id: String(first?.id), company: "Another" });
    await app.settle();
    const { data } = await admin.listLeads({ sort: "converted_date", order: "asc", limit: 1 });
    expect(data[0]).toMatchObject({ id: first?.id, company: "Another" });
    await admin.deleteLead({ id: String(first?.id) });
    await app.settle();
    expect(await walk(kinds.leads as Kind, admin, { sort: "converted_date", order: "asc" })).toEqual(idsOf(converted()));
    expect(await proved()).toMatchObject({ differences: [] });
    await admin.restoreLead({ id: String(first?.id) });
    await app.settle();
    expect(await walk(kinds.leads as Kind, admin, { sort: "converted_date", order: "asc" })).toEqual(idsOf(converted()));
  });
});

describe("R11 a question beside filters and orders", () => {
  const day = () =>
    recordsOf(kinds.leads as Kind)
      .map(({ created_at }) => dayIn(ZONE, created_at))
      .sort()
      .at(-1) as string;

  it("holds in every order", async () => {
    const all = recordsOf(kinds.leads as Kind);
    const wanted = all.filter((lead) => isSo(lead, "created_at[gte]", day()));
    expect(wanted.length).toBeLessThan(all.length);
    for (const sort of ["created_at", "lead_score"]) {
      const { data, meta } = await admin.listLeads({ "created_at[gte]": day(), sort, limit: 100 });
      expect(data.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
      expect(meta.total).toBe(wanted.length);
    }
  });

  it("takes codes of master data, and is refused what is none", async () => {
    const { data } = await admin.listLeads({ "insurance_type_id[in]": "auto,home", status: "new", limit: 100 });
    const { data: types } = await admin.listMasters({ kind: "insurance_types" });
    const ids = types.filter(({ code }) => code === "auto" || code === "home").map(({ id }) => id);
    expect(new Set(data.map(({ insurance_type_id }) => insurance_type_id))).toEqual(new Set(ids));
    for (const [name, value] of [
      ["insurance_type_id[eq]", "boats"],
      ["created_at[gte]", "yesterday"],
      ["created_at[lt]", "2026-13-01"],
    ])
      await expect(admin.listLeads({ [name as "tags[has]"]: value as string })).rejects.toMatchObject({
        status: 400,
        details: [{ field: name }],
      });
    const never = { "created_at[gte]": "2026-02-01", "created_at[lt]": "2026-02-01" };
    expect((await admin.listLeads(never)).meta.total).toBe(0);
  });

  it("finds a person by the external key in one read, and nobody's by one that has gone", async () => {
    const [person] = recordsOf(kinds.persons as Kind).filter(({ external_key }) => external_key === "crm-0");
    const { data } = await admin.listPersons({ "external_key[eq]": "crm-0" });
    expect(data.map(({ id }) => id)).toEqual([person?.id]);
    await admin.updatePerson({ id: String(person?.id), external_key: "crm-zero" });
    expect((await admin.listPersons({ "external_key[eq]": "crm-0" })).data).toEqual([]);
    expect((await admin.listPersons({ "external_key[eq]": "crm-zero" })).data).toHaveLength(1);
  });

  it("finds leads by their tags, as words of a search too", async () => {
    const tagged = recordsOf(kinds.leads as Kind).filter(({ tags }) => String(tags).includes("Künstler"));
    const { data } = await admin.listLeads({ search: "kunst", limit: 100 });
    expect(data.map(({ id }) => id).sort()).toEqual(tagged.map(({ id }) => id).sort());
  });

  it("asks the leads of a person, and an export", async () => {
    const [lead] = recordsOf(kinds.leads as Kind).filter(({ tags }) => String(tags).includes("VIP"));
    const id = String(lead?.personal_key_id);
    expect((await admin.listPersonLeads({ id, "tags[has]": "vip" })).data).toHaveLength(1);
    expect((await admin.listPersonLeads({ id, "tags[has]": "other" })).data).toEqual([]);
    const { data } = await admin.exportLeads({ format: "csv", query: { "tags[has]": "trade fair" } });
    await app.settle();
    const { rows } = (await admin.getExport({ id: data.export_id })).data;
    expect(rows).toBe(recordsOf(kinds.leads as Kind).filter(({ tags }) => String(tags) === "trade fair").length);
  });
});
