import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { announce } from "@crm/local/running.ts";
import { serve } from "@crm/local/server.ts";
import parsePhoneNumber from "libphonenumber-js/max";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invented, randomFrom } from "../../scripts/demo-data.ts";
import { dump } from "../auth/dump.ts";
import { newFolder, recountOf, removeFolder, script } from "../backup/support.ts";
import { inProcess, startTestApp } from "../support.ts";

describe("invented people", () => {
  const people = (count: number) => {
    const random = randomFrom(2031);
    return Array.from({ length: count }, (_, at) => invented(random, at));
  };

  it("are the same at every run", () => {
    expect(people(300)).toEqual(people(300));
  });

  it("have addresses and numbers that belong to nobody, and that can be read", () => {
    const all = people(300);
    expect(new Set(all.map(({ email }) => email)).size).toBe(300);
    for (const { email, phone, website } of all) {
      expect(email).toMatch(/^[a-z.0-9]+@[a-z]+\.example$/);
      expect(website).toMatch(/^https:\/\/[a-z]+\.example$/);
      expect(parsePhoneNumber(phone)?.isValid(), phone).toBe(true);
    }
  });
});

/** There only while nobody is free. */
const passing = ["lead_wait"];

/** The kinds of the domains of which a tenant has no record. */
async function kindsWithout(app: App, tenant: string): Promise<string[]> {
  const ids = (await dump(app)).flatMap(({ pk, sk, id }) => (pk.startsWith(`T#${tenant}#`) ? [sk, String(id)] : []));
  const kinds = app.ports.domains.flatMap((domain) => domain.kinds).filter(({ name, load }) => load && !passing.includes(name));
  return kinds.filter(({ prefix }) => !ids.some((id) => id.startsWith(`${prefix}_`))).map(({ name }) => name);
}

describe("npm run demo", () => {
  const data = newFolder();
  let app: App;
  let close: () => Promise<void>;
  beforeAll(async () => {
    // As a server is: its clock goes on, and its stream and schedules by themselves.
    app = await startTestApp({ data, loops: true, time: Date.now });
    const server = await serve(app, 0);
    announce(data, server.url);
    close = async () => {
      await server.close();
      await app.stop();
    };
  });
  afterAll(async () => {
    await close();
    removeFolder(data);
  });

  it("fills a tenant with a year of work, sets the clock right again, and does it once", async () => {
    const first = await script("demo.ts", ["--leads", "20"], { CRM_DATA: data });
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(
      /^25 %\n[^a-z]*12 users, 20 leads and what was done with them, in \d+ s\n\nSign in at http.* with tenant_slug demo and/,
    );
    expect(Math.abs(Clock.ms() - Date.now())).toBeLessThan(60_000);

    const login = { email: "thea@demo.example", password: "Lantern-Harbour-7", tenant_slug: "demo" };
    const { data: signedIn } = await createClient(inProcess(app)).login(login);
    const crm = createClient(inProcess(app, signedIn.access_token));
    const { data: users } = await crm.listUsers({ limit: "100" });
    expect(new Set(users.map(({ role }) => role)).size).toBe(8);
    expect(users).toHaveLength(12);
    const { data: leads, meta } = await crm.listLeads({ limit: "100" });
    const { meta: gone } = await crm.listLeads({ deleted: "true" });
    expect(meta.total + gone.total).toBe(30);
    const days = new Set(leads.map(({ created_at = "" }) => created_at.slice(0, 10)));
    expect(days.size).toBeGreaterThan(10);
    const tonight = `${new Date().toISOString().slice(0, 10)}T23:59:59Z`;
    expect((await crm.listLeads({ contact_due_by: tonight })).meta.total).toBeGreaterThan(5);
    expect((await crm.listLeads({ min_score: "15" })).meta.total).toBeGreaterThan(10);
    expect((await recountOf(app, signedIn.tenant.id)).differences).toEqual([]);

    expect(await kindsWithout(app, signedIn.tenant.id), "to be told of in scripts/demo-rest.ts").toEqual([]);

    const second = await script("demo.ts", [], { CRM_DATA: data });
    expect(second).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^The tenant demo is there already/) });
    const taken = await script("demo.ts", ["--leads", "x"], { CRM_DATA: data });
    expect(taken).toMatchObject({ code: 1, err: expect.stringMatching(/^--leads is a number/) });
  });
});
