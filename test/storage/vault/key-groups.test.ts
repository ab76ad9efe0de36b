import { OfferToken } from "@crm/core/agreements/share-link/token.ts";
import { SignerToken } from "@crm/core/agreements/signature/token.ts";
import type { PortUse } from "@crm/core/kernel/capabilities.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type KeyGroup, keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { InboundMail } from "@crm/core/messaging/inbound-mail/inbound-mail.ts";
import { verifyToken } from "@crm/core/messaging/inbound-mail/thread.rules.ts";
import { decryptToken } from "@crm/core/messaging/tracking/token.rules.ts";
import type { ContactPoint } from "@crm/core/people/person/person.entity.ts";
import { resolveAddress } from "@crm/core/people/suppression/address.ts";
import { isHashOf } from "@crm/core/people/verification/sent-code.ts";
import { DeviceToken } from "@crm/core/platform/auth/device-token.ts";
import { Link } from "@crm/core/platform/sign-in/mail-link.ts";
import type { UserRecord } from "@crm/core/platform/user/user.entity.ts";
import { IntakeToken } from "@crm/core/sales/web-form/token.ts";
import { BookingToken } from "@crm/core/scheduling/booking/token.ts";
import { InvitationToken } from "@crm/core/scheduling/invitation/token.ts";
import { open as openCursor } from "@crm/core/storage/read/cursor.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { decryptText, isMac, keyFor, keysFor } from "@crm/core/storage/vault/secret.ts";
import { Vault } from "@crm/core/storage/vault/vault.ts";
import { buildKeyedRequest, isRepeat } from "@crm/core/storage/write/idempotency.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, signIn, signUp, startTestApp } from "../../support/app.ts";
import fixture from "./root-keys.json" with { type: "json" };

/**
 * `root-keys.json` holds what the release before the groups derived and made of one root: the key of each purpose, and a link, cursor or hash of each
 * kind. All of it must stay valid.
 */
const { root, tenant, made } = fixture;
const OTHER_ROOT = "another root of at least thirty-two bytes";

const secretsOf = (...roots: readonly string[]): Ports["secrets"] => ({
  get: async (group) => JSON.stringify(roots.map((each) => deriveGeneration(each, group))),
});

const runWith = <T>(secrets: Ports["secrets"], work: () => Promise<T>): Promise<T> =>
  runIn(systemContext({ secrets } as Ports, tenant, "fixture"), work);

const idOf = (prefix: string): string => `${prefix}_${tenant.slice(4)}`;
const lastPart = (token: string): string => token.split(".").at(-1) ?? "";
const isAccepted = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const user = {
  id: idOf("usr"),
  email: "jane@example.com",
  password_changed_at: null,
  activation_requested_at: "2026-11-20T08:00:00.000Z",
  created_at: "2026-11-20T08:00:00.000Z",
} as UserRecord;
const point = { id: "pnt_1", contact_type: "email", normalized: "jane@example.com" } as ContactPoint;
const access = { link_number: 2, code_number: 1 } as Parameters<typeof SignerToken.isCode>[2];
const checkLink = (purpose: Parameters<typeof Link.check>[1], status: UserRecord["status"]) =>
  isAccepted(Link.check(made[purpose], purpose, { ...user, status }));

/** Whether each kind of what was made is valid. */
const checks: Record<Exclude<keyof typeof made, "suppression" | "lookup">, () => Promise<boolean>> = {
  booking: () => BookingToken.isGenuine(idOf("bkg"), lastPart(made.booking)),
  invitation: () => isAccepted(InvitationToken.withLink(made.invitation, async () => undefined)),
  activation: () => checkLink("activation", "PENDING_ACTIVATION"),
  password_reset: () => checkLink("password_reset", "ACTIVE"),
  notifications: () => checkLink("notifications", "ACTIVE"),
  encrypted_link: async () =>
    decryptText(await keysFor("links", "reach"), ["fixture", tenant], lastPart(made.encrypted_link)) === "subject",
  form: async () => (await IntakeToken.readShownAt(idOf("frm"), made.form)) !== undefined,
  person: async () => (await IntakeToken.readPersonToken(idOf("frm"), made.person)) === idOf("per"),
  offer: () => OfferToken.isGenuine({ id: idOf("off"), link_number: 2 }, lastPart(made.offer)),
  signer: () =>
    SignerToken.isGenuine({ tenant, request: idOf("sgr"), signer: idOf("sgn"), signature: lastPart(made.signer) }, access),
  code: () => SignerToken.isCode(idOf("sgr"), idOf("sgn"), access, made.code),
  survey: async () => isMac(lastPart(made.survey), await keysFor("links", "survey"), tenant, idOf("srv")),
  reply: async () => verifyToken(made.reply, await InboundMail.loadSigning()) === idOf("tkt"),
  click: async () => decryptToken(made.click, "click", await keysFor("links", "tracking"), fixture.at) !== undefined,
  point: () => isHashOf(point, made.point),
  cursor: () => isAccepted(openCursor(made.cursor, "leads?status=new")),
  request: async () => isRepeat(await buildKeyedRequest("k-1", ["body"]), made.request),
  refresh: async () => isMac(made.refresh, await keysFor("sessions", "refresh"), "refresh-token-of-the-fixture"),
  device: async () => {
    const device = await DeviceToken.read(made.device, user.email);
    return device !== undefined && DeviceToken.hasPassword(device, "hash-of-the-fixture");
  },
};

const runChecks = async (secrets: Ports["secrets"]): Promise<Record<string, boolean>> => {
  const results: Record<string, boolean> = {};
  for (const [kind, check] of Object.entries(checks)) results[kind] = await runWith(secrets, check);
  return results;
};

const all = (isValid: boolean) => Object.fromEntries(Object.keys(checks).map((kind) => [kind, isValid]));

describe("groups of keys", () => {
  beforeEach(() => Clock.set(() => fixture.at));
  afterEach(() => Clock.set());

  it("hold the keys that the root gave before there were groups", async () => {
    const derived = Object.assign({}, ...keyGroupNames.map((group) => deriveGeneration(root, group)));
    expect(derived).toEqual(fixture.keys);
    const key = await runWith(secretsOf(root), () => keyFor("links", "booking"));
    expect(key.export().toString("base64url")).toBe(fixture.keys.booking);
  });

  it("keep links, cursors, codes and refresh tokens valid, and under a rotated root for one more generation", async () => {
    expect(await runChecks(secretsOf(root))).toEqual(all(true));
    expect(await runChecks(secretsOf(OTHER_ROOT, root))).toEqual(all(true));
    expect(await runChecks(secretsOf(root, OTHER_ROOT))).toEqual(all(true));
    expect(await runChecks(secretsOf(OTHER_ROOT))).toEqual(all(false));
  });

  it("keep stored hashes of values", async () => {
    await runWith(secretsOf(root), async () => {
      expect((await resolveAddress("email", "jane@EXAMPLE.com")).hash).toBe(made.suppression);
      expect(await Vault.computeMac("person", "DE02120300000000202051")).toBe(made.lookup);
    });
  });

  it("sign with the first generation only", async () => {
    const build = () => BookingToken.build(idOf("bkg"));
    expect(await runWith(secretsOf(root, OTHER_ROOT), build)).toBe(made.booking);
    expect(await runWith(secretsOf(OTHER_ROOT, root), build)).toBe(await runWith(secretsOf(OTHER_ROOT), build));
  });

  it("are used as they are stored now, and an incomplete group names the missing key", async () => {
    let roots = [OTHER_ROOT];
    const secrets: Ports["secrets"] = { get: (group) => secretsOf(...roots).get(group) };
    const check = () => BookingToken.isGenuine(idOf("bkg"), lastPart(made.booking));
    expect(await runWith(secrets, check)).toBe(false);
    roots = [OTHER_ROOT, root];
    expect(await runWith(secrets, check)).toBe(true);
    await expect(runWith({ get: async () => "[{}]" }, check)).rejects.toThrow(
      "The keys of the group links have none for booking",
    );
  });

  it("are typed: unknown purposes and groups do not compile", () => {
    const uncompiled = [
      // @ts-expect-error: the purpose belongs to another group
      () => keyFor("links", "refresh"),
      // @ts-expect-error: there is no such purpose
      () => keysFor("links", "link2"),
      // @ts-expect-error: there is no such group
      () => keyFor("all", "link"),
    ];
    // @ts-expect-error: a function declares groups, and never all keys
    const use: PortUse = "secrets";
    expect([uncompiled.length, use]).toEqual([3, "secrets"]);
  });
});

describe("a rotation of keys in a running system", () => {
  it("ends no session and no list, and repeats the answer of a refresh", async () => {
    const app = await startTestApp();
    try {
      const roots = [root];
      app.ports.secrets.get = (group: KeyGroup) => secretsOf(...roots).get(group);
      const account = await signUp(app);
      for (let count = 0; count < 3; count++) await account.admin.createLead(newLead());
      await app.settle();
      const { refresh_token } = await signIn(app, account);
      const client = createClient(inProcessTransport(app));
      const { data: first } = await client.refresh({ refresh_token });
      const { meta } = await account.admin.listLeads({ limit: 1 });
      roots.unshift(OTHER_ROOT);
      expect((await client.refresh({ refresh_token })).data.refresh_token).toBe(first.refresh_token);
      expect((await client.refresh({ refresh_token: first.refresh_token })).data.access_token).toBeTruthy();
      expect((await account.admin.listLeads({ limit: 1, cursor: String(meta.next_cursor) })).data.length).toBe(1);
      expect((await signIn(app, account)).access_token).toBeTruthy();
      roots.pop();
      await expect(account.admin.listLeads({ limit: 1, cursor: String(meta.next_cursor) })).rejects.toMatchObject({
        status: 400,
      });
    } finally {
      await app.stop();
    }
  });
});
