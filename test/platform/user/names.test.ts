import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMailLink, pageTitle, submitForm } from "../../functions/pages/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { expectRejection } from "../auth/rejection.ts";
import { userInput } from "./input.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

type Names = Partial<Record<"first_name" | "last_name" | "full_name", string | null>>;
const blankNames = { first_name: undefined, last_name: undefined };
const createUser = async (names: Names) => (await tenant.admin.createUser(userInput(tenant, { ...blankNames, ...names }))).data;

describe("a user", () => {
  it.each<[Names, Names & { display_name: string }]>([
    [{ first_name: "李" }, { first_name: "李", last_name: null, display_name: "李" }],
    [{ last_name: "Sukarno" }, { first_name: null, last_name: "Sukarno", display_name: "Sukarno" }],
    [{ full_name: "Sukarno" }, { first_name: null, last_name: "Sukarno", display_name: "Sukarno" }],
    [{ full_name: "山田 太郎" }, { first_name: "山田", last_name: "太郎", display_name: "山田 太郎" }],
    [{ full_name: "Hopper, Grace" }, { first_name: "Grace", last_name: "Hopper", display_name: "Grace Hopper" }],
  ])("with %j is accepted, and shown everywhere", async (names, expected) => {
    const user = await createUser(names);
    expect(user).toMatchObject(expected);
    expect((await tenant.admin.getUser({ id: user.id })).data).toMatchObject(expected);
    expect((await tenant.admin.listUsers({ limit: 1 })).data[0]).toMatchObject({ id: user.id, ...expected });
    expect((await tenant.admin.replaceUser(user)).data).toMatchObject({ ...expected, version: user.version });
  });

  it("without a name is rejected, and cannot lose its last name part", async () => {
    const message = "At least one of these fields is required: last_name, first_name, full_name";
    const rejection = { status: 400, details: [{ field: "last_name", message }] };
    await expect(createUser({})).rejects.toMatchObject(rejection);
    const user = await createUser({ full_name: "Ann Bell" });
    const change = (names: Names) => tenant.admin.updateUser({ id: user.id, ...names });
    await expect(change({ first_name: null, last_name: " " })).rejects.toMatchObject(rejection);
    await expect(change({ full_name: "x".repeat(60) })).rejects.toMatchObject({ details: [{ field: "full_name" }] });
    expect((await change({ full_name: "Cher" })).data).toMatchObject({ first_name: null, display_name: "Cher" });
  });

  it("creates a tenant with a single name", async () => {
    const anyone = createClient(inProcessTransport(app));
    const input = { tenant_name: "一", tenant_slug: "one-name", email: "li@one-name.example", password: "Correct-Horse-9000" };
    expect(await expectRejection(anyone.signup(input))).toMatchObject({ status: 400, details: [{ field: "last_name" }] });
    const { data } = await anyone.signup({ ...input, full_name: "李" });
    expect(data.user).toMatchObject({ first_name: null, last_name: "李", display_name: "李", role: "ADMIN" });
  });

  it("with a single name is addressed by it in mails, pages and totals", async () => {
    const user = await createUser({ ...blankNames, last_name: "Sukarno" });
    const invitation = await tenant.admin.createUser(userInput(tenant, { ...blankNames, full_name: "李", password: undefined }));
    const link = await findMailLink(app, invitation.data.email, "/activate");
    expect(app.mail.sent(invitation.data.email).at(-1)?.text).toMatch(/^Hello 李,/);
    const password = "Jade-Window-417";
    expect(pageTitle(await submitForm(app, link, { password, password_again: password }))).toContain("password");
    await tenant.admin.createLead({ full_name: "Owned", owner_id: user.id });
    await app.settle();
    const { data } = await tenant.admin.getLeadConversionSummary({ by: "owner" });
    expect(data.rows.map(({ label }) => label)).toContain("Sukarno");
  });

  it("with a single name is sorted by it in lists", async () => {
    const ownTenant = await signUp(app);
    for (const names of [{ last_name: "Zed" }, { first_name: "Abe" }, { first_name: "Mia", last_name: "Moss" }])
      await addUser(app, ownTenant, "USER", { ...blankNames, ...names });
    await app.settle();
    const { data } = await ownTenant.admin.listUsers({ sort: "last_name", order: "asc" });
    expect(data.map(({ display_name }) => display_name)).toEqual(["Abe", "Ada Admin", "Mia Moss", "Zed"]);
  });
});

describe("a person", () => {
  it("can be created by a full name only, like each record with names", async () => {
    const { data: person } = await tenant.admin.createPerson({ full_name: "José Luis García Márquez" });
    expect(person).toMatchObject({ first_name: "José Luis García", last_name: "Márquez" });
    const { data: renamed } = await tenant.admin.updatePerson({ id: person.id, full_name: "王小明" });
    expect(renamed).toMatchObject({ first_name: null, last_name: "王小明" });
    const { data } = await tenant.admin.resolvePerson({ full_name: " X ", emails: ["x@one.example"] });
    expect(data.person).toMatchObject({ first_name: null, last_name: "X" });
  });
});
