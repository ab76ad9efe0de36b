import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import {
  buildSigningForm,
  findSigningLink,
  hasForm,
  listNotices,
  newMailbox,
  readMailedCode,
  requestByKind,
  type SignableKind,
  SignerBrowser,
} from "./support.ts";

/** A signer cannot sign for another one, whatever kind of record is signed. */
let app: App;
let tenant: Tenant;
let stranger: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  [tenant, stranger] = [await signUp(app), await signUp(app)];
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

describe.each(Object.keys(requestByKind) as SignableKind[])("a %s", (kind) => {
  /** Requests signatures from `count` signers, each with a link. */
  async function askedOf(count = 1, by: Tenant = tenant) {
    const parties = Array.from({ length: count }, (_, at) => ({ name: `Signer ${at + 1}`, email: newMailbox() }));
    const id = await requestByKind[kind](by.admin, parties);
    const { data } = await by.admin.getSignatureRequest({ id });
    expect(data.subject_type).toBe(kind);
    const [first] = parties;
    if (!first) expect.fail("Nobody");
    return {
      id,
      hash: data.document_hash,
      parties,
      email: first.email,
      link: await findSigningLink(app, first.email),
      signers: data.signers,
    };
  }

  const forged = (document_hash: string) => ({ act: "sign", name: "Mallory", consent: "yes", document_hash });
  const stateOf = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data;

  it("is not signed by a guessed link or a link of another tenant", async () => {
    const { link, id, hash } = await askedOf();
    const other = await askedOf(1, stranger);
    const [own, others] = [link, other.link].map((each) => each.split("/s/")[1]?.split(".") ?? []) as [string[], string[]];
    const guesses = [
      [...own.slice(0, 3), `${own[3]?.slice(0, -1)}${own[3]?.endsWith("A") ? "B" : "A"}`],
      [others[0], ...own.slice(1)],
      [own[0], ...others.slice(1)],
      [...own.slice(0, 3), others[3]],
      own.slice(0, 3),
    ];
    for (const guess of guesses) {
      const address = `/s/${guess.join(".")}`;
      const browser = new SignerBrowser(app);
      expect((await browser.open(address)).status, address).toBe(404);
      expect((await browser.open(`${address}/document`)).status, address).toBe(404);
      for (const form of [{ act: "code" }, forged(hash), { act: "decline", reason: "No" }])
        expect((await browser.send(address, form as Record<string, string>)).status, address).toBe(404);
    }
    expect((await stateOf(id)).version).toBe(1);
  });

  it("is not signed by a forwarded link, because the code goes to the signer", async () => {
    const { link, id, hash } = await askedOf();
    const thief = new SignerBrowser(app, { ip: "198.51.100.31" });
    expect((await thief.send(link, forged(hash))).status).toBe(409);
    await thief.send(link, { act: "code" });
    expect((await thief.send(link, { act: "enter", code: "000000" })).status).toBe(400);
    expect((await thief.send(link, forged(hash))).status).toBe(409);
    expect((await thief.send(link, { act: "decline", reason: "Mallory says no" })).status).toBe(409);
    expect((await stateOf(id)).status).toBe("sent");
  });

  it("is not signed in a second browser or with the cookie of another request", async () => {
    const { link, id, email, hash } = await askedOf();
    const own = new SignerBrowser(app);
    await own.enter(link, email);
    const elsewhere = await askedOf();
    const third = new SignerBrowser(app);
    await third.enter(elsewhere.link, elsewhere.email);
    expect(third.cookie).not.toBe("");
    for (const browser of [new SignerBrowser(app), third]) expect((await browser.send(link, forged(hash))).status).toBe(409);
    expect((await stateOf(id)).signers[0]).toMatchObject({ state: "delivered", signed_at: null });
  });

  it("is not signed with the code of another signer or a used code", async () => {
    const { parties, link, email } = await askedOf(2);
    const second = parties[1]?.email ?? "";
    await new SignerBrowser(app).requestCode(link, email);
    const code = await readMailedCode(app, email);
    // Signers of a contract are asked in order, so the second one has no link yet.
    const later = kind === "quote" ? await findSigningLink(app, second) : undefined;
    if (later !== undefined) {
      const others = await new SignerBrowser(app).requestCode(later, second);
      expect((await new SignerBrowser(app).send(link, { act: "enter", code: others })).status).toBe(400);
    } else expect(app.mail.sent(second)).toEqual([]);
    const own = new SignerBrowser(app);
    expect((await own.send(link, { act: "enter", code })).status).toBe(200);
    const replayed = await new SignerBrowser(app).send(link, { act: "enter", code });
    expect([replayed.status, replayed.headers["set-cookie"]]).toEqual([409, undefined]);
  });

  it("is not signed again, declined or reassigned by the link of a signer who has signed", async () => {
    const { link, id, email, hash } = await askedOf();
    const own = new SignerBrowser(app);
    const page = await own.enter(link, email);
    const form = buildSigningForm(page, "Signer 1");
    expect((await own.send(link, form)).status).toBe(200);
    const signed = await stateOf(id);
    expect(hasForm(await new SignerBrowser(app).open(link))).toBe(false);
    for (const again of [form, forged(hash), { act: "decline", reason: "No" }])
      expect(listNotices(await own.send(link, again as Record<string, string>)).join()).toContain("already");
    expect((await own.send(link, { act: "code" })).status).toBe(409);
    await app.settle();
    expect((await stateOf(id)).signers).toEqual(signed.signers);
    expect((await stateOf(id)).status).toBe("completed");
  });

  it("is not signed by a repeated form after it was declined", async () => {
    const { link, id, email } = await askedOf();
    const own = new SignerBrowser(app);
    const form = buildSigningForm(await own.enter(link, email), "Signer 1");
    const { cookie } = own;
    expect((await own.send(link, { act: "decline", reason: "Too dear" })).status).toBe(200);
    own.cookie = cookie;
    expect(listNotices(await own.send(link, form)).join()).toContain("already");
    expect((await stateOf(id)).status).toBe("declined");
    expect((await stateOf(id)).signers[0]).toMatchObject({ state: "declined", signed_name: null });
  });

  it("is signed by the new signer after a reassignment, not through the former link", async () => {
    const { link, id, email, hash, signers } = await askedOf();
    const former = new SignerBrowser(app);
    await former.enter(link, email);
    const heir = newMailbox();
    await tenant.admin.reassignSigner({ id, signer_id: signers[0]?.id ?? "", name: "Hei Heir", email: heir });
    expect((await former.open(link)).status).toBe(404);
    expect((await former.send(link, forged(hash))).status).toBe(404);
    const fresh = await findSigningLink(app, heir);
    expect((await former.send(fresh, forged(hash))).status).toBe(409);
    expect((await new SignerBrowser(app).sign(fresh, heir, "Hei Heir")).status).toBe(200);
    expect((await stateOf(id)).signers[0]).toMatchObject({ signed_name: "Hei Heir" });
  });

  it("is hidden from other tenants in the API too", async () => {
    const { id, signers } = await askedOf();
    const user = await addUser(app, stranger, "DIRECTOR");
    for (const as of [stranger.admin, user.client]) {
      const to = { id, signer_id: signers[0]?.id ?? "", name: "M", email: newMailbox() };
      await expect(as.getSignatureRequest({ id })).rejects.toMatchObject({ status: 404 });
      await expect(as.reassignSigner(to)).rejects.toMatchObject({ status: 404 });
      await expect(as.voidSignatureRequest({ id, reason: "Mine" })).rejects.toMatchObject({ status: 404 });
    }
  });
});
