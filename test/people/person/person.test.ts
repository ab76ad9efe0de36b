import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import * as Identity from "@crm/core/people/person/identity.ts";
import { Preferences } from "@crm/core/people/person/preferences.ts";
import { ApiError, allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

type Input = Record<string, unknown>;
const create = async (input: Input = { notes: "Nothing else is known" }) => (await tenant.admin.createPerson(input)).data;
const get = async (id: string) => (await tenant.admin.getPerson({ id })).data;
const newEmail = (): string => `p${++serial}@mail.example`;
const emailPoint = (contact_value: string, more: Input = {}) => ({ contact_type: "email", contact_value, ...more });

async function expectRejection(work: Promise<unknown>): Promise<ApiError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("It was not refused");
}

it("R24 the element of a person is one of five values, or a custom text", async () => {
  const persons = await Promise.all(["fire", " Wood", "Wood over fire"].map((five_element) => create({ five_element })));
  expect(persons.map(({ five_element }) => five_element)).toEqual(["FIRE", "WOOD", "Wood over fire"]);
});

it("takes no derived fields, and the error names the field that they follow from", async () => {
  const input = { first_name: "Zed", emails: ["zed@nord.example"], phones: ["+4791239999"] };
  const message = "Cannot be set here: use contact_points, or leave it out";
  await expect(tenant.admin.createPerson(input)).rejects.toMatchObject({
    status: 400,
    details: ["emails", "phones"].map((field) => ({ field, message })),
  });
});

describe("a person", () => {
  it("needs no name and no contact point", async () => {
    const person = await create();
    expect(person).toMatchObject({ first_name: null, contact_points: [], addresses: [], preferences: [], merged_ids: [] });
    expect(await get(person.id)).toEqual(person);
  });

  it("stores each field of the profile, and clears those missing in a replacement", async () => {
    const profile = {
      first_name: "Ada",
      last_name: "Byron",
      display_name: "Ada B.",
      title: "Countess",
      job_title: "Analyst",
      education_level: "phd",
      five_element: "WATER",
      intention: "Buys an engine",
      notes: "Met in Turin",
      custom_attributes: { size: "M", tags: [1, 2] },
      preferred_contact_method: "email",
      document_type: "passport",
      document_country: "GB",
    };
    const person = await create({ ...profile, five_element: "water" });
    expect(person).toMatchObject(profile);
    const { data } = await tenant.admin.replacePerson({ id: person.id, first_name: "Ada" });
    expect(data).toMatchObject({ first_name: "Ada", last_name: null, custom_attributes: null, five_element: null });
  });

  it("is found by name, email and phone number, including each contact point", async () => {
    const otherEmail = newEmail();
    const points = [emailPoint(newEmail()), emailPoint(otherEmail), { contact_type: "phone", contact_value: "0485 00 99 88" }];
    const person = await create({ first_name: "Xaverine", last_name: "Quist", contact_points: points });
    await app.settle();
    for (const search of ["xaver", "quist xav", otherEmail, "048500998"]) {
      const { data } = await tenant.admin.listPersons({ search });
      expect(data.map(({ id }) => id)).toEqual([person.id]);
    }
  });

  it("I9 without any value is rejected in each way to create one", async () => {
    const { admin } = tenant;
    const empty = [{}, { first_name: null, notes: "" }, { contact_points: [], addresses: [], custom_attributes: {} }];
    for (const input of empty) expect(await expectRejection(create(input))).toMatchObject({ status: 400 });
    for (const input of [{}, { emails: [], phones: [" "] }])
      expect(await expectRejection(admin.resolvePerson(input))).toMatchObject({ status: 400 });
    expect(await create({ first_name: "X" })).toMatchObject({ first_name: "X" });
  });

  it("rejects invalid values with their field", async () => {
    const cases: [Input, string][] = [
      [{ birth_date: "2999-01-01" }, "birth_date"],
      [{ bank_account: { iban: "DE89370400440532013001" } }, "bank_account.iban"],
      [{ addresses: [{ country: "Atlantis" }] }, "addresses[0].country"],
      [{ addresses: [{ country: "US", state: "Bavaria" }] }, "addresses[0].state"],
      [{ preferences: [{ channel: "pigeon", consent: "ALLOWED" }] }, "preferences[0].channel"],
      [{ contact_points: [{ contact_type: "fax", contact_value: "1" }] }, "contact_points[0].contact_type"],
      [{ education_level: "kindergarten" }, "education_level"],
      [{ preferred_contact_method: "pigeon" }, "preferred_contact_method"],
    ];
    for (const [input, field] of cases) {
      const rejection = await expectRejection(create(input));
      expect([rejection.status, rejection.details?.map((detail) => detail.field)]).toEqual([400, [field]]);
    }
  });

  it("has a unique external key, which is free again after a change", async () => {
    const [a, b] = [await create({ external_key: `k${++serial}` }), await create()];
    const rejection = await expectRejection(tenant.admin.updatePerson({ id: b.id, external_key: a.external_key }));
    expect(rejection).toMatchObject({ status: 409 });
    await tenant.admin.updatePerson({ id: a.id, external_key: `k${++serial}` });
    await tenant.admin.updatePerson({ id: b.id, external_key: a.external_key });
    const lead = await allowAnyInput(tenant.admin).createLead({ external_key: a.external_key, first_name: "X", last_name: "Y" });
    expect(lead.data.personal_key_id).toBe(b.id);
  });
});

describe("contact points", () => {
  it("belong to one person, and a conflict names that person", async () => {
    const mail = newEmail();
    const owner = await create({ contact_points: [emailPoint(mail)] });
    const otherPerson = await create();
    const rejection = await expectRejection(
      tenant.admin.addContactPoint({ id: otherPerson.id, ...emailPoint(mail.toUpperCase()) }),
    );
    expect(rejection).toMatchObject({ status: 409, details: [{ field: "contact_value" }] });
    expect(rejection.details?.[0]?.message).toContain(owner.id);
    expect((await get(otherPerson.id)).contact_points).toEqual([]);
  });

  it("are free for others once they are removed, changed, or their person is deleted", async () => {
    const [firstEmail, two, three] = [newEmail(), newEmail(), newEmail()];
    const owner = await create({ contact_points: [emailPoint(firstEmail), emailPoint(two), emailPoint(three)] });
    const [first, second] = owner.contact_points;
    await tenant.admin.removeContactPoint({ id: owner.id, point_id: first?.id as string });
    await create({ contact_points: [emailPoint(firstEmail)] });
    await tenant.admin.updateContactPoint({ id: owner.id, point_id: second?.id as string, contact_value: newEmail() });
    await create({ contact_points: [emailPoint(two)] });
    await tenant.admin.deletePerson({ id: owner.id });
    const next = await create({ contact_points: [emailPoint(three)] });
    const { data: back } = await tenant.admin.restorePerson({ id: owner.id });
    const lostPoint = back.contact_points.find(({ contact_value }) => contact_value === three);
    expect(lostPoint).toMatchObject({ normalized: null });
    const response = await tenant.admin.resolvePerson({ emails: [three] });
    expect(response.data.person.id).toBe(next.id);
  });

  it("without an owner go to one of several concurrent requests", async () => {
    const mail = newEmail();
    const { id } = await create({ contact_points: [emailPoint(mail)] });
    await tenant.admin.deletePerson({ id });
    const otherPersons = await Promise.all(Array.from({ length: 8 }, () => create()));
    const results = await Promise.allSettled(
      otherPersons.map((otherPerson) => tenant.admin.addContactPoint({ id: otherPerson.id, ...emailPoint(mail) })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const holders = await Promise.all(otherPersons.map((otherPerson) => get(otherPerson.id)));
    expect(holders.flatMap(({ contact_points }) => contact_points)).toHaveLength(1);
  });

  it("are shared if one of two persons marks them so, and then identify neither", async () => {
    const mail = newEmail();
    const firstPerson = await create({ first_name: "Ann", contact_points: [emailPoint(mail)] });
    const two = await create({ first_name: "Bea", contact_points: [emailPoint(mail, { is_shared: true })] });
    expect((await get(firstPerson.id)).contact_points[0]?.is_shared).toBe(true);
    const response = await tenant.admin.resolvePerson({ emails: [mail], first_name: "Cleo" });
    expect([firstPerson.id, two.id]).not.toContain(response.data.person.id);
    await tenant.admin.removeContactPoint({ id: firstPerson.id, point_id: firstPerson.contact_points[0]?.id as string });
    expect((await get(two.id)).contact_points).toHaveLength(1);
  });

  it("R21 of social networks identify their person, and can be searched", async () => {
    const page = "https://www.linkedin.com/in/Grace-M-Hopper/";
    const account = { platform_name: "LinkedIn", contact_value: "Grace", platform_profile_url: page };
    const resolve = async (more: object) => (await tenant.admin.resolvePerson(more)).data;
    const { person, is_new } = await resolve({ first_name: "Grace", social_accounts: [account] });
    expect(is_new).toBe(true);
    const [point] = person.contact_points;
    expect(point).toMatchObject({ contact_type: "social", ...account, normalized: "linkedin:in/grace-m-hopper" });
    const again = await resolve({ social_accounts: [{ platform_name: "linkedin", contact_value: "in/grace-m-hopper" }] });
    expect(again).toMatchObject({ is_new: false, person: { id: person.id } });
    // The same name on another platform is another account; an email address has priority over an account.
    expect((await resolve({ social_accounts: [{ ...account, platform_name: "xing" }] })).is_new).toBe(true);
    const mail = newEmail();
    const otherPerson = await create({ contact_points: [emailPoint(mail)] });
    expect((await resolve({ emails: [mail], social_accounts: [account] })).person.id).toBe(otherPerson.id);
    await expect(resolve({ social_accounts: [{ contact_value: "grace" }] })).rejects.toMatchObject({ status: 400 });
    await app.settle();
    for (const search of ["in/grace-m-hopper", "hopper grace", "linkedin hopper"]) {
      const { data } = await tenant.admin.listPersons({ search });
      expect([search, data.map(({ id }) => id)]).toEqual([search, expect.arrayContaining([person.id])]);
    }
  });

  it("of one person can be shared with another all at once", async () => {
    const [mail, number] = [newEmail(), "0485 31 32 33"];
    const points = [emailPoint(mail), { contact_type: "phone", contact_value: number }];
    const firstPerson = await create({ first_name: "Ann", contact_points: points });
    const two = await create({ first_name: "Bea", contact_points: points.map((point) => ({ ...point, is_shared: true })) });
    for (const { id } of [firstPerson, two])
      expect((await get(id)).contact_points.map(({ is_shared }) => is_shared)).toEqual([true, true]);
  });

  it("of two other persons, named for a third, make a duplicate candidate with each", async () => {
    const [mail, number] = [newEmail(), "0485 41 42 43"];
    const [firstPerson, two, third] = [
      await create({ contact_points: [emailPoint(mail)] }),
      await create({ contact_points: [{ contact_type: "phone", contact_value: number }] }),
      await create({ first_name: "Cleo", last_name: "Third" }),
    ];
    await tenant.admin.createLead(newLead({ personal_key_id: third.id, email: mail, phone: number }));
    const { data } = await tenant.admin.listPersonDuplicates({ id: third.id });
    expect(data.map(({ other_person_id }) => other_person_id).sort()).toEqual([firstPerson.id, two.id].sort());
  });

  it("become shared for their owner when a third name is entered with them", async () => {
    const mail = newEmail();
    const leads = [];
    for (const first_name of ["Ann", "Bob", "Cid"])
      leads.push((await tenant.admin.createLead(newLead({ first_name, last_name: "Dee", email: mail }))).data);
    const [first, second, third] = leads;
    expect(second?.personal_key_id).toBe(first?.personal_key_id);
    expect(third?.personal_key_id).not.toBe(first?.personal_key_id);
    for (const lead of [first, third]) {
      const { contact_points } = await get(lead?.personal_key_id as string);
      expect(contact_points.find(({ contact_value }) => contact_value === mail)?.is_shared).toBe(true);
    }
  });

  it("have one primary of each type, a verification time, and are listed by type and lead", async () => {
    const person = await create({ contact_points: [emailPoint(newEmail()), emailPoint(newEmail())] });
    const [first, second] = person.contact_points;
    expect([first?.is_primary, second?.is_primary]).toEqual([true, false]);
    const response = await tenant.admin.updateContactPoint({
      id: person.id,
      point_id: second?.id as string,
      is_primary: true,
      is_verified: true,
    });
    expect(response.data.contact_points.map(({ is_primary }) => is_primary)).toEqual([false, true]);
    expect(response.data.contact_points[1]).toMatchObject({ is_verified: true, verified_at: expect.any(String) });
    expect(response.data.emails[0]).toBe(second?.contact_value);
    const lead = await tenant.admin.createLead(newLead({ personal_key_id: person.id, phone: "0485 11 22 44" }));
    const ofLead = await tenant.admin.listContactPoints({ id: person.id, lead_id: lead.data.id });
    expect(ofLead.data.map(({ contact_type }) => contact_type)).toEqual(expect.arrayContaining(["phone"]));
    const phones = await tenant.admin.listContactPoints({ id: person.id, contact_type: "phone" });
    expect(phones.data).toHaveLength(1);
  });

  it("on a platform are identified by the platform's own id", async () => {
    const social = (user: string) => ({
      contact_type: "social",
      contact_value: "Grace H.",
      platform_name: "LinkedIn",
      platform_user_id: user,
      platform_profile_url: "https://www.linkedin.com/in/grace",
    });
    const [a, b] = [`u${++serial}`, `u${++serial}`];
    const firstPerson = await create({ contact_points: [social(a)] });
    await create({ contact_points: [social(b)] });
    expect(firstPerson.contact_points[0]).toMatchObject({ normalized: `linkedin:${a}`, platform_name: "LinkedIn" });
    expect((await expectRejection(create({ contact_points: [social(a)] }))).status).toBe(409);
  });
});

describe("telephone numbers", () => {
  it("are read in the notation of the default country, with their extension", async () => {
    const belgian = await create({ contact_points: [{ contact_type: "phone", contact_value: "+32 485 00 11 22" }] });
    for (const phone of ["0032485001122", "0485001122", "0485/00.11.22"]) {
      expect((await tenant.admin.resolvePerson({ phones: [phone] })).data.person.id).toBe(belgian.id);
    }
    const office = await create({ contact_points: [{ contact_type: "phone", contact_value: "+32 485 00 11 22 ext. 7" }] });
    expect(office.contact_points[0]?.normalized).toBe("+32485001122;ext=7");
    const american = await signUp(app, { default_country: "US" });
    const { data } = await american.admin.createPerson({
      contact_points: [{ contact_type: "phone", contact_value: "+1 803 456 6126" }],
    });
    const response = await american.admin.resolvePerson({ phones: ["8034566126"] });
    expect(response.data).toMatchObject({ is_new: false, person: { id: data.id } });
    expect((await tenant.admin.resolvePerson({ phones: ["8034566126"] })).data.is_new).toBe(true);
  });

  it("that are invalid identify no person and cause no error", async () => {
    for (const phone of ["456-6126", "++", "☎", "0", "1".repeat(50)]) {
      const first = await tenant.admin.resolvePerson({ phones: [phone] });
      const second = await tenant.admin.resolvePerson({ phones: [phone] });
      expect(first.data.person.id).not.toBe(second.data.person.id);
    }
    const typed = await create({ contact_points: [{ contact_type: "phone", contact_value: "456-6126" }] });
    expect(typed.contact_points[0]).toMatchObject({ contact_value: "456-6126", normalized: null });
  });
});

describe("resolving", () => {
  it("returns the same person to a hundred concurrent callers", async () => {
    const [mail, key] = [newEmail(), `k${++serial}`];
    const ask = { external_key: key, emails: [mail], phones: ["0485 77 66 55"], first_name: "Grace", last_name: "Hopper" };
    const answers = await Promise.all(Array.from({ length: 100 }, () => tenant.admin.resolvePerson(ask)));
    expect(new Set(answers.map(({ data }) => data.person.id)).size).toBe(1);
    expect(answers.filter(({ data }) => data.is_new)).toHaveLength(1);
    const person = await get(answers[0]?.data.person.id as string);
    expect(person).toMatchObject({ external_key: key, contact_points: [{ contact_type: "email" }, { contact_type: "phone" }] });
  });

  it("prefers the external key over contact points, and adds it to the person found", async () => {
    const mail = newEmail();
    const firstResponse = await tenant.admin.resolvePerson({ emails: [mail], external_key: "crm-1" });
    const again = await tenant.admin.resolvePerson({ external_key: "crm-1", emails: [newEmail()] });
    expect(again.data.person.id).toBe(firstResponse.data.person.id);
    // A different external key means a different person, even with the same address.
    const otherResponse = await tenant.admin.resolvePerson({ emails: [mail], external_key: "crm-2" });
    expect(otherResponse.data.person.id).not.toBe(firstResponse.data.person.id);
  });

  it("finds no person of another tenant", async () => {
    const mail = newEmail();
    const { data } = await tenant.admin.resolvePerson({ emails: [mail] });
    const stranger = await signUp(app);
    expect((await stranger.admin.resolvePerson({ emails: [mail] })).data.person.id).not.toBe(data.person.id);
  });
});

describe("addresses", () => {
  it("are normalized to ISO codes, with one default of each type", async () => {
    const person = await create({
      addresses: [
        { address_line1: "Main Street 1", city: "Austin", state: "Texas", country: "United States", postal_code: "73301" },
        { type: "billing", city: "Ghent", postal_code: "9000" },
        { type: "billing", city: "Liège", is_default: true },
      ],
    });
    expect(person.addresses.map(({ type, state, country, is_default }) => [type, state, country, is_default])).toEqual([
      ["primary", "US-TX", "US", true],
      ["billing", null, "BE", false],
      ["billing", null, "BE", true],
    ]);
    const [, ghent, liege] = person.addresses;
    const { data: movedPerson } = await tenant.admin.updateAddress({
      id: person.id,
      address_id: ghent?.id as string,
      is_default: true,
    });
    expect(movedPerson.addresses.map(({ is_default }) => is_default)).toEqual([true, true, false]);
    const { data: updatedPerson } = await tenant.admin.removeAddress({ id: person.id, address_id: ghent?.id as string });
    expect(updatedPerson.addresses.map(({ id, is_default }) => [id, is_default])).toEqual([
      [person.addresses[0]?.id, true],
      [liege?.id, true],
    ]);
    expect((await expectRejection(tenant.admin.removeAddress({ id: person.id, address_id: "no-such" }))).status).toBe(404);
  });

  it("are located by the geocoder, until they change", async () => {
    const placing = await startTestApp();
    Object.assign(placing.ports, { geocoder: { locate: async () => ({ latitude: 51.05, longitude: 3.72 }) } });
    const { admin } = await signUp(placing);
    const { data } = await admin.createPerson({ addresses: [{ city: "Ghent", country: "BE" }] });
    const addressKey = { id: data.id, address_id: data.addresses[0]?.id as string };
    const verifiedResponse = await admin.verifyAddress(addressKey);
    expect(verifiedResponse.data.addresses[0]).toMatchObject({
      latitude: 51.05,
      is_verified: true,
      verified_at: expect.any(String),
    });
    const movedResponse = await admin.updateAddress({ ...addressKey, city: "Bruges" });
    expect(movedResponse.data.addresses[0]).toMatchObject({ latitude: null, is_verified: false, verified_at: null });
    await placing.stop();
  });
});

describe("preferences", () => {
  it("store the latest answer by channel and purpose", async () => {
    const { id } = await create();
    const set = (preferences: Input[]) => allowAnyInput(tenant.admin).setPreferences({ id, preferences });
    await set([{ channel: "email", consent: "allowed", source: "form", at: "2026-01-02T00:00:00Z" }]);
    await set([{ channel: "sms", purpose: "newsletter", consent: "REFUSED", at: "2026-01-02T00:00:00Z" }]);
    const { data } = await set([{ channel: "email", consent: "REFUSED", at: "2026-01-01T00:00:00Z" }]);
    expect(data.preferences).toEqual([
      { channel: "email", purpose: "any", consent: "ALLOWED", source: "form", at: "2026-01-02T00:00:00.000Z" },
      { channel: "sms", purpose: "newsletter", consent: "REFUSED", source: null, at: "2026-01-02T00:00:00.000Z" },
    ]);
  });

  it("tell whether a person may be contacted: no answer is consent only where no opt-in is required", async () => {
    const { id } = await create();
    const allows = async (channel: string, purpose?: string): Promise<boolean> =>
      runIn(systemContext(app.ports, tenant.id, "test"), async () =>
        Preferences.isAllowed(await Identity.read(id), channel, purpose),
      );
    const set = (consent: string, channel: string, purpose = "any") =>
      tenant.admin.setPreferences({ id, preferences: [{ channel, purpose, consent }] });
    expect([await allows("email"), await allows("sms")]).toEqual([true, false]);
    await set("ALLOWED", "sms", "appointments");
    expect([await allows("sms"), await allows("sms", "appointments")]).toEqual([false, true]);
    await set("REFUSED", "email");
    await set("ALLOWED", "email", "invoices");
    expect([await allows("email"), await allows("email", "invoices")]).toEqual([false, false]);
    await set("NOT_ASKED", "email");
    expect([await allows("email"), await allows("email", "invoices")]).toEqual([true, true]);
  });
});
