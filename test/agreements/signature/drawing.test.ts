import { certificateDocument } from "@crm/core/agreements/signature/certificate.rules.ts";
import { drawingBounds, parseStrokes } from "@crm/core/agreements/signature/drawing.rules.ts";
import { Drawing } from "@crm/core/agreements/signature/drawing.ts";
import { parseStatement, verifyStatement } from "@crm/core/agreements/signature/statement.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { objectKey } from "@crm/core/storage/table/object-key.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fieldError } from "../../functions/pages/support.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readHiddenField } from "../share-link/support.ts";
import { buildSigningForm, findSigningLink, newMailbox, requestSignatures, SignerBrowser } from "./support.ts";

/** A typed name with a drawn signature. */
let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const DRAWING = "10.20-40.80-90.30_300.100_0.0-600.200";
const buildPoints = (count: number, between: string): string => Array.from({ length: count }, () => "1.2").join(between);

describe("parsing of a drawing", () => {
  it("returns the points of each stroke", () => {
    expect(parseStrokes(DRAWING)).toEqual([
      [
        [10, 20],
        [40, 80],
        [90, 30],
      ],
      [[300, 100]],
      [
        [0, 0],
        [600, 200],
      ],
    ]);
    expect(parseStrokes(buildPoints(drawingBounds.strokes, "_"))).toHaveLength(64);
    expect(parseStrokes(buildPoints(drawingBounds.points, "-"))).toHaveLength(1);
  });

  it.each([
    ["", "Must consist of points"],
    ["1.2-", "Must consist of points"],
    ["01.2", "Must consist of points"],
    ["-1.2", "Must consist of points"],
    ["1.2.3", "Must consist of points"],
    ["1e1.2", "Must consist of points"],
    ["<svg/onload=alert(1)>", "Must consist of points"],
    ["data:image/png;base64,AAAA", "Must consist of points"],
    ["601.0", "All points must be within 600 by 200"],
    ["0.201", "All points must be within 600 by 200"],
    [buildPoints(65, "_"), "At most 64 strokes"],
    [buildPoints(4001, "-"), "At most 4000 points"],
    [buildPoints(9000, "-"), "Must consist of points"],
  ])("is not %.30s", (text, why) => expect(parseStrokes(text)).toContain(why));
});

/** Opens the page and continues to the signing form. */
async function openSigningForm() {
  const email = newMailbox();
  const { request } = await requestSignatures(tenant.admin, [{ name: "Dee Drawn", email }]);
  const link = await findSigningLink(app, email);
  const browser = new SignerBrowser(app);
  return { id: request.id, link, browser, form: buildSigningForm(await browser.enter(link, email), "Dee Drawn") };
}

const readSigner = async (id: string) => (await tenant.admin.getSignatureRequest({ id })).data.signers[0];

describe("a signature with a drawing", () => {
  it("is stored with its hash, drawn as lines in the certificate, and verified there", async () => {
    const { id, link, browser, form } = await openSigningForm();
    expect((await browser.send(link, { ...form, drawing: DRAWING })).status).toBe(200);
    await app.settle();
    const file = Buffer.from((await callOperation(app, tenant.token, "getSignatureDocument", { id })).body, "base64");
    const statement = parseStatement(
      Buffer.from((await callOperation(app, tenant.token, "getSignatureCertificate", { id })).body, "base64"),
    );
    const [signer] = statement.signers;
    if (!signer) expect.fail("There is no signature");
    const hash = (await readSigner(id))?.drawing_hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(signer.drawing).toBe(DRAWING);
    expect(statement.events.find(({ what: eventType }) => eventType === "signed")?.facts.drawing_sha256).toBe(hash);
    const drawings = certificateDocument(statement, "en").blocks.flatMap((block) =>
      block.kind === "drawing" ? [block.drawing] : [],
    );
    expect(drawings).toMatchObject([{ strokes: parseStrokes(DRAWING), alt: "Drawn by Dee Drawn" }]);
    const findings = verifyStatement(statement, file);
    expect(findings.filter(({ isRight }) => !isRight)).toEqual([]);
    expect(findings.map(({ what: description }) => description).join()).toContain(`drew the signature ${hash}`);
    const { drawing: _, ...bare } = signer;
    for (const alteredSigner of [{ ...signer, drawing: "1.1-2.2" }, bare, { ...signer, drawing: "<svg>" }])
      expect(verifyStatement({ ...statement, signers: [alteredSigner] }, file).filter(({ isRight }) => !isRight)).toHaveLength(1);
  });

  it("still needs a name, and a valid drawing", async () => {
    const { id, link, browser, form } = await openSigningForm();
    const nameless = await browser.send(link, { ...form, name: " ", drawing: DRAWING });
    expect([nameless.status, fieldError(nameless, "name"), readHiddenField(nameless, "drawing")]).toEqual([
      400,
      "This field is required",
      DRAWING,
    ]);
    for (const drawing of ["<svg/onload=alert(1)>", "601.0", buildPoints(4001, "-")]) {
      const response = await browser.send(link, { ...form, drawing });
      expect([response.status, readHiddenField(response, "drawing")]).toEqual([400, ""]);
      expect(response.body).toContain("The drawing cannot be read");
      expect(response.body).not.toContain("<svg");
    }
    expect((await browser.send(link, form)).status).toBe(200);
    expect(await readSigner(id)).toMatchObject({ state: "signed", drawing_hash: null });
  });

  it("stores nothing if the session is that of another signer", async () => {
    const { id, link, form } = await openSigningForm();
    expect((await new SignerBrowser(app).send(link, { ...form, drawing: DRAWING })).status).toBe(409);
    expect(await readSigner(id)).toMatchObject({ signed_at: null, drawing_hash: null });
  });
});

it("a drawing that differs from its hash is not returned", async () => {
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const request = "srq_drawn";
    const hash = String(await Drawing.store(request, DRAWING));
    expect(await Drawing.read(request, hash)).toBe(DRAWING);
    await app.ports.objects.write(objectKey("documents", request, `${hash}.drawing`), Buffer.from("1.2-3.4"));
    await expect(Drawing.read(request, hash)).rejects.toThrow("does not match its hash");
  });
});
