import { Members } from "@crm/core/engagement/reengagement/member.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { defaultSettings } from "@crm/core/kernel/settings.ts";
import { ses } from "@crm/core/messaging/delivery/mail-webhooks.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import type { SuppressionReason } from "@crm/core/people/suppression/reasons.rules.ts";
import { suppressions } from "@crm/core/people/suppression/suppression.import.ts";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { postForm as press } from "../../functions/pages/support.ts";
import { inProcessTransport, postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { readMessageId, type SmsProviderDouble, setUpSmsProvider } from "./sms-provider-double.ts";

/**
 * A recipient who opted out in any way gets no message in any way. Persons, reports about them, changes to their records, and messages occur
 * in any order. A model decides who may get what; the doubles of the providers show who got it.
 */
let app: App;
let tenant: Tenant;
/** A client with an API key, which stays valid when the clock moves. */
let crm: Client;
let smsDouble: SmsProviderDouble;
let templates: Readonly<Record<Channel, string>>;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T12:00:00Z" });
  const quiet_hours = { from: "00:00", to: "00:00" };
  tenant = await signUp(app, {
    ...postalSettings,
    default_country: "US",
    quiet_hours,
    mail_opt_in_required: false,
    visibility: "all",
  });
  smsDouble = await setUpSmsProvider(app, tenant);
  const { data: key } = await tenant.admin.createApiKey({ name: "Sender", role: "ADMIN" });
  crm = createClient(inProcessTransport(app, key.key));
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await crm.createMailAccount(account);
  templates = { sms: await createTemplate("sms", TEMPLATE_TEXT), email: await createTemplate("email", TEMPLATE_TEXT) };
});
afterAll(() => app.stop());

const TEMPLATE_TEXT = "{{contact.first_name}}";
const RUN_COUNT = resolveTestSize("CRM_RUNS", 2, 10);
/** A few runs may miss a case, such as a bulk email; up to this many runs are then made. */
const MAX_RUNS = Math.max(RUN_COUNT, 10);
const STEP_COUNT = 24;
/** The share of steps that send messages. */
const MESSAGE_SHARE = 0.45;
/** The share of these messages that come from a batch or a bulk email. */
const AUTOMATED_SHARE = 0.3;

async function createTemplate(channel: Channel, words: string): Promise<string> {
  const content = channel === "sms" ? { body_text: words } : { subject: "Words", body_html: `<p>${words}</p>` };
  return (await crm.createMessageTemplate({ name: `${channel} ${words}`, channel: channel.toUpperCase(), ...content })).data.id;
}

const channels = ["sms", "email"] as const;
type Channel = (typeof channels)[number];
type Purpose = "marketing" | "service";

/** A person in the model. */
interface Human {
  id: string;
  points: Readonly<Record<Channel, readonly string[]>>;
  into: Human | null;
  isDeleted: boolean;
  /** Whether they were deleted at some time, after which others may have their addresses. */
  hasLeft: boolean;
  /** Questions that they answered with no, such as `sms any`. */
  refuses: Set<string>;
  /** Their records changed in ways that the model does not follow. It then knows what must not arrive, but not what must. */
  isTangled: boolean;
}

interface SentMessage {
  id: string;
  text: string;
  channel: Channel;
  address: string;
  purpose: Purpose;
  human: Human;
  /** Sent by a batch, which has more reasons to skip a person, or by a bulk email. */
  of?: "batch" | "send";
}

interface ModelState {
  chance: Random;
  humans: Human[];
  /** The reasons for which an address is on the suppression list, by channel and address. */
  list: Map<string, Set<SuppressionReason>>;
  links: Map<string, string>;
  /** Leads and contacts that store an opt-out of their person. */
  flagged: { of: "lead" | "contact"; id: string; human: Human }[];
  /** Automated messages that are not written yet: `find` returns the id, or null if there will be none. */
  coming: { of: "batch" | "send"; text: string; channel: Channel; find: () => Promise<string | null | undefined> }[];
  /** Messages that were accepted and have not arrived. */
  waiting: SentMessage[];
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

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn({ ...systemContext(app.ports, tenant.id, "test"), settings: { ...defaultSettings, default_country: "US" } }, work);

let textCount = 0;

const pickOne = <T>(chance: Random, all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T;
const addressKey = (channel: Channel, address: string): string => `${channel} ${address}`;
const reasonsFor = ({ list }: ModelState, channel: Channel, address: string): Set<SuppressionReason> => {
  const key = addressKey(channel, address);
  const reasons = list.get(key) ?? new Set<SuppressionReason>();
  list.set(key, reasons);
  return reasons;
};

const findSurvivor = (human: Human): Human => (human.into ? findSurvivor(human.into) : human);
const findGroup = ({ humans }: ModelState, human: Human): Human[] =>
  humans.filter((member) => findSurvivor(member) === findSurvivor(human));
const isLive = (human: Human): boolean => !findSurvivor(human).isDeleted;

/** The persons that a message to an address is for or would reach, including those merged with them. */
const listRecipients = (
  scene: ModelState,
  { channel, address, human }: Pick<SentMessage, "channel" | "address" | "human">,
): Human[] =>
  [...new Set([human, ...scene.humans.filter(({ points }) => points[channel].includes(address))])].flatMap((recipient) =>
    findGroup(scene, recipient),
  );

/** Reasons that block the channel for every purpose. */
const CHANNEL_REASONS: readonly SuppressionReason[] = ["STOP", "BOUNCED", "COMPLAINED"];

/** The reason why a message must not arrive; undefined if it may. */
function findObstacle(scene: ModelState, sent: SentMessage): string | undefined {
  const { channel, address, purpose } = sent;
  const isMarketing = purpose === "marketing";
  const blockingReason = [...reasonsFor(scene, channel, address)].find(
    (reason) => isMarketing || CHANNEL_REASONS.includes(reason),
  );
  if (blockingReason) return blockingReason;
  const questions = isMarketing ? ["any", "marketing"] : ["any", "service"];
  const ownGroup = findGroup(scene, sent.human);
  // For a person who is or was deleted, the list only keeps the refusal of marketing.
  const refuser = listRecipients(scene, sent).find(
    (recipient) =>
      (isMarketing ||
        (isLive(recipient) && (ownGroup.includes(recipient) || !findGroup(scene, recipient).some(({ hasLeft }) => hasLeft)))) &&
      questions.some((question) => recipient.refuses.has(`${channel} ${question}`)),
  );
  return refuser && `${refuser.id} refuses`;
}

/** Whether nothing prevents a message, so that it must arrive. */
function mustArrive(scene: ModelState, sent: SentMessage): boolean {
  const all = listRecipients(scene, sent);
  return (
    findObstacle(scene, sent) === undefined &&
    all.every(
      ({ isTangled, refuses, points }) =>
        !isTangled &&
        ![...refuses].some((refusal) => refusal.startsWith(sent.channel)) &&
        points[sent.channel].every((address) => reasonsFor(scene, sent.channel, address).size === 0),
    )
  );
}

/** The spellings in which people write the same address. */
function varySpelling(chance: Random, channel: Channel, address: string): string {
  if (channel === "email") return pickOne(chance, [address, address.toUpperCase(), ` ${address.replace("j", "J")} `]);
  const [, area, first, last] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(address) ?? [];
  return pickOne(chance, [address, `+1 (${area}) ${first}-${last}`, `${area}.${first}.${last}`, `(${area}) ${first} ${last}`]);
}

let lastNumber = 0;
const newNumber = (): string => `+1646${2_000_000 + ++lastNumber}`;

const buildContactPoints = (chance: Random, points: Human["points"], more: object = {}) => [
  ...points.sms.map((address) => ({ contact_type: "phone", contact_value: varySpelling(chance, "sms", address), ...more })),
  ...points.email.map((address) => ({
    contact_type: "email",
    contact_value: varySpelling(chance, "email", address).trim(),
    ...more,
  })),
];

const PERSON_NAME = { first_name: "Jane", last_name: "Reader" };

async function createHuman(scene: ModelState, points: Human["points"], more: object = {}): Promise<Human> {
  const contact_points = buildContactPoints(scene.chance, points, more);
  // A marketing text message requires consent.
  const preferences = channels.map((channel) => ({ channel, purpose: "marketing", consent: "ALLOWED" }));
  const { data } = await crm.createPerson({ ...PERSON_NAME, contact_points, preferences });
  return addHuman(scene, data.id, points);
}

function addHuman(scene: ModelState, id: string, points: Human["points"]): Human {
  const human = { id, points, into: null, isDeleted: false, hasLeft: false, refuses: new Set<string>(), isTangled: false };
  scene.humans.push(human);
  return human;
}

interface ContactAddress {
  channel: Channel;
  address: string;
}

function pickAddress({ chance, humans }: ModelState, requestedChannel?: Channel): ContactAddress {
  const channel = requestedChannel ?? pickOne(chance, channels);
  return { channel, address: pickOne(chance, [...new Set(humans.flatMap(({ points }) => points[channel]))]) };
}

const pickHuman = ({ chance, humans }: ModelState, isIt: (human: Human) => boolean): Human | undefined =>
  pickOne(chance, humans.filter(isIt));

/** The owner of a number replies with a word that the double does not know, so our own list must block further messages. */
async function replyByText(scene: ModelState, words: readonly string[]): Promise<string> {
  const { address } = pickAddress(scene, "sms");
  const sentMessage = (await smsDouble.messages()).find(({ to, direction }) => to === address && direction === "outbound-api");
  if (!sentMessage) return "";
  await smsDouble.act(readMessageId(sentMessage), "reply", { reason: pickOne(scene.chance, words) });
  await settleAndCheck(scene);
  return address;
}

async function resolveLink(scene: ModelState, { channel, address }: ContactAddress): Promise<string> {
  const key = addressKey(channel, address);
  const link = scene.links.get(key) ?? (await runInTenant(() => PreferencesLink.buildLink({ channel, address })));
  scene.links.set(key, link);
  return link;
}

async function reportMail(scene: ModelState, became: "Bounce" | "Complaint"): Promise<ContactAddress> {
  const place = pickAddress(scene, "email");
  const recipient = { emailAddress: varySpelling(scene.chance, "email", place.address).trim() };
  const timestamp = (await now()).toISOString();
  const event =
    became === "Bounce"
      ? {
          bounce: {
            bounceType: "Permanent",
            bounceSubType: "General",
            bouncedRecipients: [recipient],
            timestamp,
            feedbackId: "f",
          },
        }
      : { complaint: { complainedRecipients: [recipient], timestamp, complaintFeedbackType: "abuse", complaintSubType: null } };
  const mail = {
    timestamp,
    source: "news@harbour.example",
    messageId: "none",
    destination: [recipient.emailAddress],
    headers: [],
    tags: {},
  };
  const body = JSON.stringify({ eventType: became, mail, ...event });
  await runInTenant(() => ses.handle({ body, delivery: partOf({ created_at: timestamp }) }, partOf({})));
  return place;
}

const now = async (): Promise<Date> => new Date((await import("@crm/core/kernel/clock.ts")).Clock.ms());

async function setConsent(scene: ModelState, consent: "REFUSED" | "ALLOWED" | "NOT_ASKED"): Promise<void> {
  const { chance } = scene;
  const human = pickHuman(scene, isLive);
  if (!human) return;
  const [channel, purpose] = [pickOne(chance, channels), pickOne(chance, ["any", "marketing", "service"])];
  await crm.setPreferences({ id: human.id, preferences: [{ channel, purpose, consent }] });
  for (const { refuses } of findGroup(scene, human))
    if (consent === "REFUSED") refuses.add(`${channel} ${purpose}`);
    else refuses.delete(`${channel} ${purpose}`);
}

const markTangled = (scene: ModelState, ...humans: readonly Human[]): void => {
  const points = humans
    .flatMap((human) => findGroup(scene, human))
    .flatMap((human) => [...human.points.sms, ...human.points.email]);
  for (const human of scene.humans)
    if (humans.includes(human) || [...human.points.sms, ...human.points.email].some((point) => points.includes(point)))
      for (const member of findGroup(scene, human)) member.isTangled = true;
};

/** Ignores the rejection of an operation that is not possible in the current state; it changes nothing. */
async function ignoreRejection<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "CONFLICT" || code === "NOT_FOUND" || code === "RULE_VIOLATION") return undefined;
    throw error;
  }
}

async function sendRandomMessage(scene: ModelState): Promise<void> {
  const { chance, waiting } = scene;
  const channel = pickOne(chance, channels);
  const purpose: Purpose = chance() < 0.6 ? "marketing" : "service";
  const human =
    chance() < 0.5
      ? pickHuman(scene, (candidate) => isLive(candidate) && findSurvivor(candidate).points[channel].length > 0)
      : undefined;
  const recipient = human ? { person_id: human.id } : { to: varySpelling(chance, channel, pickAddress(scene, channel).address) };
  const text = `Words ${++textCount}.`;
  const words =
    chance() < 0.3
      ? { template_id: templates[channel], merge: { "contact.first_name": text } }
      : { body: text, ...(channel === "email" ? { subject: "Words" } : {}) };
  const delayHours = pickOne(chance, [0, 0, 1, 24]);
  const send_at = delayHours === 0 ? {} : { send_at: new Date((await now()).getTime() + delayHours * 3_600_000).toISOString() };
  const { data } = await crm.sendMessage({ channel, purpose, ...recipient, ...words, ...send_at });
  const address = String(data.to_address);
  const recipientHuman =
    scene.humans.find(({ id }) => id === data.person_id) ??
    addHuman(scene, String(data.person_id), onlyPoint({ channel, address }));
  if (recipientHuman === scene.humans.at(-1)) markTangled(scene, recipientHuman);
  waiting.push({ id: data.id, text, channel, address, purpose, human: recipientHuman });
}

const onlyPoint = ({ channel, address }: ContactAddress): Human["points"] => ({ sms: [], email: [], [channel]: [address] });

/** Creates a record with the address that says its person wants no emails. */
async function flagOptOut(scene: ModelState, recordKind: "lead" | "contact"): Promise<void> {
  const { address } = pickAddress(scene, "email");
  const fields = { ...PERSON_NAME, email: varySpelling(scene.chance, "email", address).trim(), email_opt_out: true };
  const { data } = await (recordKind === "lead" ? crm.createLead(fields) : createContact(fields));
  const id = (data as { personal_key_id: string }).personal_key_id;
  const human = scene.humans.find((each) => each.id === id) ?? addHuman(scene, id, onlyPoint({ channel: "email", address }));
  markTangled(scene, human);
  for (const { refuses } of findGroup(scene, human)) refuses.add("email any");
  scene.flagged.push({ of: recordKind, id: data.id, human });
}

async function createContact(fields: object) {
  const { data: customer } = await crm.createCustomer({ name: "Harbour" });
  return crm.createContact({ ...fields, customer_id: customer.id });
}

const actions: Readonly<Record<string, (scene: ModelState) => Promise<unknown>>> = {
  "answers STOP": async (scene) => {
    const address = await replyByText(scene, ["Quit", "unsubscribe!", "Opt out", " end "]);
    if (address) reasonsFor(scene, "sms", address).add("STOP");
  },
  "answers START": async (scene) => {
    const address = await replyByText(scene, ["Unstop", "unstop."]);
    if (address) reasonsFor(scene, "sms", address).delete("STOP");
  },
  "presses once": async (scene) => {
    const place = pickAddress(scene);
    expect((await press(app, await resolveLink(scene, place), "List-Unsubscribe=One-Click")).status).toBe(200);
    reasonsFor(scene, place.channel, place.address).add("UNSUBSCRIBED");
  },
  "opts in on the page": async (scene) => {
    const place = pickAddress(scene);
    await requestPage(app, await resolveLink(scene, place), {}, { channel: place.channel, act: "in" });
    reasonsFor(scene, place.channel, place.address).delete("UNSUBSCRIBED");
  },
  "is noted by staff": async (scene) => {
    const { channel, address } = pickAddress(scene);
    await crm.createSuppression({ channel, address: varySpelling(scene.chance, channel, address) });
    reasonsFor(scene, channel, address).add("BY_HAND");
  },
  "is taken off by staff": async (scene) => {
    const { channel, address } = pickAddress(scene);
    const [reason] = reasonsFor(scene, channel, address);
    if (!reason) return;
    await crm.liftSuppression({ channel, address: varySpelling(scene.chance, channel, address), reason });
    reasonsFor(scene, channel, address).delete(reason);
  },
  "is in a file": async (scene) => {
    const { channel, address } = pickAddress(scene);
    const reason = pickOne(scene.chance, ["UNSUBSCRIBED", "BY_HAND", "STOP"] as const);
    const row = { channel, address: varySpelling(scene.chance, channel, address), reason };
    await runInTenant(() => suppressions.create(row, undefined));
    reasonsFor(scene, channel, address).add(reason);
  },
  "bounces, or complains": async (scene) => {
    const became = pickOne(scene.chance, ["Bounce", "Complaint"] as const);
    const { channel, address } = await reportMail(scene, became);
    reasonsFor(scene, channel, address).add(became === "Bounce" ? "BOUNCED" : "COMPLAINED");
  },
  "is told to be no number": async (scene) => {
    const place = pickAddress(scene, "sms");
    await runInTenant(() => Suppressions.add({ ...place, reason: "BOUNCED" }));
    reasonsFor(scene, "sms", place.address).add("BOUNCED");
  },
  refuses: (scene) => setConsent(scene, "REFUSED"),
  "consents anew": (scene) => setConsent(scene, "ALLOWED"),
  "is asked no more": (scene) => setConsent(scene, "NOT_ASKED"),
  "is a lead that refuses mails": (scene) => flagOptOut(scene, "lead"),
  "is a contact that refuses mails": (scene) => flagOptOut(scene, "contact"),
  "is a lead or a contact that takes it back": async (scene) => {
    const flaggedRecord = pickOne(scene.chance, scene.flagged);
    if (!flaggedRecord) return;
    const changes = { id: flaggedRecord.id, email_opt_out: false };
    const done = flaggedRecord.of === "lead" ? crm.updateLead(changes) : crm.updateContact(changes);
    if (!(await ignoreRejection<unknown>(done))) return;
    for (const { refuses } of findGroup(scene, flaggedRecord.human)) refuses.delete("email any");
  },
  "is in a batch": async (scene) => {
    const human = pickHuman(scene, isLive);
    if (!human) return;
    const channel = pickOne(scene.chance, channels);
    const text = `Words ${++textCount}.`;
    const sequence = [{ channel, template_id: await createTemplate(channel, text), after_days: pickOne(scene.chance, [0, 1]) }];
    const { data: batch } = await crm.createReengagementBatch({ batch_name: text, sequence });
    await crm.activateReengagementBatch({ id: batch.id });
    const member = await ignoreRejection(crm.addReengagementMember({ id: batch.id, person_id: human.id }));
    if (!member) return;
    const find = async () => (await runInTenant(() => Records.load(Members, member.data.id)))?.steps[0]?.message_id;
    scene.coming.push({ of: "batch", text, channel, find });
  },
  "is mailed with many": async (scene) => {
    const human = pickHuman(scene, isLive);
    const contact = human && (await ignoreRejection(createContact({ personal_key_id: human.id })));
    if (!contact) return;
    const text = `Words ${++textCount}.`;
    const { data: list } = await crm.createContactList({ name: text });
    await crm.changeContactListMembers({ id: list.id, add: [contact.data.id] });
    const send = { name: text, contact_list_id: list.id, template_id: await createTemplate("email", text) };
    const { data } = await crm.createEmailSend(send);
    const delayHours = pickOne(scene.chance, [0, 24]);
    const schedule =
      delayHours === 0 ? {} : { scheduled_send_time: new Date((await now()).getTime() + delayHours * 3_600_000).toISOString() };
    await crm.scheduleEmailSend({ id: data.id, ...schedule });
    const find = async () => (await crm.listMessages({ limit: 100 })).data.find(({ body }) => body?.includes(text))?.id;
    scene.coming.push({ of: "send", text, channel: "email", find });
  },
  "is joined": async (scene) => {
    const roots = scene.humans.filter((human) => human.into === null && isLive(human));
    const [survivor, mergedHuman] = [pickOne(scene.chance, roots), pickOne(scene.chance, roots)];
    if (!survivor || !mergedHuman || survivor === mergedHuman) return;
    markTangled(scene, survivor, mergedHuman);
    if (await ignoreRejection(crm.mergePersons({ id: survivor.id, merged_id: mergedHuman.id }))) mergedHuman.into = survivor;
  },
  "is parted": async (scene) => {
    const human = pickHuman(scene, (candidate) => candidate.into !== null && candidate.into.into === null && isLive(candidate));
    if (!human?.into) return;
    if (await ignoreRejection(crm.unmergePersons({ id: human.into.id, merged_id: human.id }))) human.into = null;
  },
  "is deleted": async (scene) => {
    const human = pickHuman(scene, (candidate) => candidate.into === null && isLive(candidate));
    if (!human) return;
    markTangled(scene, human);
    if (await ignoreRejection(crm.deletePerson({ id: human.id }))) {
      human.isDeleted = true;
      for (const member of findGroup(scene, human)) member.hasLeft = true;
    }
    // The suppression list is updated after the deletion.
    await settleAndCheck(scene);
  },
  "is restored": async (scene) => {
    const human = pickHuman(scene, ({ isDeleted }) => isDeleted);
    if (human && (await ignoreRejection(crm.restorePerson({ id: human.id })))) human.isDeleted = false;
  },
  "is there once more": async (scene) => {
    const human = pickHuman(scene, (candidate) => !isLive(candidate));
    const again = human && (await ignoreRejection(createHuman(scene, human.points)));
    if (again) markTangled(scene, again);
  },
  "shares a number with another person": async (scene) => {
    const { address } = pickAddress(scene, "sms");
    const human = await ignoreRejection(createHuman(scene, onlyPoint({ channel: "sms", address }), { is_shared: true }));
    if (human) markTangled(scene, human);
  },
  "lets time pass": async (scene) => {
    app.setClock({ advance: pickOne(scene.chance, [0.5, 2, 25]) * 3_600_000 });
    await settleAndCheck(scene);
  },
};

/** Checks that the model allows every message that arrived, and that every message it requires has arrived. */
async function settleAndCheck(scene: ModelState): Promise<void> {
  await app.settle();
  const time = (await now()).toISOString();
  const sentTexts = new Set((await smsDouble.messages()).map(({ body }) => body));
  await collectAutomated(scene);
  for (const sent of [...scene.waiting]) {
    const { data } = await crm.getMessage({ id: sent.id });
    const { status, send_at, held_reason } = data;
    const isMailed = (): boolean => app.mail.sent(sent.address).some(({ text }) => text.includes(sent.text));
    const hasGone = sent.channel === "sms" ? sentTexts.has(sent.text) : isMailed();
    const report = `${scene.done.join(", ")}: ${JSON.stringify({ ...sent, human: sent.human.id, status, held_reason })}`;
    if (hasGone) expect(findObstacle(scene, sent), report).toBeUndefined();
    else if (status === "failed" && held_reason !== "no_consent" && !sent.of) expect(mustArrive(scene, sent), report).toBe(false);
    else if (status !== "failed") expect(send_at && send_at > time, report).toBe(true);
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

/** Collects the messages that batches and bulk emails have written since. */
async function collectAutomated(scene: ModelState): Promise<void> {
  for (const expectedMessage of [...scene.coming]) {
    const messageId = await expectedMessage.find();
    if (messageId === undefined) continue;
    scene.coming.splice(scene.coming.indexOf(expectedMessage), 1);
    if (messageId === null) continue;
    const { data } = await crm.getMessage({ id: messageId });
    const { of: origin, text, channel } = expectedMessage;
    const place = { channel, address: String(data.to_address) };
    const human =
      scene.humans.find(({ id }) => id === data.person_id) ?? addHuman(scene, String(data.person_id), onlyPoint(place));
    scene.waiting.push({ id: data.id, text, ...place, purpose: "marketing", human, of: origin });
  }
}

/** Two persons, one with two numbers, and two email addresses that differ only by a dot. */
async function startModel(chance: Random, tally: Tally): Promise<ModelState> {
  const fresh = { humans: [], list: new Map(), links: new Map(), flagged: [], coming: [], waiting: [], done: [] };
  const scene: ModelState = { chance, tally, ...fresh };
  const [n1, n2, n3] = [newNumber(), newNumber(), newNumber()];
  await createHuman(scene, { sms: [n1, n2], email: [`jane.doe${lastNumber}@gmail.com`] });
  await createHuman(scene, { sms: [n3], email: [`janedoe${lastNumber}@gmail.com`] });
  // Each number needs a message to reply to.
  for (const to of [n1, n2, n3]) await crm.sendMessage({ channel: "sms", to, body: "Hello" });
  await app.settle();
  for (let nth = 0; nth < 3; nth++) await sendRandomMessage(scene);
  return scene;
}

it("messages reach no one who opted out and everyone else, after any sequence of events", async () => {
  const chance = createTestRandom("messages to those who opted out");
  const names = Object.keys(actions);
  const tally: Tally = { went: 0, batch: 0, send: 0, refused: 0, unasked: 0, failed: 0 };
  const isEveryKindSeen = (): boolean => Math.min(tally.went, tally.batch, tally.send, tally.refused) > 0;
  for (let run = 0; run < RUN_COUNT || (run < MAX_RUNS && !isEveryKindSeen()); run++) {
    const scene = await startModel(chance, tally);
    for (let step = 0; step < STEP_COUNT; step++) {
      const messageStep =
        chance() < AUTOMATED_SHARE ? pickOne(chance, ["is in a batch", "is mailed with many"]) : "is written to";
      const name = chance() < MESSAGE_SHARE ? messageStep : pickOne(chance, names);
      scene.done.push(name);
      await (actions[name] ?? sendRandomMessage)(scene);
      if (chance() < 0.4) await settleAndCheck(scene);
    }
    for (let days = 0; days < 4; days++) {
      app.setClock({ advance: 26 * 3_600_000 });
      await settleAndCheck(scene);
    }
    expect(scene.waiting).toEqual([]);
  }
  console.log(
    `${tally.went} went out, ${tally.batch} of them of batches and ${tally.send} of mails to many, ${tally.refused} were refused, ${tally.unasked} had no consent, ${tally.failed} failed otherwise`,
  );
  expect([isEveryKindSeen(), tally.failed], JSON.stringify(tally)).toEqual([true, 0]);
});
