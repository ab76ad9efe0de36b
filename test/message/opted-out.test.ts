import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { usualSettings } from "@crm/core/kernel/settings.ts";
import { ses } from "@crm/core/message/mail-hooks.ts";
import { Members } from "@crm/core/reengagement/member.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { ReachLink } from "@crm/core/suppression/link.ts";
import type { Suppression } from "@crm/core/suppression/reasons.rules.ts";
import { suppressions } from "@crm/core/suppression/suppression.import.ts";
import { Suppressions } from "@crm/core/suppression/suppressions.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceOf, type Random } from "../chance.ts";
import { visit } from "../offer/support.ts";
import { send as press } from "../pages/support.ts";
import { sizeFrom } from "../sample.ts";
import { inProcess, signUp, startTestApp, type Tenant } from "../support.ts";
import { idAt, type Texting, texting } from "./texting.ts";

/**
 * Nobody who opted out, by whichever path, gets a message by any: what people say of themselves, what is said of them, what becomes of their
 * records, and messages, in any order. Who may get what is known by a model of its own, who got what by the doubles of the providers.
 */
let app: App;
let tenant: Tenant;
/** By a key, which no moved clock ends. */
let crm: Client;
let texts: Texting;
let templates: Readonly<Record<Channel, string>>;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T12:00:00Z" });
  const quiet_hours = { from: "00:00", to: "00:00" };
  tenant = await signUp(app, { default_country: "US", quiet_hours, mail_opt_in_required: false, visibility: "all" });
  texts = await texting(app, tenant);
  const { data: key } = await tenant.admin.createApiKey({ name: "Sender", role: "ADMIN" });
  crm = createClient(inProcess(app, key.key));
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await crm.createMailAccount(account as never);
  templates = { sms: await templateOf("sms", WORDS), email: await templateOf("email", WORDS) };
});
afterAll(() => app.stop());

const WORDS = "{{contact.first_name}}";
const RUNS = sizeFrom("CRM_RUNS", 2, 10);
/** Few runs may send no mail to many, for example: then more follow, up to so many. */
const MOST_RUNS = Math.max(RUNS, 10);
const STEPS = 24;
/** So many of the steps are messages. */
const MESSAGES = 0.45;
/** And so many of these a batch writes by itself, or a mail to many. */
const BY_ITSELF = 0.3;

async function templateOf(channel: Channel, words: string): Promise<string> {
  const said = channel === "sms" ? { body_text: words } : { subject: "Words", body_html: `<p>${words}</p>` };
  return (await crm.createMessageTemplate({ name: `${channel} ${words}`, channel: channel.toUpperCase(), ...said } as never)).data
    .id;
}

const channels = ["sms", "email"] as const;
type Channel = (typeof channels)[number];
type Purpose = "marketing" | "service";

/** A person, as the model has them. */
interface Human {
  id: string;
  points: Readonly<Record<Channel, readonly string[]>>;
  into: Human | null;
  isDeleted: boolean;
  /** They were away: others may have what was theirs. */
  hasLeft: boolean;
  /** Questions that they answered by no, such as `sms any`. */
  refuses: Set<string>;
  /** Their records went another way than a model so simple follows: of them it says what must not come, and not what must. */
  isTangled: boolean;
}

interface Sent {
  id: string;
  text: string;
  channel: Channel;
  address: string;
  purpose: Purpose;
  human: Human;
  /** Of a batch, which has more reasons to leave somebody alone, or of a mail to many. */
  of?: "batch" | "send";
}

interface Scene {
  chance: Random;
  humans: Human[];
  /** Why an address is on the list, by channel and address. */
  list: Map<string, Set<Suppression>>;
  links: Map<string, string>;
  /** Leads and contacts that say of their person what they refuse. */
  flagged: { of: "lead" | "contact"; id: string; human: Human }[];
  /** Messages that others write by themselves, and have not yet: `find` gives the id, null where none comes. */
  coming: { of: "batch" | "send"; text: string; channel: Channel; find: () => Promise<string | null | undefined> }[];
  /** What was handed in and has not come out. */
  waiting: Sent[];
  done: string[];
  tally: Tally;
}

interface Tally {
  went: number;
  batch: number;
  send: number;
  refused: number;
  unasked: number;
  failed: number;
}

const inside = <T>(work: () => Promise<T>): Promise<T> =>
  runIn({ ...systemContext(app.ports, tenant.id, "test"), settings: { ...usualSettings, default_country: "US" } }, work);

let said = 0;

const oneOf = <T>(chance: Random, all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T;
const keyOf = (channel: Channel, address: string): string => `${channel} ${address}`;
const reasonsOf = ({ list }: Scene, channel: Channel, address: string): Set<Suppression> => {
  const key = keyOf(channel, address);
  const known = list.get(key) ?? new Set<Suppression>();
  list.set(key, known);
  return known;
};

const rootOf = (human: Human): Human => (human.into ? rootOf(human.into) : human);
const groupOf = ({ humans }: Scene, human: Human): Human[] => humans.filter((each) => rootOf(each) === rootOf(human));
const isLive = (human: Human): boolean => !rootOf(human).isDeleted;

/** Everybody whom a message to an address reaches or means, with those that they are one with. */
const meantBy = (scene: Scene, { channel, address, human }: Pick<Sent, "channel" | "address" | "human">): Human[] =>
  [...new Set([human, ...scene.humans.filter(({ points }) => points[channel].includes(address))])].flatMap((each) =>
    groupOf(scene, each),
  );

/** Of the channel itself, whoever wrote. */
const GRAVE: readonly Suppression[] = ["STOP", "BOUNCED", "COMPLAINED"];

/** Why a message must not come; undefined where it may. */
function whyNot(scene: Scene, sent: Sent): string | undefined {
  const { channel, address, purpose } = sent;
  const isMarketing = purpose === "marketing";
  const stands = [...reasonsOf(scene, channel, address)].find((reason) => isMarketing || GRAVE.includes(reason));
  if (stands) return stands;
  const questions = isMarketing ? ["any", "marketing"] : ["any", "service"];
  const own = groupOf(scene, sent.human);
  // Of who is away, or was, the list keeps that they want no marketing.
  const who = meantBy(scene, sent).find(
    (each) =>
      (isMarketing || (isLive(each) && (own.includes(each) || !groupOf(scene, each).some(({ hasLeft }) => hasLeft)))) &&
      questions.some((question) => each.refuses.has(`${channel} ${question}`)),
  );
  return who && `${who.id} refuses`;
}

/** Whether nothing at all speaks against a message: it has to come. */
function mustCome(scene: Scene, sent: Sent): boolean {
  const all = meantBy(scene, sent);
  return (
    whyNot(scene, sent) === undefined &&
    all.every(
      ({ isTangled, refuses, points }) =>
        !isTangled &&
        ![...refuses].some((each) => each.startsWith(sent.channel)) &&
        points[sent.channel].every((address) => reasonsOf(scene, sent.channel, address).size === 0),
    )
  );
}

/** The ways in which people write one and the same address. */
function spelled(chance: Random, channel: Channel, address: string): string {
  if (channel === "email") return oneOf(chance, [address, address.toUpperCase(), ` ${address.replace("j", "J")} `]);
  const [, area, first, last] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(address) ?? [];
  return oneOf(chance, [address, `+1 (${area}) ${first}-${last}`, `${area}.${first}.${last}`, `(${area}) ${first} ${last}`]);
}

let last = 0;
const freshNumber = (): string => `+1646${2_000_000 + ++last}`;

const pointsOf = (chance: Random, points: Human["points"], more: object = {}) => [
  ...points.sms.map((each) => ({ contact_type: "phone", contact_value: spelled(chance, "sms", each), ...more })),
  ...points.email.map((each) => ({ contact_type: "email", contact_value: spelled(chance, "email", each).trim(), ...more })),
];

const NAME = { first_name: "Jane", last_name: "Reader" };

async function born(scene: Scene, points: Human["points"], more: object = {}): Promise<Human> {
  const contact_points = pointsOf(scene.chance, points, more);
  // Without a word of theirs a text message of marketing would go to nobody.
  const preferences = channels.map((channel) => ({ channel, purpose: "marketing", consent: "ALLOWED" }));
  const { data } = await crm.createPerson({ ...NAME, contact_points, preferences } as never);
  return known(scene, data.id, points);
}

function known(scene: Scene, id: string, points: Human["points"]): Human {
  const human = { id, points, into: null, isDeleted: false, hasLeft: false, refuses: new Set<string>(), isTangled: false };
  scene.humans.push(human);
  return human;
}

interface Place {
  channel: Channel;
  address: string;
}

function somewhere({ chance, humans }: Scene, only?: Channel): Place {
  const channel = only ?? oneOf(chance, channels);
  return { channel, address: oneOf(chance, [...new Set(humans.flatMap(({ points }) => points[channel]))]) };
}

const somebody = ({ chance, humans }: Scene, isIt: (human: Human) => boolean): Human | undefined =>
  oneOf(chance, humans.filter(isIt));

/** Who has a number answers with a word, that the double itself does not know: it is ours that keeps them from getting more. */
async function answers(scene: Scene, words: readonly string[]): Promise<string> {
  const { address } = somewhere(scene, "sms");
  const ours = (await texts.messages()).find(({ to, direction }) => to === address && direction === "outbound-api");
  if (!ours) return "";
  await texts.act(idAt(ours), "reply", { reason: oneOf(scene.chance, words) });
  await settled(scene);
  return address;
}

async function link(scene: Scene, { channel, address }: Place): Promise<string> {
  const key = keyOf(channel, address);
  const found = scene.links.get(key) ?? (await inside(() => ReachLink.linkOf({ channel, address })));
  scene.links.set(key, found);
  return found;
}

async function reported(scene: Scene, became: "Bounce" | "Complaint"): Promise<Place> {
  const place = somewhere(scene, "email");
  const who = { emailAddress: spelled(scene.chance, "email", place.address).trim() };
  const timestamp = (await now()).toISOString();
  const event =
    became === "Bounce"
      ? { bounce: { bounceType: "Permanent", bounceSubType: "General", bouncedRecipients: [who], timestamp, feedbackId: "f" } }
      : { complaint: { complainedRecipients: [who], timestamp, complaintFeedbackType: "abuse", complaintSubType: null } };
  const mail = {
    timestamp,
    source: "news@harbour.example",
    messageId: "none",
    destination: [who.emailAddress],
    headers: [],
    tags: {},
  };
  const body = JSON.stringify({ eventType: became, mail, ...event });
  await inside(() => ses.handle({ body, delivery: { created_at: timestamp } as never }, undefined as never));
  return place;
}

const now = async (): Promise<Date> => new Date((await import("@crm/core/kernel/clock.ts")).Clock.ms());

async function says(scene: Scene, consent: "REFUSED" | "ALLOWED" | "NOT_ASKED"): Promise<void> {
  const { chance } = scene;
  const human = somebody(scene, isLive);
  if (!human) return;
  const [channel, purpose] = [oneOf(chance, channels), oneOf(chance, ["any", "marketing", "service"])];
  await crm.setPreferences({ id: human.id, preferences: [{ channel, purpose, consent }] } as never);
  for (const { refuses } of groupOf(scene, human))
    if (consent === "REFUSED") refuses.add(`${channel} ${purpose}`);
    else refuses.delete(`${channel} ${purpose}`);
}

const tangle = (scene: Scene, ...humans: readonly Human[]): void => {
  const points = humans.flatMap((each) => groupOf(scene, each)).flatMap((each) => [...each.points.sms, ...each.points.email]);
  for (const each of scene.humans)
    if (humans.includes(each) || [...each.points.sms, ...each.points.email].some((point) => points.includes(point)))
      for (const one of groupOf(scene, each)) one.isTangled = true;
};

/** What an operation is refused with that is not to be had as things stand: nothing follows from it. */
async function unless<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "CONFLICT" || code === "NOT_FOUND" || code === "RULE_VIOLATION") return undefined;
    throw error;
  }
}

async function sends(scene: Scene): Promise<void> {
  const { chance, waiting } = scene;
  const channel = oneOf(chance, channels);
  const purpose: Purpose = chance() < 0.6 ? "marketing" : "service";
  const human = chance() < 0.5 ? somebody(scene, (each) => isLive(each) && rootOf(each).points[channel].length > 0) : undefined;
  const whom = human ? { person_id: human.id } : { to: spelled(chance, channel, somewhere(scene, channel).address) };
  const text = `Words ${++said}.`;
  const words =
    chance() < 0.3
      ? { template_id: templates[channel], merge: { "contact.first_name": text } }
      : { body: text, ...(channel === "email" ? { subject: "Words" } : {}) };
  const ahead = oneOf(chance, [0, 0, 1, 24]);
  const send_at = ahead === 0 ? {} : { send_at: new Date((await now()).getTime() + ahead * 3_600_000).toISOString() };
  const { data } = await crm.sendMessage({ channel, purpose, ...whom, ...words, ...send_at } as never);
  const address = String(data.to_address);
  const meant =
    scene.humans.find(({ id }) => id === data.person_id) ?? known(scene, String(data.person_id), only({ channel, address }));
  if (meant === scene.humans.at(-1)) tangle(scene, meant);
  waiting.push({ id: data.id, text, channel, address, purpose, human: meant });
}

const only = ({ channel, address }: Place): Human["points"] => ({ sms: [], email: [], [channel]: [address] });

/** A record that has the address says that its person wants no mails. */
async function flags(scene: Scene, of: "lead" | "contact"): Promise<void> {
  const { address } = somewhere(scene, "email");
  const said = { ...NAME, email: spelled(scene.chance, "email", address).trim(), email_opt_out: true };
  const { data } = await (of === "lead" ? crm.createLead(said as never) : contactOf(said));
  const id = (data as never as { personal_key_id: string }).personal_key_id;
  const human = scene.humans.find((each) => each.id === id) ?? known(scene, id, only({ channel: "email", address }));
  tangle(scene, human);
  for (const { refuses } of groupOf(scene, human)) refuses.add("email any");
  scene.flagged.push({ of, id: data.id, human });
}

async function contactOf(said: object) {
  const { data: customer } = await crm.createCustomer({ name: "Harbour" } as never);
  return crm.createContact({ ...said, customer_id: customer.id } as never);
}

const acts: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  "answers STOP": async (scene) => {
    const address = await answers(scene, ["Quit", "unsubscribe!", "Opt out", " end "]);
    if (address) reasonsOf(scene, "sms", address).add("STOP");
  },
  "answers START": async (scene) => {
    const address = await answers(scene, ["Unstop", "unstop."]);
    if (address) reasonsOf(scene, "sms", address).delete("STOP");
  },
  "presses once": async (scene) => {
    const place = somewhere(scene);
    expect((await press(app, await link(scene, place), "List-Unsubscribe=One-Click")).status).toBe(200);
    reasonsOf(scene, place.channel, place.address).add("UNSUBSCRIBED");
  },
  "opts in on the page": async (scene) => {
    const place = somewhere(scene);
    await visit(app, await link(scene, place), {}, { channel: place.channel, act: "in" });
    reasonsOf(scene, place.channel, place.address).delete("UNSUBSCRIBED");
  },
  "is noted by staff": async (scene) => {
    const { channel, address } = somewhere(scene);
    await crm.createSuppression({ channel, address: spelled(scene.chance, channel, address) });
    reasonsOf(scene, channel, address).add("BY_HAND");
  },
  "is taken off by staff": async (scene) => {
    const { channel, address } = somewhere(scene);
    const [reason] = reasonsOf(scene, channel, address);
    if (!reason) return;
    await crm.liftSuppression({ channel, address: spelled(scene.chance, channel, address), reason });
    reasonsOf(scene, channel, address).delete(reason);
  },
  "is in a file": async (scene) => {
    const { channel, address } = somewhere(scene);
    const reason = oneOf(scene.chance, ["UNSUBSCRIBED", "BY_HAND", "STOP"] as const);
    const row = { channel, address: spelled(scene.chance, channel, address), reason };
    await inside(() => suppressions.create(row as never, undefined as never));
    reasonsOf(scene, channel, address).add(reason);
  },
  "bounces, or complains": async (scene) => {
    const became = oneOf(scene.chance, ["Bounce", "Complaint"] as const);
    const { channel, address } = await reported(scene, became);
    reasonsOf(scene, channel, address).add(became === "Bounce" ? "BOUNCED" : "COMPLAINED");
  },
  "is told to be no number": async (scene) => {
    const place = somewhere(scene, "sms");
    await inside(() => Suppressions.add({ ...place, reason: "BOUNCED" }));
    reasonsOf(scene, "sms", place.address).add("BOUNCED");
  },
  refuses: (scene) => says(scene, "REFUSED"),
  "consents anew": (scene) => says(scene, "ALLOWED"),
  "is asked no more": (scene) => says(scene, "NOT_ASKED"),
  "is a lead that refuses mails": (scene) => flags(scene, "lead"),
  "is a contact that refuses mails": (scene) => flags(scene, "contact"),
  "is a lead or a contact that takes it back": async (scene) => {
    const one = oneOf(scene.chance, scene.flagged);
    if (!one) return;
    const changed = { id: one.id, email_opt_out: false };
    const done = one.of === "lead" ? crm.updateLead(changed as never) : crm.updateContact(changed as never);
    if (!(await unless<unknown>(done))) return;
    for (const { refuses } of groupOf(scene, one.human)) refuses.delete("email any");
  },
  "is in a batch": async (scene) => {
    const human = somebody(scene, isLive);
    if (!human) return;
    const channel = oneOf(scene.chance, channels);
    const text = `Words ${++said}.`;
    const sequence = [{ channel, template_id: await templateOf(channel, text), after_days: oneOf(scene.chance, [0, 1]) }];
    const { data: batch } = await crm.createReengagementBatch({ batch_name: text, sequence } as never);
    await crm.activateReengagementBatch({ id: batch.id });
    const member = await unless(crm.addReengagementMember({ id: batch.id, person_id: human.id }));
    if (!member) return;
    const find = async () => (await inside(() => Records.load(Members, member.data.id)))?.steps[0]?.message_id;
    scene.coming.push({ of: "batch", text, channel, find });
  },
  "is mailed with many": async (scene) => {
    const human = somebody(scene, isLive);
    const contact = human && (await unless(contactOf({ personal_key_id: human.id })));
    if (!contact) return;
    const text = `Words ${++said}.`;
    const { data: list } = await crm.createContactList({ name: text });
    await crm.changeContactListMembers({ id: list.id, add: [contact.data.id] });
    const send = { name: text, contact_list_id: list.id, template_id: await templateOf("email", text) };
    const { data } = await crm.createEmailSend(send as never);
    const ahead = oneOf(scene.chance, [0, 24]);
    const at = ahead === 0 ? {} : { scheduled_send_time: new Date((await now()).getTime() + ahead * 3_600_000).toISOString() };
    await crm.scheduleEmailSend({ id: data.id, ...at } as never);
    const find = async () => (await crm.listMessages({ limit: 100 })).data.find(({ body }) => body?.includes(text))?.id;
    scene.coming.push({ of: "send", text, channel: "email", find });
  },
  "is joined": async (scene) => {
    const roots = scene.humans.filter((each) => each.into === null && isLive(each));
    const [one, other] = [oneOf(scene.chance, roots), oneOf(scene.chance, roots)];
    if (!one || !other || one === other) return;
    tangle(scene, one, other);
    if (await unless(crm.mergePersons({ id: one.id, merged_id: other.id } as never))) other.into = one;
  },
  "is parted": async (scene) => {
    const human = somebody(scene, (each) => each.into !== null && each.into.into === null && isLive(each));
    if (!human?.into) return;
    if (await unless(crm.unmergePersons({ id: human.into.id, merged_id: human.id } as never))) human.into = null;
  },
  "is deleted": async (scene) => {
    const human = somebody(scene, (each) => each.into === null && isLive(each));
    if (!human) return;
    tangle(scene, human);
    if (await unless(crm.deletePerson({ id: human.id }))) {
      human.isDeleted = true;
      for (const each of groupOf(scene, human)) each.hasLeft = true;
    }
    // The list hears of it behind the deletion.
    await settled(scene);
  },
  "is restored": async (scene) => {
    const human = somebody(scene, ({ isDeleted }) => isDeleted);
    if (human && (await unless(crm.restorePerson({ id: human.id })))) human.isDeleted = false;
  },
  "is there once more": async (scene) => {
    const human = somebody(scene, (each) => !isLive(each));
    const again = human && (await unless(born(scene, human.points)));
    if (again) tangle(scene, again);
  },
  "has a number with somebody else": async (scene) => {
    const { address } = somewhere(scene, "sms");
    const human = await unless(born(scene, only({ channel: "sms", address }), { is_shared: true }));
    if (human) tangle(scene, human);
  },
  "lets time pass": async (scene) => {
    app.setClock({ advance: oneOf(scene.chance, [0.5, 2, 25]) * 3_600_000 });
    await settled(scene);
  },
};

/** What came out is what the model lets come; what it wants to come does. */
async function settled(scene: Scene): Promise<void> {
  await app.settle();
  const at = (await now()).toISOString();
  const there = new Set((await texts.messages()).map(({ body }) => body));
  await written(scene);
  for (const sent of [...scene.waiting]) {
    const { data } = await crm.getMessage({ id: sent.id });
    const { status, send_at, held_reason } = data as never as Record<string, string>;
    const isMailed = (): boolean => app.mail.sent(sent.address).some(({ text }) => text.includes(sent.text));
    const hasGone = sent.channel === "sms" ? there.has(sent.text) : isMailed();
    const told = `${scene.done.join(", ")}: ${JSON.stringify({ ...sent, human: sent.human.id, status, held_reason })}`;
    if (hasGone) expect(whyNot(scene, sent), told).toBeUndefined();
    else if (status === "failed" && held_reason !== "no_consent" && !sent.of) expect(mustCome(scene, sent), told).toBe(false);
    else if (status !== "failed") expect(send_at && send_at > at, told).toBe(true);
    if (!hasGone && status !== "failed") continue;
    scene.waiting.splice(scene.waiting.indexOf(sent), 1);
    if (hasGone) scene.tally.went++;
    if (hasGone && sent.of) scene.tally[sent.of]++;
    if (hasGone) continue;
    if (["suppressed", "refused", "recalled"].includes(held_reason ?? "")) scene.tally.refused++;
    else if (held_reason === "no_consent") scene.tally.unasked++;
    else scene.tally.failed++;
  }
}

/** Messages that batches and mails to many have written by themselves meanwhile. */
async function written(scene: Scene): Promise<void> {
  for (const one of [...scene.coming]) {
    const found = await one.find();
    if (found === undefined) continue;
    scene.coming.splice(scene.coming.indexOf(one), 1);
    if (found === null) continue;
    const { data } = await crm.getMessage({ id: found });
    const { of, text, channel } = one;
    const place = { channel, address: String(data.to_address) };
    const human = scene.humans.find(({ id }) => id === data.person_id) ?? known(scene, String(data.person_id), only(place));
    scene.waiting.push({ id: data.id, text, ...place, purpose: "marketing", human, of });
  }
}

/** Two persons, of whom one has two numbers, and two mailboxes that differ by a dot. */
async function begun(chance: Random, tally: Tally): Promise<Scene> {
  const fresh = { humans: [], list: new Map(), links: new Map(), flagged: [], coming: [], waiting: [], done: [] };
  const scene: Scene = { chance, tally, ...fresh };
  const [n1, n2, n3] = [freshNumber(), freshNumber(), freshNumber()];
  await born(scene, { sms: [n1, n2], email: [`jane.doe${last}@gmail.com`] });
  await born(scene, { sms: [n3], email: [`janedoe${last}@gmail.com`] });
  // So that each number has what it answers to.
  for (const to of [n1, n2, n3]) await crm.sendMessage({ channel: "sms", to, body: "Hello" } as never);
  await app.settle();
  for (let nth = 0; nth < 3; nth++) await sends(scene);
  return scene;
}

it("comes to nobody who opted out, whatever happens in whichever order, and to those who did not", async () => {
  const chance = chanceOf("messages to those who opted out");
  const names = Object.keys(acts);
  const tally: Tally = { went: 0, batch: 0, send: 0, refused: 0, unasked: 0, failed: 0 };
  const isEveryKindSeen = (): boolean => Math.min(tally.went, tally.batch, tally.send, tally.refused) > 0;
  for (let run = 0; run < RUNS || (run < MOST_RUNS && !isEveryKindSeen()); run++) {
    const scene = await begun(chance, tally);
    for (let step = 0; step < STEPS; step++) {
      const asked = chance() < BY_ITSELF ? oneOf(chance, ["is in a batch", "is mailed with many"]) : "is written to";
      const name = chance() < MESSAGES ? asked : oneOf(chance, names);
      scene.done.push(name);
      await (acts[name] ?? sends)(scene);
      if (chance() < 0.4) await settled(scene);
    }
    for (let days = 0; days < 4; days++) {
      app.setClock({ advance: 26 * 3_600_000 });
      await settled(scene);
    }
    expect(scene.waiting).toEqual([]);
  }
  console.log(
    `${tally.went} went out, ${tally.batch} of them of batches and ${tally.send} of mails to many, ${tally.refused} were refused, ${tally.unasked} had no consent, ${tally.failed} failed otherwise`,
  );
  expect([isEveryKindSeen(), tally.failed], JSON.stringify(tally)).toEqual([true, 0]);
});
