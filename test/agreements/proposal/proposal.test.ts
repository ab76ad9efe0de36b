import { outlineProposal } from "@crm/core/agreements/proposal/document.ts";
import { Proposal } from "@crm/core/agreements/proposal/proposal.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createCustomer, createOpportunity, createQuote, listIds, readRejection } from "../quote/support.ts";
import { attachPicture, createPresentedProposal, createProposal, sendProposal, textSection } from "./support.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let rep: TestUser;
let colleague: TestUser;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  otherTenant = await signUp(app);
  admin = tenant.admin;
  [rep, colleague] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
});
afterAll(() => app.stop());

const readDocument = (id: string) =>
  runIn(systemContext(app.ports, tenant.id, "test"), () =>
    Tenants.runWithSettings(async () => (await outlineProposal(await Proposal.read(id))).render()),
  );
const listDocumentTexts = async (id: string) =>
  (await readDocument(id)).blocks.flatMap((block) =>
    block.kind === "paragraph" || block.kind === "heading" ? [block.text] : [],
  );
const createApprovedQuote = async (as: Tenant["admin"], more: Record<string, unknown> = {}) => {
  const quote = await createQuote(as, more);
  await as.submitQuote({ id: quote.id });
  return quote;
};

describe("a proposal", () => {
  it("takes the values of its opportunity, its quote and the day", async () => {
    const opportunity = await createOpportunity(admin, { name: "Fleet 2030" });
    const quote = await createQuote(admin, {
      opportunity_id: opportunity.id,
      expiration_date: "2039-05-01",
      requires_signature: true,
    });
    const proposal = await createProposal(admin, { quote_id: quote.id });
    expect(proposal).toMatchObject({
      ...{ name: "Fleet 2030", customer_id: opportunity.customer_id, opportunity_id: opportunity.id, quote_id: quote.id },
      ...{ status: "DRAFT", expiration_date: "2039-05-01", requires_signature: true, owner_id: tenant.userId },
      ...{ proposal_number: expect.stringMatching(/^P-\d{4}-\d{6}$/), version_number: 1, is_primary: true },
      sections: [{ ...textSection, id: expect.stringMatching(/^pse_/), page_break: false, attachment_id: null, alt_text: null }],
    });
    expect(proposal.series_id).toBe(proposal.id);
    for (const field of ["versions_made", "approval_round", "issue_id"]) expect(Object.keys(proposal)).not.toContain(field);
    await app.settle();
    expect(listIds(await admin.listProposals({ quote: quote.id }))).toEqual([proposal.id]);
    expect(await readRejection(admin.deleteQuote({ id: quote.id }))).toEqual([409, ["proposals"]]);
    expect(await readRejection(admin.deleteCustomer({ id: proposal.customer_id }))).toEqual([
      409,
      ["opportunities", "quotes", "proposals"],
    ]);
  });

  it("rejects invalid input and names the fields", async () => {
    const customerId = await createCustomer(admin);
    const foreignQuote = await createQuote(admin);
    const replaced = await createApprovedQuote(admin, { customer_id: customerId });
    await admin.createQuoteVersion({ id: replaced.id });
    const picture = { section_type: "PICTURE", alt_text: "A boat", attachment_id: "att_000000000000000000" };
    for (const [invalidInput, ...fields] of [
      [{}, "customer_id"],
      [{ customer_id: await createCustomer(otherTenant.admin) }, "customer_id"],
      [{ customer_id: customerId, quote_id: foreignQuote.id }, "quote_id"],
      [{ customer_id: customerId, quote_id: replaced.id }, "quote_id"],
      [{ customer_id: customerId, quote_id: (await createQuote(otherTenant.admin)).id }, "quote_id"],
      [{ customer_id: customerId, proposal_date: "2030-02-02", expiration_date: "2030-02-01" }, "expiration_date"],
      [{ customer_id: customerId, template_id: "ptm_000000000000000000" }, "template_id"],
      [
        { customer_id: customerId, sections: [textSection, { section_type: "TEXT" }, { text: "{{unknown}}" }] },
        "sections[1].text",
        "sections[2].text",
      ],
      [{ customer_id: customerId, sections: [picture] }, "sections[0].attachment_id"],
      [{ customer_id: customerId, sections: [{ section_type: "VIDEO" }] }, "sections[0].section_type"],
    ] as const)
      expect([invalidInput, await readRejection(allowAnyInput(admin).createProposal(invalidInput))]).toEqual([
        invalidInput,
        [400, fields],
      ]);
    const full = Array.from({ length: 8 }, () => ({ text: "\u6f22".repeat(20_000) }));
    expect(await readRejection(createProposal(admin, { sections: full }))).toEqual([400, ["sections"]]);
  });

  it("is visible to its owner only, and to no other tenant", async () => {
    const { id, sections } = await createProposal(rep.client, { name: "Quiet harbour" });
    const attachment = await attachPicture(app, tenant, rep.client, id);
    await app.settle();
    for (const as of [colleague.client, otherTenant.admin]) {
      const section_id = String(sections[0]?.id);
      for (const sendRequest of [
        () => as.getProposal({ id }),
        () => as.previewProposal({ id }),
        () => as.submitProposal({ id }),
        () => as.previewProposalSubmission({ id }),
        () => as.withdrawProposal({ id }),
        () => sendProposal(as, id),
        () => as.presentProposal({ id }),
        () => as.acceptProposal({ id }),
        () => as.addProposalSection({ id, ...textSection }),
        () => as.removeProposalSection({ id, section_id }),
        () => as.reorderProposalSections({ id, section_ids: [section_id] }),
        () => as.createProposalVersion({ id }),
        () => as.listProposalActivities({ id }),
        () => as.getAttachment({ id: attachment }),
      ])
        expect(await readRejection(sendRequest())).toEqual([404, []]);
      expect(listIds(await as.listProposals({ search: "quiet" }))).toEqual([]);
    }
    expect(listIds(await rep.client.listProposals({ search: "quiet" }))).toEqual([id]);
    const colleagueProposal = await createProposal(colleague.client);
    expect(await readRejection(colleague.client.compareProposals({ id: colleagueProposal.id, with: id }))).toEqual([
      400,
      ["with"],
    ]);
    // A quote that the author of the proposal cannot see is rejected as well.
    const hidden = await createQuote(rep.client);
    expect(await readRejection(colleague.client.updateProposal({ id: colleagueProposal.id, quote_id: hidden.id }))).toEqual([
      400,
      ["quote_id"],
    ]);
  });

  it("is created from a template, and names the template's revision", async () => {
    const sections = [
      { text: "Dear {{contact.first_name|friend}}" },
      { section_type: "QUOTE_LINES", heading: "Prices", page_break: true },
    ];
    const { data: template } = await admin.createProposalTemplate({ name: "Boats", valid_days: 10, sections });
    expect(await readRejection(admin.createProposalTemplate({ name: "x", sections: [{ section_type: "PICTURE" }] }))).toEqual([
      400,
      ["sections[0].section_type"],
    ]);
    const quote = await createQuote(admin);
    const { data: preview } = await admin.previewProposalTemplate({ id: template.id, customer_id: quote.customer_id });
    expect(preview).toMatchObject({ revision: 1, sections: [{ text: "Dear friend" }, { heading: "Prices" }], missing: [] });
    const proposal = await createProposal(admin, { quote_id: quote.id, template_id: template.id, sections: undefined });
    expect(proposal).toMatchObject({
      ...{ template_id: template.id, template_revision: 1 },
      sections: [{ text: sections[0]?.text }, { section_type: "QUOTE_LINES", heading: "Prices", page_break: true }],
    });
    await admin.updateProposalTemplate({ id: template.id, sections: [] });
    const { data: revisions } = await admin.listProposalTemplateRevisions({ id: template.id });
    expect(revisions.map(({ revision, sections: storedSections }) => [revision, storedSections?.length])).toEqual([
      [2, 0],
      [1, 2],
    ]);
    await admin.updateProposalTemplate({ id: template.id, is_active: false });
    expect(await readRejection(createProposal(admin, { template_id: template.id }))).toEqual([400, ["template_id"]]);
  });
});

describe("the sections of a proposal", () => {
  it("are added, replaced, moved and removed", async () => {
    const { id, sections } = await createProposal(admin);
    const why = String(sections[0]?.id);
    const { data: added } = await admin.addProposalSection({ id, text: "First", position: 1 });
    const first = String(added.sections[0]?.id);
    expect(added.sections.map((section) => section.text)).toEqual(["First", textSection.text]);
    const replaced = { id, section_id: first, text: "Then", page_break: true };
    expect((await admin.replaceProposalSection(replaced)).data).toMatchObject({
      id: first,
      text: "Then",
      page_break: true,
    });
    const { data: reorderedProposal } = await admin.reorderProposalSections({ id, section_ids: [why, first] });
    expect(listIds({ data: reorderedProposal.sections })).toEqual([why, first]);
    expect(await readRejection(admin.reorderProposalSections({ id, section_ids: [why] }))).toEqual([400, ["section_ids"]]);
    expect(await readRejection(admin.addProposalSection({ id, section_type: "TEXT" }))).toEqual([400, ["text"]]);
    expect(await readRejection(admin.replaceProposalSection({ id, section_id: first, text: "{{x}}" }))).toEqual([400, ["text"]]);
    await admin.removeProposalSection({ id, section_id: first });
    expect(await readRejection(admin.removeProposalSection({ id, section_id: first }))).toEqual([404, []]);
    expect((await admin.listProposalSections({ id })).data).toMatchObject([{ id: why }]);
  });

  it("are limited to 100, also for concurrent additions", async () => {
    const { id } = await createProposal(admin, { sections: Array.from({ length: 99 }, () => textSection) });
    const outcomes = await Promise.all([1, 2].map(() => readRejection(admin.addProposalSection({ id, ...textSection }))));
    expect(outcomes.sort()).toEqual([[400, ["sections"]], "went through"].sort());
  });

  it("show pictures of the same proposal only, which cannot be deleted while shown", async () => {
    const { id } = await createProposal(admin);
    const elsewhere = await createProposal(admin);
    const pictureId = await attachPicture(app, tenant, admin, id);
    const picture = { section_type: "PICTURE", alt_text: "A boat" };
    const show = (attachment_id: string) => readRejection(admin.addProposalSection({ id, ...picture, attachment_id }));
    expect(await show(await attachPicture(app, tenant, admin, elsewhere.id))).toEqual([400, ["attachment_id"]]);
    expect(await show(await attachPicture(app, tenant, admin, id, Buffer.from("no picture at all")))).toEqual([
      400,
      ["attachment_id"],
    ]);
    expect(await show(pictureId)).toBe("went through");
    expect(await readRejection(admin.deleteAttachment({ id: pictureId }))).toEqual([409, ["id"]]);
    const blocks = (await readDocument(id)).blocks;
    expect(blocks.find(({ kind }) => kind === "image")).toMatchObject({ image: { alt: "A boat" } });
    // A new version may use the pictures of the previous one.
    const { data: next } = await admin.createProposalVersion({ id });
    expect(
      (
        await admin.updateProposal({
          id: next.id,
          sections: next.sections.map(({ id: _id, created_at: _at, ...sectionInput }) => sectionInput),
        })
      ).data,
    ).toMatchObject({
      sections: [{}, { attachment_id: pictureId }],
    });
    expect(await readRejection(admin.updateProposal({ id, sections: [] }))).toEqual([409, ["sections"]]);
    await admin.deleteProposal({ id: next.id });
    await admin.updateProposal({ id, sections: [] });
    expect(await readRejection(admin.deleteAttachment({ id: pictureId }))).toBe("went through");
    expect(await show(pictureId)).toEqual([400, ["attachment_id"]]);
  });

  it("keep a picture or omit it when it is added and deleted at the same moment", async () => {
    for (let turn = 0; turn < 5; turn++) {
      const { id } = await createProposal(admin);
      const attachment_id = await attachPicture(app, tenant, admin, id);
      const [addOutcome, deleted] = await Promise.all([
        readRejection(admin.addProposalSection({ id, section_type: "PICTURE", alt_text: "A boat", attachment_id })),
        readRejection(admin.deleteAttachment({ id: attachment_id })),
      ]);
      expect([addOutcome === "went through", deleted === "went through"].filter(Boolean)).toHaveLength(1);
    }
  });
});

describe("the lifecycle of a proposal", () => {
  it("requires an approved quote, and returns to draft when the content changes", async () => {
    const quote = await createQuote(admin);
    const { id } = await createProposal(admin, { quote_id: quote.id });
    expect(await readRejection(admin.presentProposal({ id }))).toEqual([409, ["status"]]);
    expect(await readRejection(admin.submitProposal({ id }))).toEqual([409, ["quote_id"]]);
    await admin.submitQuote({ id: quote.id });
    expect((await admin.previewProposalSubmission({ id })).data).toEqual({ steps: [] });
    expect((await admin.submitProposal({ id })).data).toMatchObject({
      status: "APPROVED",
      approval: { level: null, outcome: "APPROVED", round: 1, rule: { kind: "proposal_approval", number: 0 } },
    });
    expect(await readRejection(admin.submitProposal({ id }))).toEqual([409, ["status"]]);
    expect((await admin.updateProposal({ id, notes: "Call first", tags: ["warm"] })).data.status).toBe("APPROVED");
    expect((await admin.addProposalSection({ id, ...textSection })).data).toMatchObject({
      status: "DRAFT",
      approval: null,
    });
    await admin.submitProposal({ id });
    expect((await admin.withdrawProposal({ id })).data).toMatchObject({ status: "DRAFT", approval: null });
    expect(await readRejection(admin.withdrawProposal({ id }))).toEqual([409, ["status"]]);
    expect((await admin.submitProposal({ id })).data.approval).toMatchObject({ round: 3 });
    expect(await readRejection(admin.presentProposal({ id }))).toEqual([409, ["status"]]);
    expect(await sendProposal(admin, id)).toMatchObject({ status: "SENT", sent_at: expect.any(String) });
    expect((await admin.presentProposal({ id })).data).toMatchObject({ status: "PRESENTED", presented_at: expect.any(String) });
    // Presenting a proposal sends its quote.
    expect((await admin.getQuote({ id: quote.id })).data.status).toBe("SENT");
    expect(await readRejection(admin.updateProposal({ id, name: "Other" }))).toEqual([409, ["name"]]);
    expect(await readRejection(admin.addProposalSection({ id, ...textSection }))).toEqual([409, ["sections"]]);
    expect((await admin.updateProposal({ id, notes: "Rang" })).data.status).toBe("PRESENTED");
    expect((await admin.rejectProposal({ id, reason: "Too dear" })).data).toMatchObject({ status: "REJECTED" });
    expect((await admin.getQuote({ id: quote.id })).data.status).toBe("SENT");
  });

  it("rejects a submission of an incomplete proposal", async () => {
    const customer_id = await createCustomer(admin);
    const submitted = async (more: object) =>
      readRejection(admin.submitProposal({ id: (await createProposal(admin, { customer_id, ...more })).id }));
    expect(await submitted({ sections: [] })).toEqual([400, ["sections"]]);
    expect(await submitted({ sections: [{ section_type: "QUOTE_LINES" }] })).toEqual([400, ["quote_id"]]);
    expect(await submitted({ sections: [{ heading: "For {{contact.first_name}}" }] })).toEqual([400, ["sections[0].heading"]]);
    expect(await submitted({ proposal_date: "2020-01-01", expiration_date: "2020-02-01" })).toEqual([400, ["expiration_date"]]);
  });

  it("preserves the content of the submission", async () => {
    const customer_id = await createCustomer(admin, { name: "Old Name" });
    const quote = await createApprovedQuote(admin, { customer_id });
    const sections = [
      { text: "For {{customer.name}}: {{quote.total_amount}}" },
      { section_type: "QUOTE_LINES", heading: "Prices" },
    ];
    const { id } = await createProposal(admin, { quote_id: quote.id, sections });
    expect((await admin.previewProposal({ id })).data).toMatchObject({
      sections: [{ text: "For Old Name: 100.00" }, {}],
      missing: [],
    });
    await admin.submitProposal({ id });
    await admin.updateCustomer({ id: customer_id, name: "New Name" });
    await admin.updateQuote({ id: quote.id, notes: "Hush", discount_percent: "5" });
    expect((await admin.previewProposal({ id })).data.sections[0]).toMatchObject({ text: "For Old Name: 100.00" });
    const texts = await listDocumentTexts(id);
    expect(texts).toContain("For Old Name: 100.00");
    const totals = (await readDocument(id)).blocks.find((block) => block.kind === "totals");
    expect(JSON.stringify(totals)).toContain("100.00");
    expect(JSON.stringify(totals)).not.toContain("95.00");
    // The quote has changed since, so the proposal cannot be sent.
    expect(await readRejection(sendProposal(admin, id))).toEqual([409, ["quote_id"]]);
    await admin.submitQuote({ id: quote.id });
    expect(await readRejection(sendProposal(admin, id))).toEqual([409, ["quote_id"]]);
    await admin.withdrawProposal({ id });
    await admin.submitProposal({ id });
    expect((await sendProposal(admin, id)).status).toBe("SENT");
    expect(await listDocumentTexts(id)).toContain("For New Name: 95.00");
  });

  it("ends after the last day in the tenant's time zone", async () => {
    app.setClock({ now: "2031-01-31T14:50:00Z" });
    const tokyo = await signUp(app, { timezone: "Asia/Tokyo" });
    const { id, expires_at } = await createPresentedProposal(tokyo.admin, {
      proposal_date: "2031-01-31",
      expiration_date: "2031-01-31",
    });
    expect(expires_at).toBe("2031-01-31T15:00:00.000Z");
    app.setClock({ now: expires_at });
    // The expiry sweep has not run yet.
    expect(await readRejection(tokyo.admin.acceptProposal({ id }))).toEqual([409, ["expiration_date"]]);
    app.setClock({ advance: 120_000 });
    await app.settle();
    expect((await tokyo.admin.getProposal({ id })).data.status).toBe("EXPIRED");
    app.setClock({ reset: true });
  });
});
