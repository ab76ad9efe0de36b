import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { MAX_PERSONS_PER_BLOCK } from "@crm/core/people/identity/blocking-index.ts";
import { blankPerson, People } from "@crm/core/people/person/person.entity.ts";
import { isIban, setSensitiveValues } from "@crm/core/people/person/sensitive-values.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder } from "../../local/backup/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import {
  addUser,
  inProcessTransport,
  newLead,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { runInTenant } from "./support.ts";

let app: App;
let dataFolder: string;
let tenant: Tenant;
let events: readonly DomainEvent[];
const logLines: string[] = [];

beforeAll(async () => {
  dataFolder = newFolder();
  const log = { write: (...line: unknown[]) => void logLines.push(JSON.stringify(line)) };
  app = await startTestApp({ data: dataFolder, log });
  events = recordPublishedEvents(app);
  tenant = await signUp(app, { visibility: "all" });
});
afterAll(async () => {
  await app.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

const PERSON_COUNT = resolveTestSize("CRM_PERSONS", 30, 250);

const secrets = {
  birth_date: "1979-04-12",
  document_number: "X1234567",
  bank_account: { holder: "Grace Hopper", iban: "DE89 3704 0044 0532 0130 00", bic: "COBADEFFXXX" },
};

describe("sensitive fields", () => {
  it("are shown in full to permitted users, and masked to others", async () => {
    const { data: person } = await tenant.admin.createPerson(secrets);
    const full = (await tenant.admin.getPerson({ id: person.id })).data;
    expect(full).toMatchObject(secrets);
    const masked = {
      birth_date: "••••-••-••",
      document_number: "•••567",
      bank_account: { holder: "•••", iban: "•••3000", bic: "COBADEFFXXX", account_number: null },
    };
    for (const role of ["MANAGER", "SALES_REP", "ANALYST", "USER"]) {
      const user = await addUser(app, tenant, role);
      expect((await user.client.getPerson({ id: person.id })).data).toMatchObject(masked);
    }
    const director = await addUser(app, tenant, "DIRECTOR");
    expect((await director.client.getPerson({ id: person.id })).data).toMatchObject(secrets);
    // The answer to a write is stored for retries, so it is masked for all callers.
    expect(person).toMatchObject(masked);
  });

  it("are found by permitted users only, with any spacing", async () => {
    const values = { document_type: "passport", document_number: "LK 99-123", bank_account: { iban: "BE68539007547034" } };
    const { data: person } = await tenant.admin.createPerson(values);
    await app.settle();
    const look = async (query: object, client = tenant.admin) => (await client.lookUpPersons(query)).data.map(({ id }) => id);
    expect(await look({ document_type: "passport", document_number: "lk99123" })).toEqual([person.id]);
    expect(await look({ iban: "BE68 5390 0754 7034" })).toEqual([person.id]);
    expect(await look({ document_type: "passport", document_number: "LK 99-123", iban: "BE68539007547034" })).toEqual([
      person.id,
    ]);
    // Another type, another number and a number that differs by one character do not match.
    expect(await look({ document_number: "lk99123" })).toEqual([]);
    expect(await look({ document_type: "passport", document_number: "LK99124" })).toEqual([]);
    await tenant.admin.updatePerson({ id: person.id, document_type: "national_id" });
    await app.settle();
    expect(await look({ document_type: "national_id", document_number: "LK99123" })).toEqual([person.id]);
    expect(await look({ document_type: "passport", document_number: "LK99123" })).toEqual([]);
    const stranger = await signUp(app);
    expect(await look({ iban: "BE68539007547034" }, stranger.admin)).toEqual([]);
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(look({ iban: "BE68539007547034" }, rep.client)).rejects.toMatchObject({ status: 403 });
  });

  it("R21 are found by a birth date, combined with a name if many have that date", async () => {
    const twins = { birth_date: "1961-07-19", last_name: "Twin" };
    const { data: ida } = await tenant.admin.createPerson({ ...twins, first_name: "Ida" });
    const { data: ola } = await tenant.admin.createPerson({ ...twins, first_name: "Ola" });
    // Swapped day and month put this person in the same block, but it must not match.
    await tenant.admin.createPerson({ first_name: "Ada", last_name: "Other", birth_date: "1961-07-18" });
    await app.settle();
    const look = async (query: object, client = tenant.admin) =>
      (await client.lookUpPersons(query)).data.map(({ id }) => id).sort();
    expect(await look({ birth_date: "1961-07-19" })).toEqual([ida.id, ola.id].sort());
    expect(await look({ birth_date: "1961-07-19", first_name: "Ola", last_name: "Twinn" })).toEqual([ola.id]);
    expect(await look({ birth_date: "1961-07-20" })).toEqual([]);
    await expect(look({ last_name: "Twin" })).rejects.toMatchObject({ status: 400 });
    await runInTenant(app, tenant, async () => {
      for (let n = 0; n <= MAX_PERSONS_PER_BLOCK; n++) {
        const person = Records.init(People, {
          ...blankPerson,
          last_name: ["Miller", "Baker", "Farmer", "Singer"][n % 4] ?? null,
        });
        await transaction()
          .create(People, await setSensitiveValues(person, { birth_date: "1950-01-02" }))
          .commit(undefined);
      }
    });
    await app.settle();
    await expect(look({ birth_date: "1950-01-02" })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(`More than ${MAX_PERSONS_PER_BLOCK} persons`),
    });
    expect(await look({ birth_date: "1950-01-02", last_name: "Baker" })).toHaveLength(16);
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(look({ birth_date: "1961-07-19" }, rep.client)).rejects.toMatchObject({ status: 403 });
  });

  it("are changed and cleared one by one", async () => {
    const { data: person } = await tenant.admin.createPerson(secrets);
    await tenant.admin.updatePerson({ id: person.id, document_number: null, birth_date: "1980-01-01" });
    const updatedPerson = (await tenant.admin.getPerson({ id: person.id })).data;
    expect(updatedPerson).toMatchObject({ birth_date: "1980-01-01", document_number: null, bank_account: secrets.bank_account });
    const { data } = await tenant.admin.replacePerson({ id: person.id, first_name: "Ada" });
    expect(data).toMatchObject({ birth_date: null, document_number: null, bank_account: null });
  });

  it("are not in the audit trail, which records that they changed", async () => {
    const { data: person } = await tenant.admin.createPerson(secrets);
    await tenant.admin.updatePerson({ id: person.id, document_number: "Y7654321" });
    await app.settle();
    const { data: listed } = await tenant.admin.listAuditEntries({ record_id: person.id });
    const entries = await Promise.all(listed.map(async ({ id }) => (await tenant.admin.getAuditEntry({ id })).data));
    expect(entries).toHaveLength(2);
    // Ids are random, so they may contain the digits of a value.
    const shown = JSON.stringify(entries, (key, value: unknown) => (key === "id" || key.endsWith("_id") ? undefined : value));
    expect(shown).not.toMatch(/1234567|7654321|1979|3704|•/);
    const [stored] = dumpItems(app, tenant.id).filter(({ id }) => id === person.id);
    const { hashes } = JSON.parse(String(stored?.doc)) as { hashes: Record<string, string[]> };
    const storedHashes = Object.values(hashes).flat();
    expect(storedHashes.length).toBeGreaterThan(0);
    expect(storedHashes.filter((hash) => JSON.stringify(entries).includes(hash))).toEqual([]);
  });

  it("are never in clear text in the table, its stream, logs, events, files or cached responses", async () => {
    const marks: string[] = [];
    const mark = (text: string): string => {
      marks.push(text);
      return text;
    };
    const digits = (index: number): string => String(10_000_000_000 + index * 7_919).padStart(18, "9");
    await Promise.all(
      Array.from({ length: 5 }, async (_, lane) => {
        for (let index = lane; index < PERSON_COUNT; index += 5) {
          const birthDate = new Date(Date.UTC(1901, 0, 1 + index * 97)).toISOString().slice(0, 10);
          const values = {
            birth_date: mark(birthDate),
            document_number: mark(`MARKDOC${index}ABCDEF`),
            bank_account: { holder: mark(`Markholder ${index} Zyx`), account_number: mark(`${digits(index)}`) },
          };
          const key = { idempotencyKey: `sealed-${index}` };
          const headers = createClient(inProcessTransport(app, tenant.token));
          const { data: person } = await headers.createPerson({ first_name: `P${index}`, ...values }, key);
          if (index % 3 === 0) await tenant.admin.updatePerson({ id: person.id, ...values, notes: "again" }, key);
          if (index % 10 === 0) {
            const otherPerson = await tenant.admin.createPerson({ birth_date: "1950-05-05" });
            await tenant.admin.mergePersons({
              id: otherPerson.data.id,
              merged_id: person.id,
              choices: { "sensitive.birth_date": "merged" },
            });
          }
          if (index % 20 === 0) await tenant.admin.createLead(newLead({ personal_key_id: person.id }));
        }
      }),
    );
    // Rejected values must not be logged either.
    await tenant.admin.createPerson({ document_number: mark("MARKDOC-REFUSED"), birth_date: "never" }).catch(() => undefined);
    await app.settle();
    expect(marks.length).toBeGreaterThanOrEqual(4 * PERSON_COUNT);
    const items = dumpItems(app, tenant.id).map((item) => JSON.stringify(item, unpackBytes));
    const places = new Map<string, string>([
      ["items", items.join("\n")],
      ["logs", logLines.join("\n")],
      ["events", JSON.stringify(events)],
    ]);
    for (const entry of readdirSync(dataFolder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) places.set(entry.name, readFileSync(join(entry.parentPath, entry.name)).toString("latin1"));
    }
    expect(places.get("items")).toContain("sealed");
    for (const [place, text] of places) {
      const foundMarks = marks.filter((text_) => text.includes(text_));
      expect([place, foundMarks.slice(0, 3)]).toEqual([place, []]);
    }
  });
});

/** Decompresses long stored answers; reads other bytes as they are. */
function unpackBytes(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  if (!(raw instanceof Uint8Array)) return value;
  const isCompressed = raw[0] === 0x1f && raw[1] === 0x8b;
  return (isCompressed ? gunzipSync(raw) : Buffer.from(raw)).toString("latin1");
}

describe("an IBAN", () => {
  it.each(["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "BE68 5390 0754 7034", "NO9386011117947"])(
    "is one: %s",
    (iban) => expect(isIban(iban)).toBe(true),
  );
  it.each(["GB82 WEST 1234 5698 7654 33", "DE8937040044053201300", "", "BE00 0000", "XX"])("is none: %s", (iban) =>
    expect(isIban(iban)).toBe(false),
  );
});
