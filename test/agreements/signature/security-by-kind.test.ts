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

/** A signer of any kind of record cannot sign for another signer. */
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
  async function createRequest(count = 1, targetTenant: Tenant = tenant) {
    const parties = Array.from({ length: count }, (_, index) => ({ name: `Signer ${index + 1}`, email: newMailbox() }));
    const id = await requestByKind[kind](targetTenant.admin, parties);
    const { data } = await targetTenant.admin.getSignatureRequest({ id });
    expect(data.subject_type).toBe(kind);
    const [first] = parties;
    if (!first) expect.fail("There is no signer");
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
  const readRequest = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data;

  it("is not signed by a guessed link or a link of another tenant", async () => {
    const { link, id, hash } = await createRequest();
    const foreignRequest = await createRequest(1, stranger);
    const [ownParts, foreignParts] = [link, foreignRequest.link].map(
      (signingLink) => signingLink.split("/s/")[1]?.split(".") ?? [],
    ) as [string[], string[]];
    const guesses = [
      [...ownParts.slice(0, 3), `${ownParts[3]?.slice(0, -1)}${ownParts[3]?.endsWith("A") ? "B" : "A"}`],
      [foreignParts[0], ...ownParts.slice(1)],
      [ownParts[0], ...foreignParts.slice(1)],
      [...ownParts.slice(0, 3), foreignParts[3]],
      ownParts.slice(0, 3),
    ];
    for (const guess of guesses) {
      const address = `/s/${guess.join(".")}`;
      const browser = new SignerBrowser(app);
      expect((await browser.open(address)).status, address).toBe(404);
      expect((await browser.open(`${address}/document`)).status, address).toBe(404);
      for (const form of [{ act: "code" }, forged(hash), { act: "decline", reason: "No" }])
        expect((await browser.send(address, form as Record<string, string>)).status, address).toBe(404);
    }
    expect((await readRequest(id)).version).toBe(1);
  });

  it("is not signed by a forwarded link, because the code goes to the signer", async () => {
    const { link, id, hash } = await createRequest();
    const thief = new SignerBrowser(app, { ip: "198.51.100.31" });
    expect((await thief.send(link, forged(hash))).status).toBe(409);
    await thief.send(link, { act: "code" });
    expect((await thief.send(link, { act: "enter", code: "000000" })).status).toBe(400);
    expect((await thief.send(link, forged(hash))).status).toBe(409);
    expect((await thief.send(link, { act: "decline", reason: "Mallory says no" })).status).toBe(409);
    expect((await readRequest(id)).status).toBe("sent");
  });

  it("is not signed in a second browser or with the cookie of another request", async () => {
    const { link, id, email, hash } = await createRequest();
    const signerBrowser = new SignerBrowser(app);
    await signerBrowser.enter(link, email);
    const elsewhere = await createRequest();
    const third = new SignerBrowser(app);
    await third.enter(elsewhere.link, elsewhere.email);
    expect(third.cookie).not.toBe("");
    for (const browser of [new SignerBrowser(app), third]) expect((await browser.send(link, forged(hash))).status).toBe(409);
    expect((await readRequest(id)).signers[0]).toMatchObject({ state: "delivered", signed_at: null });
  });

  it("is not signed with the code of another signer or a used code", async () => {
    const { parties, link, email } = await createRequest(2);
    const second = parties[1]?.email ?? "";
    await new SignerBrowser(app).requestCode(link, email);
    const code = await readMailedCode(app, email);
    // Signers of a contract are asked in order, so the second one has no link yet.
    const nextLink = kind === "quote" ? await findSigningLink(app, second) : undefined;
    if (nextLink !== undefined) {
      const otherCode = await new SignerBrowser(app).requestCode(nextLink, second);
      expect((await new SignerBrowser(app).send(link, { act: "enter", code: otherCode })).status).toBe(400);
    } else expect(app.mail.sent(second)).toEqual([]);
    const browser = new SignerBrowser(app);
    expect((await browser.send(link, { act: "enter", code })).status).toBe(200);
    const replayed = await new SignerBrowser(app).send(link, { act: "enter", code });
    expect([replayed.status, replayed.headers["set-cookie"]]).toEqual([409, undefined]);
  });

  it("is not signed again, declined or reassigned by the link of a signer who has signed", async () => {
    const { link, id, email, hash } = await createRequest();
    const browser = new SignerBrowser(app);
    const page = await browser.enter(link, email);
    const form = buildSigningForm(page, "Signer 1");
    expect((await browser.send(link, form)).status).toBe(200);
    const signed = await readRequest(id);
    expect(hasForm(await new SignerBrowser(app).open(link))).toBe(false);
    for (const again of [form, forged(hash), { act: "decline", reason: "No" }])
      expect(listNotices(await browser.send(link, again as Record<string, string>)).join()).toContain("already");
    expect((await browser.send(link, { act: "code" })).status).toBe(409);
    await app.settle();
    expect((await readRequest(id)).signers).toEqual(signed.signers);
    expect((await readRequest(id)).status).toBe("completed");
  });

  it("is not signed by a repeated form after it was declined", async () => {
    const { link, id, email } = await createRequest();
    const browser = new SignerBrowser(app);
    const form = buildSigningForm(await browser.enter(link, email), "Signer 1");
    const { cookie } = browser;
    expect((await browser.send(link, { act: "decline", reason: "Too dear" })).status).toBe(200);
    browser.cookie = cookie;
    expect(listNotices(await browser.send(link, form)).join()).toContain("already");
    expect((await readRequest(id)).status).toBe("declined");
    expect((await readRequest(id)).signers[0]).toMatchObject({ state: "declined", signed_name: null });
  });

  it("is signed by the new signer after a reassignment, not through the former link", async () => {
    const { link, id, email, hash, signers } = await createRequest();
    const formerBrowser = new SignerBrowser(app);
    await formerBrowser.enter(link, email);
    const heir = newMailbox();
    await tenant.admin.reassignSigner({ id, signer_id: signers[0]?.id ?? "", name: "Hei Heir", email: heir });
    expect((await formerBrowser.open(link)).status).toBe(404);
    expect((await formerBrowser.send(link, forged(hash))).status).toBe(404);
    const fresh = await findSigningLink(app, heir);
    expect((await formerBrowser.send(fresh, forged(hash))).status).toBe(409);
    expect((await new SignerBrowser(app).sign(fresh, heir, "Hei Heir")).status).toBe(200);
    expect((await readRequest(id)).signers[0]).toMatchObject({ signed_name: "Hei Heir" });
  });

  it("is hidden from other tenants in the API too", async () => {
    const { id, signers } = await createRequest();
    const user = await addUser(app, stranger, "DIRECTOR");
    for (const as of [stranger.admin, user.client]) {
      const to = { id, signer_id: signers[0]?.id ?? "", name: "M", email: newMailbox() };
      await expect(as.getSignatureRequest({ id })).rejects.toMatchObject({ status: 404 });
      await expect(as.reassignSigner(to)).rejects.toMatchObject({ status: 404 });
      await expect(as.voidSignatureRequest({ id, reason: "Mine" })).rejects.toMatchObject({ status: 404 });
    }
  });
});
