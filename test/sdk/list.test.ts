import { describe, expect, it } from "vitest";
import { createStubClient, ok, refuse } from "./stub.ts";

const page = (ids: readonly number[], meta: object) =>
  ok(
    ids.map((id) => ({ id })),
    meta,
  );
const pages = [page([1, 2], { next_cursor: "c1" }), page([], { next_cursor: "c2" }), page([3], { next_cursor: null })];

describe("a list", () => {
  it("is read page by page, also past an empty one, with the largest pages", async () => {
    const { crm, sent } = createStubClient(pages);
    const ids: unknown[] = [];
    for await (const { id } of crm.leads.list({ status: "new" })) ids.push(id);
    expect(ids).toEqual([1, 2, 3]);
    expect(sent.map(({ path }) => path.replace("/api/v1/leads?", ""))).toEqual([
      "limit=100&status=new",
      "limit=100&status=new&cursor=c1",
      "limit=100&status=new&cursor=c2",
    ]);
  });

  it("reads no page that the caller does not need, and none twice at once", async () => {
    const { crm, sent } = createStubClient(pages);
    const list = crm.leads.list({ limit: 2 });
    expect(sent).toHaveLength(0);
    for await (const { id } of list) if (String(id) === "2") break;
    expect(sent).toHaveLength(1);
  });

  it("gives one page with its totals", async () => {
    const { crm, sent } = createStubClient([page([1], { total: 41, next_cursor: "c1" })]);
    const { data, meta } = await crm.leads.list({ page: 3, limit: 1 }).page();
    expect([data, meta.total, sent[0]?.path]).toEqual([[{ id: 1 }], 41, "/api/v1/leads?page=3&limit=1"]);
  });

  it("continues from a numbered page by its cursor", async () => {
    const { crm, sent } = createStubClient(pages);
    const found = [];
    for await (const { data } of crm.leads.list({ page: 2 }).pages()) found.push(data.length);
    expect([found, sent[1]?.path]).toEqual([[2, 0, 1], "/api/v1/leads?limit=100&cursor=c1"]);
  });

  it("becomes an array of limited length", async () => {
    const { crm, sent } = createStubClient(pages);
    expect((await crm.leads.list().toArray(2)).map(({ id }) => id)).toEqual([1, 2]);
    expect(await crm.leads.list().toArray(0)).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it("of a query sends its conditions and cursors in the body", async () => {
    const { crm, sent } = createStubClient(pages);
    const where = { or: [{ company: { prefix: "us" } }] };
    expect(await crm.leads.query({ where }).toArray(9)).toHaveLength(3);
    expect(sent.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/api/v1/leads/query", { limit: 100, where }],
      ["POST", "/api/v1/leads/query", { limit: 100, where, cursor: "c1" }],
      ["POST", "/api/v1/leads/query", { limit: 100, where, cursor: "c2" }],
    ]);
    expect(sent[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  it("throws the error of a later page", async () => {
    const { crm } = createStubClient([pages[0] ?? "never", refuse(400, "VALIDATION_ERROR")]);
    await expect(crm.leads.list().toArray(9)).rejects.toMatchObject({ status: 400 });
  });
});

it("the feed of events continues after the last event that was read", async () => {
  const answers = [
    page([1], { next_cursor: "evt_1", after: "evt_1" }),
    page([], { next_cursor: "evt_8", after: "evt_8" }),
    page([2], { next_cursor: null, after: "evt_9" }),
  ];
  const { crm, sent } = createStubClient(answers);
  expect(await crm.events.list({ types: ["lead.*", "quote.*"] }).toArray(9)).toEqual([{ id: 1 }, { id: 2 }]);
  expect(sent.map(({ path }) => path.replace("/api/v1/events?limit=100&types=lead.*%2Cquote.*", ""))).toEqual([
    "",
    "&after=evt_1",
    "&after=evt_8",
  ]);
});
