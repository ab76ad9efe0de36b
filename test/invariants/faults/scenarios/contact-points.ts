import { randomUUID } from "node:crypto";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import { ApiError } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { findMailLink } from "../../../functions/pages/support.ts";
import { runInTenant } from "../../../people/suppression/support.ts";
import { defineScenario, type Fixture } from "../harness.ts";

interface Subject {
  id: string;
  point_id: string;
  email: string;
}

/** A person with a unique email address. */
async function createPerson({ crm }: Fixture): Promise<Subject> {
  const email = `r${randomUUID().slice(0, 8)}@strike.example`;
  const contact_points = [{ contact_type: "email", contact_value: email }];
  const { data } = await crm.createPerson({ first_name: "Ann", contact_points });
  return { id: data.id, point_id: data.contact_points[0]?.id ?? "", email };
}

const pointParams = ({ id, point_id }: Subject) => ({ id, point_id });
const readPoint = async ({ crm }: Fixture, { id }: Subject) => (await crm.getPerson({ id })).data.contact_points[0];
const readMailedCode = ({ system: line }: Fixture, { email }: Subject): string =>
  /^\d{6}/.exec(line.app.mail.sent(email).at(-1)?.subject ?? "")?.[0] ?? expect.fail("No code");

/** Submits a form as a browser does when a button is pressed. */
async function submitForm({ system: line }: Fixture, link: string, body: string) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await line.transport()({ method: "POST", path: new URL(link).pathname, query: "", headers, body });
  if (answer.status >= 400) throw new ApiError(answer);
  return { data: answer.body };
}

/** An address on the suppression list is marked on the person who has it. */
const suppressionCreation = defineScenario<Subject>({
  name: "createSuppression",
  covers: { operations: ["createSuppression"], subscribers: ["suppression-persons"] },
  prepare: createPerson,
  ask: ({ crm }, { email }, options) => crm.createSuppression({ channel: "email", address: email, reason: "STOP" }, options),
  countsWrite: (name) => name === "request" || name === "suppression-persons",
  async check({ crm }, { id, email }) {
    const { data } = await crm.checkSuppression({ channel: "email", address: email });
    expect(data).toMatchObject({ is_suppressed: true, reasons: ["STOP"] });
    const { data: record } = await crm.getSuppression({ id: data.suppression_id ?? "" });
    const { preferences, version } = (await crm.getPerson({ id })).data;
    expect([record.version, version, preferences.map(({ purpose, consent }) => [purpose, consent])]).toEqual([
      ...[1, 2],
      [["any", "REFUSED"]],
    ]);
  },
});

/** Removing an address from the list removes the mark. */
const suppressionLift = defineScenario<Subject>({
  name: "liftSuppression",
  covers: { operations: ["liftSuppression", "removeSuppression"], subscribers: ["suppression-persons"] },
  async prepare(scene) {
    const subject = await createPerson(scene);
    await scene.crm.createSuppression({ channel: "email", address: subject.email });
    await scene.system.drain();
    return subject;
  },
  ask: ({ crm }, { email }, options) => crm.liftSuppression({ channel: "email", address: email }, options),
  countsWrite: (name) => name === "request" || name === "suppression-persons",
  async check({ crm }, { id, email }) {
    expect((await crm.checkSuppression({ channel: "email", address: email })).data.is_suppressed).toBe(false);
    const { preferences } = (await crm.getPerson({ id })).data;
    expect(preferences.map(({ consent }) => consent)).toEqual(["NOT_ASKED"]);
  },
});

/** When a person is deleted, their refusal is added to the suppression list once. */
const personDeletion = defineScenario<Subject>({
  name: "the refusal of a deleted person",
  covers: { subscribers: ["suppression-persons"] },
  async prepare(scene) {
    const subject = await createPerson(scene);
    const preferences = [{ channel: "email", consent: "REFUSED" }];
    await scene.crm.setPreferences({ id: subject.id, preferences });
    return subject;
  },
  ask: ({ crm }, { id }, options) => crm.deletePerson({ id }, options),
  countsWrite: (name) => name === "suppression-persons",
  async check({ crm }, { email }) {
    const { data } = await crm.checkSuppression({ channel: "email", address: email });
    expect(data.reasons).toEqual(["BY_HAND"]);
    expect((await crm.getSuppression({ id: data.suppression_id ?? "" })).data.version).toBe(1);
  },
});

/** A single click opts out. */
const optOut = defineScenario<Subject & { link: string }>({
  name: "sendReachPage",
  covers: { operations: ["sendReachPage"] },
  hasNewAnswer: true,
  async prepare(scene) {
    const subject = await createPerson(scene);
    const link = await runInTenant(scene.system.app, scene.tenant, () =>
      PreferencesLink.buildLink({ channel: "email", address: subject.email }),
    );
    return { ...subject, link };
  },
  ask: (scene, { link }) => submitForm(scene, link, "List-Unsubscribe=One-Click"),
  countsWrite: (name) => name === "request",
  async check({ crm }, { email }) {
    const { data } = await crm.checkSuppression({ channel: "email", address: email });
    expect(data.reasons).toEqual(["UNSUBSCRIBED"]);
  },
});

/** The last code that was sent is valid, also after earlier failures. */
const verificationSending = defineScenario<Subject>({
  name: "verifyContactPoint",
  covers: { operations: ["verifyContactPoint"] },
  hasNewAnswer: true,
  prepare: createPerson,
  ask: ({ crm }, subject, options) => crm.verifyContactPoint(pointParams(subject), options),
  countsWrite: (name) => name === "request",
  async check(scene, subject) {
    await scene.crm.confirmContactPoint({ ...pointParams(subject), code: readMailedCode(scene, subject) });
    expect(await readPoint(scene, subject)).toMatchObject({ is_verified: true, verified_by: "code" });
  },
});

/** A code counts once, and a lost answer is returned again. */
const verificationByCode = defineScenario<Subject & { code: string }>({
  name: "confirmContactPoint",
  covers: { operations: ["confirmContactPoint"] },
  async prepare(scene) {
    const subject = await createPerson(scene);
    await scene.crm.verifyContactPoint(pointParams(subject));
    return { ...subject, code: readMailedCode(scene, subject) };
  },
  ask: ({ crm }, subject, options) => crm.confirmContactPoint({ ...pointParams(subject), code: subject.code }, options),
  countsWrite: (name) => name === "request",
  async check(scene, subject) {
    expect(await readPoint(scene, subject)).toMatchObject({ is_verified: true, verified_by: "code" });
    expect((await scene.crm.getPerson({ id: subject.id })).data.version).toBe(2);
  },
});

const verificationByPage = defineScenario<Subject & { link: string }>({
  name: "sendVerificationPage",
  covers: { operations: ["sendVerificationPage"] },
  hasNewAnswer: true,
  async prepare(scene) {
    const subject = await createPerson(scene);
    await scene.crm.verifyContactPoint(pointParams(subject));
    return { ...subject, link: await findMailLink(scene.system.app, subject.email, "/v/") };
  },
  ask: (scene, { link }) => submitForm(scene, link, ""),
  countsWrite: (name) => name === "request",
  async check(scene, subject) {
    expect(await readPoint(scene, subject)).toMatchObject({ is_verified: true, verified_by: "link" });
    expect((await scene.crm.getPerson({ id: subject.id })).data.version).toBe(2);
  },
});

export const scenarios = [
  suppressionCreation,
  suppressionLift,
  personDeletion,
  optOut,
  verificationSending,
  verificationByCode,
  verificationByPage,
];
