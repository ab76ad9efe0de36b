import { randomUUID } from "node:crypto";
import { ReachLink } from "@crm/core/suppression/link.ts";
import { Refused } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { linkTo } from "../../pages/support.ts";
import { inTenant } from "../../suppression/support.ts";
import { type Scene, verb } from "../harness.ts";

interface Subject {
  id: string;
  point_id: string;
  email: string;
}

/** Somebody with an address of their own. */
async function somebody({ crm }: Scene): Promise<Subject> {
  const email = `r${randomUUID().slice(0, 8)}@strike.example`;
  const contact_points = [{ contact_type: "email", contact_value: email }];
  const { data } = await crm.createPerson({ first_name: "Ann", contact_points } as never);
  return { id: data.id, point_id: data.contact_points[0]?.id ?? "", email };
}

const at = ({ id, point_id }: Subject) => ({ id, point_id });
const pointOf = async ({ crm }: Scene, { id }: Subject) => (await crm.getPerson({ id })).data.contact_points[0];
const codeIn = ({ line }: Scene, { email }: Subject): string =>
  /^\d{6}/.exec(line.app.mail.sent(email).at(-1)?.subject ?? "")?.[0] ?? expect.fail("No code");

/** Sends a form that is pressed, as a browser does. */
async function press({ line }: Scene, link: string, body: string) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await line.transport()({ method: "POST", path: new URL(link).pathname, query: "", headers, body });
  if (answer.status >= 400) throw new Refused(answer);
  return { data: answer.body };
}

/** What is put on the list shows with who has the address. */
const listed = verb<Subject>({
  name: "createSuppression",
  covers: { operations: ["createSuppression"], subscribers: ["suppression-persons"] },
  prepare: somebody,
  ask: ({ crm }, { email }, options) =>
    crm.createSuppression({ channel: "email", address: email, reason: "STOP" } as never, options),
  by: (name) => name === "request" || name === "suppression-persons",
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

/** And is taken off it. */
const lifted = verb<Subject>({
  name: "liftSuppression",
  covers: { operations: ["liftSuppression", "removeSuppression"], subscribers: ["suppression-persons"] },
  async prepare(scene) {
    const subject = await somebody(scene);
    await scene.crm.createSuppression({ channel: "email", address: subject.email } as never);
    await scene.line.drain();
    return subject;
  },
  ask: ({ crm }, { email }, options) => crm.liftSuppression({ channel: "email", address: email }, options),
  by: (name) => name === "request" || name === "suppression-persons",
  async check({ crm }, { id, email }) {
    expect((await crm.checkSuppression({ channel: "email", address: email })).data.is_suppressed).toBe(false);
    const { preferences } = (await crm.getPerson({ id })).data;
    expect(preferences.map(({ consent }) => consent)).toEqual(["NOT_ASKED"]);
  },
});

/** The refusal of who is deleted comes onto the list, once. */
const left = verb<Subject>({
  name: "the refusal of a person who is deleted",
  covers: { subscribers: ["suppression-persons"] },
  async prepare(scene) {
    const subject = await somebody(scene);
    const preferences = [{ channel: "email", consent: "REFUSED" }];
    await scene.crm.setPreferences({ id: subject.id, preferences } as never);
    return subject;
  },
  ask: ({ crm }, { id }, options) => crm.deletePerson({ id }, options),
  by: (name) => name === "suppression-persons",
  async check({ crm }, { email }) {
    const { data } = await crm.checkSuppression({ channel: "email", address: email });
    expect(data.reasons).toEqual(["BY_HAND"]);
    expect((await crm.getSuppression({ id: data.suppression_id ?? "" })).data.version).toBe(1);
  },
});

/** One press opts out. */
const pressed = verb<Subject & { link: string }>({
  name: "sendReachPage",
  covers: { operations: ["sendReachPage"] },
  answersAnew: true,
  async prepare(scene) {
    const subject = await somebody(scene);
    const link = await inTenant(scene.line.app, scene.tenant, () =>
      ReachLink.linkOf({ channel: "email", address: subject.email }),
    );
    return { ...subject, link };
  },
  ask: (scene, { link }) => press(scene, link, "List-Unsubscribe=One-Click"),
  by: (name) => name === "request",
  async check({ crm }, { email }) {
    const { data } = await crm.checkSuppression({ channel: "email", address: email });
    expect(data.reasons).toEqual(["UNSUBSCRIBED"]);
  },
});

/** The last code that came is good, whatever was struck before. */
const sent = verb<Subject>({
  name: "verifyContactPoint",
  covers: { operations: ["verifyContactPoint"] },
  answersAnew: true,
  prepare: somebody,
  ask: ({ crm }, subject, options) => crm.verifyContactPoint(at(subject), options),
  by: (name) => name === "request",
  async check(scene, subject) {
    await scene.crm.confirmContactPoint({ ...at(subject), code: codeIn(scene, subject) });
    expect(await pointOf(scene, subject)).toMatchObject({ is_verified: true, verified_by: "code" });
  },
});

/** A code counts once, and a lost answer is told again. */
const told = verb<Subject & { code: string }>({
  name: "confirmContactPoint",
  covers: { operations: ["confirmContactPoint"] },
  async prepare(scene) {
    const subject = await somebody(scene);
    await scene.crm.verifyContactPoint(at(subject));
    return { ...subject, code: codeIn(scene, subject) };
  },
  ask: ({ crm }, subject, options) => crm.confirmContactPoint({ ...at(subject), code: subject.code }, options),
  by: (name) => name === "request",
  async check(scene, subject) {
    expect(await pointOf(scene, subject)).toMatchObject({ is_verified: true, verified_by: "code" });
    expect((await scene.crm.getPerson({ id: subject.id })).data.version).toBe(2);
  },
});

const confirmed = verb<Subject & { link: string }>({
  name: "sendVerificationPage",
  covers: { operations: ["sendVerificationPage"] },
  answersAnew: true,
  async prepare(scene) {
    const subject = await somebody(scene);
    await scene.crm.verifyContactPoint(at(subject));
    return { ...subject, link: await linkTo(scene.line.app, subject.email, "/v/") };
  },
  ask: (scene, { link }) => press(scene, link, ""),
  by: (name) => name === "request",
  async check(scene, subject) {
    expect(await pointOf(scene, subject)).toMatchObject({ is_verified: true, verified_by: "link" });
    expect((await scene.crm.getPerson({ id: subject.id })).data.version).toBe(2);
  },
});

export const reach = [listed, lifted, left, pressed, sent, told, confirmed];
