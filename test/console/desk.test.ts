import { buildAnswer, estimateSegments, suggestSubject } from "@crm/console/pages/service/conversation/conversation-rules.ts";
import { buildArticleLink, mergeHits, putPublicFirst } from "@crm/console/pages/service/ticket/article-rules.ts";
import {
  findClockHue,
  formatClock,
  formatMoment,
  formatShortClock,
  listClocks,
  untilNextMinute,
} from "@crm/console/pages/service/ticket/clock-rules.ts";
import {
  buildConversationQuery,
  buildMergeQueries,
  buildTicketQuery,
  buildUndatedQuery,
  chooseShown,
  countPanes,
  findNext,
  findSuccessor,
  isRaised,
  listCardParts,
  parseQueue,
  putReturnedFirst,
  ticketQueues,
} from "@crm/console/pages/service/ticket/desk-rules.ts";
import {
  applyMacro,
  buildRequests,
  canSend,
  emptyReply,
  findInsertEnd,
  findNextStatus,
  insertText,
  listChanges,
  listNextStatuses,
  type MacroPreview,
  type ReplyDraft,
} from "@crm/console/pages/service/ticket/reply-rules.ts";
import { resolveSnooze } from "@crm/console/pages/service/ticket/snooze-rules.ts";
import {
  canUndoEvent,
  findLaterAnswer,
  foldEvents,
  listSplittable,
  listTicketEvents,
  mergeThread,
  suggestSplitSubject,
  type ThreadEntry,
  type ThreadMessage,
  toCommentEntry,
  toMessageEntry,
} from "@crm/console/pages/service/ticket/thread-rules.ts";
import { buildTicketAddress, readTicketPreset } from "@crm/console/pages/service/ticket/ticket-preset.ts";
import {
  describeEscalation,
  describeReopening,
  describeWorkEvent,
  type WorkEvent,
} from "@crm/console/pages/service/ticket/work-events.ts";
import { formatDisplay, listDisplayModes, parseDisplay } from "@crm/console/records/rows/display.ts";
import { describe, expect, it } from "vitest";
import "./register-pages.ts";
import { partOf } from "../support/part-of.ts";

/** Puts values into a message without plurals. */
const t = (message: string, values: Readonly<Record<string, unknown>> = {}): string =>
  message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const NOW = "2026-11-27T10:00:00.000Z";
const berlin = { locale: "en", timeZone: "Europe/Berlin" };

describe("tickets to merge", () => {
  it("are of the same customer, or of none", () => {
    expect(buildMergeQueries("cus_1", "pump")).toEqual([
      { search: "pump", limit: "20", customer_id: "cus_1" },
      { search: "pump", limit: "20", "customer_id[is_null]": "true" },
    ]);
    expect(buildMergeQueries(null, "pump")).toEqual([{ search: "pump", limit: "20" }]);
  });
});

describe("the clocks of a ticket in words", () => {
  it.each([
    ["without service levels", {}, []],
    ["resolved", { is_resolved: true, resolution_due_at: "2026-11-27T09:00:00Z" }, []],
    [
      "not answered",
      { first_response_due_at: "2026-11-27T10:25:30Z", resolution_due_at: "2026-11-27T14:00:00Z" },
      ["Reply due in 25 min", "Resolution due in 4 hr"],
    ],
    ["a second before the due time", { first_response_due_at: "2026-11-27T10:00:01Z" }, ["Reply due now"]],
    ["at the due time", { first_response_due_at: NOW }, ["Reply due now"]],
    ["a second after it", { first_response_due_at: "2026-11-27T09:59:59Z" }, ["Reply late"]],
    ["breached", { first_response_due_at: "2026-11-27T08:00:00Z" }, ["Reply 2 hr late"]],
    ["breached for minutes", { first_response_due_at: "2026-11-27T08:30:00Z" }, ["Reply 90 min late"]],
    ["breached for days", { resolution_due_at: "2026-11-24T09:00:00Z" }, ["Resolution 3 days late"]],
    [
      "answered",
      {
        first_response_at: "2026-11-27T09:00:00Z",
        first_response_due_at: "2026-11-27T10:25:00Z",
        resolution_due_at: "2026-11-27T11:00:00Z",
      },
      ["Resolution due in 60 min"],
    ],
    [
      "a later message waits",
      {
        first_response_at: "2026-11-26T09:00:00Z",
        next_response_due_at: "2026-11-27T13:00:00Z",
        resolution_due_at: "2026-11-27T12:00:00Z",
      },
      ["Resolution due in 2 hr", "Reply due in 3 hr"],
    ],
    [
      "waiting for the customer",
      { is_sla_paused: true, status: "WAITING_ON_CUSTOMER", resolution_due_at: null },
      ["Paused: waiting for the customer"],
    ],
    ["paused since a merge", { is_sla_paused: true, status: "OPEN" }, ["Paused"]],
    ["a resolved one that was paused", { is_resolved: true, is_sla_paused: true }, []],
    ["the next working day", { resolution_due_at: "2026-11-30T08:30:00Z" }, ["Resolution due in 2 days"]],
    ["a date far away", { resolution_due_at: "2026-12-12T08:00:00Z" }, ["Resolution due Dec 12, 9:00 AM"]],
    ["the last date", { resolution_due_at: "9999-12-31T00:00:00Z" }, ["Resolution due Dec 31, 9999, 1:00 AM"]],
  ])("%s", (_, ticket, words) => {
    expect(listClocks(ticket, NOW).map((clock) => formatClock(clock, ticket, NOW, berlin, t))).toEqual(words);
  });

  it.each([
    ["Europe/Berlin", "en-GB", "Resolution due 4 Dec, 23:30"],
    ["Asia/Tokyo", "en-GB", "Resolution due 5 Dec, 7:30"],
    ["America/Los_Angeles", "en-GB", "Resolution due 4 Dec, 14:30"],
    ["Europe/Berlin", "de", "Resolution due 4. Dez., 23:30"],
  ])("names the day of the reader in %s, %s", (timeZone, locale, words) => {
    const ticket = { resolution_due_at: "2026-12-04T22:30:00Z" };
    const [clock] = listClocks(ticket, NOW);
    expect(clock && formatClock(clock, ticket, NOW, { locale, timeZone }, t)).toBe(words);
  });

  it.each([
    ["2026-11-27T08:00:00Z", "9:00 AM"],
    ["2026-11-24T08:00:00Z", "Tue 9:00 AM"],
    ["2026-11-12T08:00:00Z", "Nov 12, 9:00 AM"],
  ])("names the time %s that has passed as %s", (instant, words) => {
    expect(formatMoment(instant, NOW, berlin).replaceAll("\u202f", " ")).toBe(words);
  });

  it.each([
    ["low", false],
    ["medium", false],
    ["high", true],
    ["critical", true],
    ["of_the_tenant", true],
  ])("marks the priority %s in rows: %s", (code, isMarked) => {
    expect(isRaised({ code })).toBe(isMarked);
  });

  it.each([
    ["2026-11-27T09:59:00Z", "red"],
    ["2026-11-27T10:59:59Z", "yellow"],
    ["2026-11-27T11:00:00Z", "gray"],
  ])("marks what is due at %s %s", (resolution_due_at, hue) => {
    const [clock] = listClocks({ resolution_due_at }, NOW);
    expect(clock && findClockHue(clock, NOW)).toBe(hue);
  });

  it.each([
    [{ resolution_due_at: "2026-11-27T10:25:00Z" }, "in 25 min"],
    [{ resolution_due_at: "2026-12-12T08:00:00Z" }, "in 14 days"],
    [{ resolution_due_at: "2026-11-27T22:30:00Z" }, "in 12 hr"],
    [{ resolution_due_at: "2026-11-22T10:00:00Z" }, "5 days late"],
    [{ resolution_due_at: "2026-11-27T09:59:30Z" }, "Late"],
    [{ is_sla_paused: true }, "Paused"],
  ])("is short in a card: %j", (ticket, words) => {
    const [clock] = listClocks(ticket, NOW);
    expect(clock && formatShortClock(clock, NOW, berlin, t)).toBe(words);
  });

  it("changes with the full minute", () => {
    expect(untilNextMinute(Date.parse("2026-11-27T10:00:00.000Z"))).toBe(60_000);
    expect(untilNextMinute(Date.parse("2026-11-27T10:00:59.900Z"))).toBe(100);
  });
});

it.each([
  ["mine", "OPEN", { hasStatus: false, hasAgent: false }],
  ["mine", "WAITING_ON_CUSTOMER", { hasStatus: true, hasAgent: false }],
  ["unassigned", "NEW", { hasStatus: true, hasAgent: false }],
  ["all", "OPEN", { hasStatus: false, hasAgent: true }],
] as const)("a card of the queue %s with %s says only what the queue does not", (queue, status, parts) => {
  expect(listCardParts(queue, status)).toEqual(parts);
});

describe("the queues of the desk", () => {
  const awake = { is_resolved: "false", "snoozed_until[is_null]": "true" };
  it("begins with the tickets of the user, the next due first", () => {
    expect(parseQueue(undefined, ticketQueues)).toBe("mine");
    expect(parseQueue("nonsense", ticketQueues)).toBe("mine");
    expect(buildTicketQuery("mine", {})).toEqual({ ...awake, owner: "me", sort: "next_due_at", order: "asc" });
    expect(buildTicketQuery("soon", { sort: "created_at", order: "desc", priority: "high" })).toEqual({
      ...{ "next_due_at[lte]": "now+4h", is_resolved: "false" },
      ...{ sort: "created_at", order: "desc", priority: "high" },
    });
  });
  it("shows resolved tickets if the list asks for a status", () => {
    expect(buildTicketQuery("mine", { status: "RESOLVED" }).is_resolved).toBeUndefined();
    expect(buildTicketQuery("all", { is_resolved: "true" }).is_resolved).toBe("true");
  });
  it("adds tickets for which nothing is due to the order by due time", () => {
    expect(buildUndatedQuery("mine", { priority: "high" })).toEqual({
      ...{ ...awake, owner: "me", priority: "high" },
      ...{ "next_due_at[is_null]": "true", sort: "created_at", order: "desc" },
    });
    expect(buildUndatedQuery("soon", {})).toBeUndefined();
    expect(buildUndatedQuery("all", { sort: "created_at", order: "desc" })).toBeUndefined();
  });

  it("begins with the tickets that came back from a snooze", () => {
    const rows = ["a", "b", "c", "d"].map((id) => ({ id }));
    expect(putReturnedFirst(rows, new Set(["d", "b"])).map(({ id }) => id)).toEqual(["b", "d", "a", "c"]);
  });
  it("has snoozed tickets in their own queue, and among those that breach soon", () => {
    expect(buildTicketQuery("snoozed", {})).toMatchObject({ "snoozed_until[is_null]": "false" });
    expect(buildTicketQuery("soon", {})).not.toHaveProperty("snoozed_until[is_null]");
  });
  it("sorts conversations by their last message", () => {
    expect(buildConversationQuery("unread", { channel: "sms" })).toEqual({
      ...{ "unread_count[gt]": "0", sort: "last_message_at", order: "desc", channel: "sms" },
    });
  });
  it("leaves closed conversations out of the queues of open ones", () => {
    expect(buildConversationQuery("mine", {})).toMatchObject({ owner: "me", "closed_at[is_null]": "true" });
    expect(buildConversationQuery("closed", {})).toMatchObject({ "closed_at[is_null]": "false" });
  });
  it.each([
    [1200, 3],
    [960, 3],
    [959, 2],
    [640, 2],
    [639, 1],
    [0, 1],
  ])("has in %i pixels %i panes", (width, panes) => expect(countPanes(width)).toBe(panes));
  it("shows the first ticket beside the queue, and on a phone only a chosen one", () => {
    expect(chooseShown(undefined, ["a", "b"], 3)).toBe("a");
    expect(chooseShown(undefined, ["a", "b"], 1)).toBeUndefined();
    expect(chooseShown("b", ["a"], 1)).toBe("b");
    expect(chooseShown(undefined, [], 3)).toBeUndefined();
  });
  it("finds the ticket that follows", () => {
    expect(findSuccessor(["a", "b", "c"], "b")).toBe("c");
    expect(findSuccessor(["a", "b"], "b")).toBe("a");
    expect(findSuccessor(["a"], "a")).toBeUndefined();
    expect(findSuccessor([], "x")).toBeUndefined();
  });
  it.each([
    ["b", "c"],
    ["c", undefined],
    [undefined, "a"],
    // A ticket that was resolved, or a conversation that was closed.
    ["x", "a"],
  ])("leads from %s on to %s", (shown, next) => {
    expect(findNext(["a", "b", "c"], shown)).toBe(next);
    expect(findNext([], shown)).toBeUndefined();
  });
  it("keeps the queue in the address, and a list beside the inbox", () => {
    const modes = ["list", "desk"] as const;
    expect(parseDisplay({ mode: "desk", queue: "soon" }, modes)).toEqual({ mode: "desk", queue: "soon" });
    expect(parseDisplay({ mode: "desk", queue: "A B" }, modes)).toEqual({ mode: "desk" });
    expect(formatDisplay({ mode: "desk", queue: "soon" })).toEqual({ mode: "desk", queue: "soon" });
    expect(formatDisplay({ mode: "list", queue: "soon" })).toEqual({});
    expect(formatDisplay({ mode: "list" }, "desk")).toEqual({ mode: "list" });
    expect(formatDisplay({ mode: "desk" }, "desk")).toEqual({});
    const kind = partOf<Parameters<typeof listDisplayModes>[0]>({ fields: [], filters: [] });
    expect(listDisplayModes({ ...kind, kind: "ticket" })).toEqual(["list", "desk"]);
    expect(listDisplayModes({ ...kind, kind: "lead" })).toEqual(["list"]);
  });
});

const message = (id: string, at: string, changes: Partial<ThreadMessage> = {}): ThreadMessage => ({
  ...{ type: "message", id, at, direction: "out", author: "Anna", userId: "usr_anna", subject: null, body: id },
  ...{ isAutomatic: false, status: null, attachmentIds: [], mentions: [] },
  ...changes,
});
const event = (id: string, at: string): ThreadEntry => ({ type: "event", id, at, name: "resolved", text: null });

describe("the thread of a ticket", () => {
  const comment = { id: "tco_1", created_at: NOW, excerpt: "Hel", body: "Hello", created_by: "usr_anna", is_automatic: false };
  const expanded = { created_by: { name: "Anna" } };
  it.each([
    ["an answer", { from: "AGENT", is_public: true }, { direction: "out", author: "Anna", userId: "usr_anna" }],
    ["a note", { from: "AGENT", is_public: false }, { direction: "note", author: "Anna" }],
    ["the requester", { from: "REQUESTER", is_public: true }, { direction: "in", author: "Grace", userId: null }],
    ["an automatic answer", { from: "SYSTEM", is_public: true, is_automatic: true }, { direction: "out", isAutomatic: true }],
    ["the system", { from: "SYSTEM", is_public: false }, { type: "event", name: "system", text: "Hello" }],
  ])("has %s", (_, row, entry) => {
    expect(toCommentEntry({ ...comment, expanded, ...row }, "Grace")).toMatchObject(entry);
  });
  it("shows the excerpt without the whole text", () => {
    expect(toCommentEntry({ ...comment, body: undefined, from: "AGENT", is_public: true }, null)).toMatchObject({ body: "Hel" });
  });
  it("names the person of each message, because a merge brings those of others", () => {
    const named = { ...expanded, person_id: { name: "Ada" } };
    expect(toCommentEntry({ ...comment, expanded: named, from: "REQUESTER", is_public: true }, "Grace")).toMatchObject({
      author: "Ada",
    });
  });
  it("has resolutions and escalations", () => {
    const ticket = {
      ...{ id: "tic_1", created_at: "2026-11-20T08:00:00Z", assigned_at: "2026-11-20T08:00:00Z", description: "Help" },
      ...{ escalated_at: "2026-11-21T08:00:00Z", escalation_reason: "Late" },
      resolutions: [
        {
          resolution: null,
          resolved_at: "2026-11-22T08:00:00Z",
          reopened_at: "2026-11-23T08:00:00Z",
          reopened_because: "The requester replied",
        },
      ],
    };
    expect(listTicketEvents(ticket).map(({ name, text }) => [name, text])).toEqual([
      ["escalated", "Late"],
      ["resolved", null],
      ["reopened", "The requester replied"],
    ]);
  });
  it("has the assignments and snoozes of the ticket in place of its last assignment", () => {
    const empty = { by: "system", agent_id: null, cause: null, absent_user_id: null, macro_name: null, until: null };
    const ticket = {
      ...{ id: "tic_1", created_at: "2026-11-20T08:00:00Z", assigned_at: "2026-11-22T08:00:00Z" },
      expanded: { work_history: [{ id: "usr_1", name: "Freya" }] },
      work_history: [
        { ...empty, at: "2026-11-21T08:00:00Z", type: "SNOOZED", by: "usr_1", until: "2026-11-22T07:00:00Z" },
        { ...empty, at: "2026-11-22T07:00:00Z", type: "SNOOZE_ENDED" },
        { ...empty, at: "2026-11-22T08:00:00Z", type: "ASSIGNED", agent_id: "usr_1" },
      ],
    };
    const events = listTicketEvents(ticket);
    expect(events.map(({ name, at }) => [name, at.slice(8, 13)])).toEqual([
      ["snoozed", "21T08"],
      ["snoozed", "22T07"],
      ["assigned", "22T08"],
    ]);
    expect(events.map(({ work }) => work && describeWorkEvent(work, (at) => at.slice(5, 10), t))).toEqual([
      "Snoozed until 11-22 by Freya",
      "Back from snooze",
      "Assigned to Freya",
    ]);
  });
  it.each<[Partial<WorkEvent>, string]>([
    [{ agent: "Freya" }, "Assigned to Freya"],
    [{ agent: "Freya", by: "Omar" }, "Assigned to Freya by Omar"],
    [{ agent: "Freya", by: "Freya" }, "Taken by Freya"],
    [{ agent: "Freya", cause: "STAND_IN", absentUser: "Omar" }, "Assigned to Freya as stand-in of Omar"],
    [{ agent: "Freya", cause: "ROUTING" }, "Assigned to Freya by the routing rule"],
    [{ agent: "Freya", cause: "ROUTING", reason: "Urgent" }, "Assigned to Freya by the routing rule: Urgent"],
    [{ agent: "Freya", by: "Omar", cause: "MACRO", macro: "Reset" }, "Assigned to Freya by Omar with the macro Reset"],
    [{ agent: "Freya", by: "Omar", cause: "MACRO" }, "Assigned to Freya by Omar with a macro"],
    [{}, "Assigned"],
    [{ type: "UNASSIGNED", cause: "ABSENCE", absentUser: "Omar" }, "Back in the queue, because Omar is away"],
    [{ type: "UNASSIGNED", by: "Omar" }, "Put back in the queue by Omar"],
    [{ type: "SNOOZE_ENDED", by: "Omar" }, "Snooze ended by Omar"],
  ])("tells the work %j", (event, sentence) => {
    const empty = { at: "", type: "ASSIGNED", by: null, agent: null, cause: null, absentUser: null, macro: null } as const;
    expect(describeWorkEvent({ ...empty, until: null, reason: null, ...event }, String, t)).toBe(sentence);
  });
  it("tells which clock escalated the ticket", () => {
    const ticket = { id: "tic_1", escalation_metric: "resolution", escalation_percent: 150 };
    expect(describeEscalation(ticket, t)).toBe("Escalated: 150% of the time to the resolution is over");
    expect(describeEscalation({ id: "tic_1", escalation_reason: "Late" }, t)).toBe(undefined);
    expect(describeReopening("The requester replied", t)).toBe("Reopened, because the customer replied");
    expect(describeReopening("Wrong part", t)).toBe("Reopened: Wrong part");
  });
  it("says to whom it was assigned, and by which case of the routing rule", () => {
    const assigned_at = "2026-11-21T08:00:00Z";
    const ticket = {
      id: "tic_1",
      created_at: "2026-11-20T08:00:00Z",
      assigned_at,
      expanded: { assigned_to_id: { name: "Freya" } },
    };
    const routing = { routed_at: assigned_at, reason: "Standard routing" };
    expect(listTicketEvents(ticket)).toMatchObject([{ name: "assigned", text: "Freya" }]);
    expect(listTicketEvents({ ...ticket, routing })).toMatchObject([{ name: "assigned", text: "Freya · Standard routing" }]);
  });
  it("leaves out events from before the oldest loaded message", () => {
    const own = [event("early", "2026-11-02T00:00:00Z"), event("late", "2026-11-06T00:00:00Z")];
    const loaded = [message("new", "2026-11-07T00:00:00Z"), message("old", "2026-11-05T00:00:00Z")];
    expect(mergeThread(own, loaded, true).map(({ id }) => id)).toEqual(["old", "late", "new"]);
    expect(mergeThread(own, loaded, false).map(({ id }) => id)).toEqual(["early", "old", "late", "new"]);
    expect(mergeThread(own, [], false).map(({ id }) => id)).toEqual(["early", "late"]);
  });
  it("folds events of a day of the reader", () => {
    const entries = [
      event("a", "2026-11-05T22:30:00Z"),
      event("b", "2026-11-05T23:30:00Z"),
      event("c", "2026-11-06T08:00:00Z"),
      message("m", "2026-11-06T09:00:00Z"),
      event("d", "2026-11-06T10:00:00Z"),
    ];
    const shape = (timeZone: string) =>
      foldEvents(entries, timeZone).map((item) => (item.type === "events" ? item.events.map(({ id }) => id).join("") : item.id));
    expect(shape("UTC")).toEqual(["ab", "c", "m", "d"]);
    expect(shape("Europe/Berlin")).toEqual(["a", "bc", "m", "d"]);
  });
  it("keeps an event with another ticket by itself, with its undo as long as it can be undone", () => {
    const other = { type: "MERGED", ticket_id: "tic_2", ticket_number: "T-2", subject: "Pump" } as const;
    const row = { ...comment, from: "SYSTEM", is_public: false, event: other };
    const merged = toCommentEntry(row, null);
    expect(merged).toMatchObject({ type: "event", other });
    const entries = [event("a", NOW), merged, event("b", NOW)];
    expect(foldEvents(entries, "UTC").map(({ id }) => id)).toEqual(["a", "tco_1", "b"]);
    expect([canUndoEvent(other, ["tic_2"]), canUndoEvent(other, [])]).toEqual([true, false]);
    const split = { ...other, type: "SPLIT_TO" } as const;
    expect([canUndoEvent(split, ["tic_2"]), canUndoEvent(split, [])]).toEqual([false, true]);
    expect(canUndoEvent({ ...other, type: "UNMERGED" }, ["tic_2"])).toBe(false);
  });
  it("splits off messages of people, under the first line of the first", () => {
    const messages = [message("The pump\nhums", NOW), message("auto", NOW, { isAutomatic: true })];
    expect(listSplittable([...messages, event("a", NOW)])).toEqual([messages[0]]);
    expect(suggestSplitSubject(messages)).toBe("The pump");
    expect(suggestSplitSubject([message("x".repeat(100), NOW)])).toBe(`${"x".repeat(79)}…`);
    expect(suggestSplitSubject([])).toBe("");
  });
  it("finds an answer of a colleague since the user began", () => {
    const begun = "2026-11-27T10:00:00Z";
    const later = message("later", "2026-11-27T10:05:00Z");
    expect(findLaterAnswer([later], begun, "usr_me")).toBe(later);
    expect(findLaterAnswer([later], undefined, "usr_me")).toBeUndefined();
    expect(findLaterAnswer([later], begun, "usr_anna")).toBeUndefined();
    expect(findLaterAnswer([message("note", later.at, { direction: "note" })], begun, "usr_me")).toBeUndefined();
    expect(findLaterAnswer([message("auto", later.at, { isAutomatic: true })], begun, "usr_me")).toBeUndefined();
    expect(findLaterAnswer([message("earlier", begun)], begun, "usr_me")).toBeUndefined();
  });
  it("has the messages of a conversation", () => {
    const row = {
      id: "msg_1",
      created_at: NOW,
      received_at: "2026-11-27T09:59:00Z",
      body: "Hi",
      subject: "Boat",
      status: "received",
    };
    expect(toMessageEntry({ ...row, direction: "in" }, "Grace")).toMatchObject({
      direction: "in",
      at: row.received_at,
      author: "Grace",
      status: null,
    });
    expect(toMessageEntry({ ...row, direction: "out", status: "sent", created_by: "usr_1" }, "Grace")).toMatchObject({
      at: NOW,
      status: "sent",
    });
  });
});

describe("a reply", () => {
  const ticket = { id: "tic_1", status: "OPEN", is_answered: false };
  const path = "/api/v1/support/tickets/tic_1";
  const preview: MacroPreview = {
    changes: [
      { field: "priority_id", before: "low", after: "high" },
      { field: "status", before: "OPEN", after: "WAITING_ON_CUSTOMER" },
    ],
    comment: { body: "Please send the invoice.", is_public: true, missing: [] },
  };
  const macro = { id: "tma_1", name: "Ask", preview };
  const filled = applyMacro(emptyReply, macro);
  const text = (body: string, changes: Partial<ReplyDraft> = {}): ReplyDraft => ({ ...emptyReply, text: body, ...changes });

  it("takes the text and the changes of a macro", () => {
    expect(filled).toEqual({ ...emptyReply, text: "Please send the invoice.", macro: { ...macro, dropped: [] } });
    expect(listChanges(filled)).toEqual(preview.changes);
    expect(applyMacro(text("Hello"), macro).text).toBe("Hello\n\nPlease send the invoice.");
    const note = {
      ...macro,
      preview: { ...preview, comment: { ...preview.comment, body: "Check", is_public: false, missing: [] } },
    };
    expect(applyMacro(emptyReply, note).mode).toBe("note");
    expect(applyMacro(text("Hello"), note).mode).toBe("reply");
    expect(applyMacro(text("Hello"), { ...macro, preview: { ...preview, comment: null } }).text).toBe("Hello");
  });

  it.each<[string, ReplyDraft, string | undefined, object[]]>([
    [
      "a reply",
      text(" Hello "),
      undefined,
      [{ method: "POST", path: `${path}/comments`, body: { body: "Hello", is_public: true } }],
    ],
    [
      "a note",
      text("Hello", { mode: "note" }),
      undefined,
      [{ method: "POST", path: `${path}/comments`, body: { body: "Hello", is_public: false } }],
    ],
    [
      "a reply with a picture",
      text("Hello", { files: [{ id: "att_1", name: "pump.png" }] }),
      undefined,
      [{ method: "POST", path: `${path}/comments`, body: { body: "Hello", is_public: true, attachment_ids: ["att_1"] } }],
    ],
    [
      "a reply with a status",
      text("Hello"),
      "RESOLVED",
      [
        { method: "POST", path: `${path}/comments`, body: { body: "Hello", is_public: true } },
        { method: "PATCH", path, body: { status: "RESOLVED" } },
      ],
    ],
    ["a status alone", text(""), "PENDING", [{ method: "PATCH", path, body: { status: "PENDING" } }]],
    [
      "the status that it has",
      text("Hello"),
      "OPEN",
      [{ method: "POST", path: `${path}/comments`, body: { body: "Hello", is_public: true } }],
    ],
    ["a macro as it is", filled, undefined, [{ method: "POST", path: `${path}/macro`, body: { macro_id: "tma_1" } }]],
    [
      "a macro with its own status",
      filled,
      "WAITING_ON_CUSTOMER",
      [{ method: "POST", path: `${path}/macro`, body: { macro_id: "tma_1" } }],
    ],
    [
      "a changed macro",
      { ...filled, text: "Hi" },
      undefined,
      [
        { method: "POST", path: `${path}/comments`, body: { body: "Hi", is_public: true } },
        { method: "PATCH", path, body: { priority_id: "high", status: "WAITING_ON_CUSTOMER" } },
      ],
    ],
    [
      "a macro with another status",
      filled,
      "RESOLVED",
      [
        { method: "POST", path: `${path}/comments`, body: { body: "Please send the invoice.", is_public: true } },
        { method: "PATCH", path, body: { priority_id: "high", status: "RESOLVED" } },
      ],
    ],
    [
      "a macro without one change",
      { ...filled, macro: { ...macro, dropped: ["priority_id"] } },
      undefined,
      [
        { method: "POST", path: `${path}/comments`, body: { body: "Please send the invoice.", is_public: true } },
        { method: "PATCH", path, body: { status: "WAITING_ON_CUSTOMER" } },
      ],
    ],
    [
      "a macro as a note",
      { ...filled, mode: "note" },
      undefined,
      [
        { method: "POST", path: `${path}/comments`, body: { body: "Please send the invoice.", is_public: false } },
        { method: "PATCH", path, body: { priority_id: "high", status: "WAITING_ON_CUSTOMER" } },
      ],
    ],
    [
      "the rest of a macro whose text was sent",
      { ...filled, text: "" },
      undefined,
      [{ method: "PATCH", path, body: { priority_id: "high", status: "WAITING_ON_CUSTOMER" } }],
    ],
    [
      "files without a text",
      { ...text(""), files: [{ id: "att_1", name: "pump.pdf" }] },
      undefined,
      [{ method: "POST", path: `${path}/comments`, body: { is_public: true, attachment_ids: ["att_1"] } }],
    ],
    [
      "a note with the ids of those whom it mentions",
      { ...text("Ask @Ada Quist"), mode: "note", mentions: [{ id: "usr_1", name: "Ada Quist" }] },
      undefined,
      [{ method: "POST", path: `${path}/comments`, body: { body: "Ask @[usr_1]", is_public: false } }],
    ],
    [
      "a reply as it was written",
      { ...text("Ask @Ada Quist"), mentions: [{ id: "usr_1", name: "Ada Quist" }] },
      undefined,
      [{ method: "POST", path: `${path}/comments`, body: { body: "Ask @Ada Quist", is_public: true } }],
    ],
  ])("sends %s", (_, draft, status, requests) => {
    expect(buildRequests(ticket, draft, status)).toEqual(requests);
  });

  it("needs a text or a change", () => {
    expect(canSend(text("  "))).toBe(false);
    expect(canSend(text("Hello"))).toBe(true);
    expect(canSend({ ...filled, text: "" })).toBe(true);
    expect(canSend({ ...text(""), files: [{ id: "att_1", name: "pump.pdf" }] })).toBe(true);
    expect(findNextStatus(text("Hello"), undefined)).toBeUndefined();
  });

  it.each([
    ["OPEN", false, "reply", ["IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER", "RESOLVED", "CLOSED"]],
    ["OPEN", false, "note", ["IN_PROGRESS", "PENDING", "RESOLVED", "CLOSED"]],
    ["OPEN", true, "note", ["IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER", "RESOLVED", "CLOSED"]],
    ["NEW", false, "note", ["OPEN", "IN_PROGRESS", "PENDING", "RESOLVED", "CLOSED"]],
    ["RESOLVED", true, "reply", ["OPEN", "CLOSED"]],
    ["CLOSED", true, "reply", ["OPEN"]],
  ] as const)("offers from %s, answered: %s, as a %s", (status, is_answered, mode, statuses) => {
    expect(listNextStatuses({ id: "tic_1", status, is_answered }, mode)).toEqual(statuses);
  });

  it.each([
    ["", 0, "Link", "Link"],
    ["Hello", 5, "Link", "Hello\n\nLink"],
    ["Hello. Bye.", 6, "Link", "Hello.\n\nLink\n\nBye."],
    ["Bye", 0, "Link", "Link\n\nBye"],
  ])("puts a text into “%s” at %i", (before, place, added, after) => {
    expect(insertText(before, place, added)).toBe(after);
    expect(findInsertEnd(before, place, added)).toBe(after.indexOf(added) + added.length);
  });

  it("links public articles alone", () => {
    const tenant = { slug: "navy", settings: { knowledge_is_public: true } };
    expect(buildArticleLink({ id: "kna_1", is_public: true }, tenant, "https://crm.example")).toBe(
      "https://crm.example/kb/navy/kna_1",
    );
    expect(buildArticleLink({ id: "kna_1", is_public: false }, tenant, "https://crm.example")).toBeUndefined();
    expect(
      buildArticleLink({ id: "kna_1", is_public: true }, { slug: "navy", settings: {} }, "https://crm.example"),
    ).toBeUndefined();
    expect(buildArticleLink({ id: "kna_1", is_public: true }, undefined, "https://crm.example")).toBeUndefined();
  });
});

describe("an answer in a conversation", () => {
  it.each([
    ["email", [message("a", NOW, { subject: "Boat" })], "Re: Boat"],
    ["email", [message("a", NOW, { subject: "RE: Boat" }), message("b", NOW)], "Re: Boat"],
    ["email", [message("a", NOW, { subject: "AW: Boot" })], "Re: Boot"],
    ["email", [], ""],
    ["sms", [message("a", NOW, { subject: "Boat" })], undefined],
  ])("has a subject on %s", (channel, entries, subject) => expect(suggestSubject(channel, entries)).toBe(subject));
  it("goes out from where the other side wrote to", () => {
    const sms = { id: "cvn_1", channel: "sms", address: "+4940123", sender_id: "sns_1", mail_account_id: null };
    expect(buildAnswer(sms, " Yes ", undefined)).toEqual({ channel: "sms", to: "+4940123", sender_id: "sns_1", body: "Yes" });
    const mail = { id: "cvn_2", channel: "email", address: "ida@kelp.example", sender_id: null, mail_account_id: "mac_1" };
    expect(buildAnswer(mail, "Yes", "Re: Boat ")).toEqual({
      channel: "email",
      to: "ida@kelp.example",
      sender_id: "mac_1",
      subject: "Re: Boat",
      body: "Yes",
    });
  });
  it.each([
    ["", 0],
    ["a".repeat(160), 1],
    ["a".repeat(161), 2],
    [`${"a".repeat(159)}€`, 2],
    ["я".repeat(70), 1],
    ["я".repeat(71), 2],
    ["😀".repeat(35), 1],
  ])("counts its parts", (body, count) => expect(estimateSegments(body)).toBe(count));
  it("opens a ticket with its person and text", () => {
    const address = buildTicketAddress({
      id: "cvn_1",
      person_id: "per_1",
      customer_id_crm: null,
      channel: "sms",
      last_text: "Help & thanks",
    });
    expect(address).toBe("/crm/support/tickets/create?personal_key_id=per_1&channel=SMS&description=Help+%26+thanks");
    const parameters = Object.fromEntries(new URL(address, "https://crm.example").searchParams);
    expect(readTicketPreset({ ...parameters, other: "x", subject: "" })).toEqual({
      personal_key_id: "per_1",
      channel: "SMS",
      description: "Help & thanks",
    });
  });
});

describe("a snooze", () => {
  it.each([
    ["later", "2026-11-27T10:00:30.000Z", "2026-11-27T13:00:00.000Z"],
    ["tomorrow", "2026-11-27T22:30:00.000Z", "2026-11-28T07:00:00.000Z"],
    // In Berlin the next day has begun.
    ["tomorrow", "2026-11-27T23:30:00.000Z", "2026-11-29T07:00:00.000Z"],
    ["week", "2026-11-27T10:00:00.000Z", "2026-11-30T07:00:00.000Z"],
    ["week", "2026-11-30T05:00:00.000Z", "2026-12-07T07:00:00.000Z"],
    // Summer time begins in the night.
    ["tomorrow", "2027-03-27T10:00:00.000Z", "2027-03-28T06:00:00.000Z"],
  ] as const)("until %s at %s is %s", (choice, now, until) => {
    expect(resolveSnooze(choice, now, "Europe/Berlin")).toBe(until);
  });
});

describe("articles before the agent types", () => {
  it("are those that may answer the ticket, then the newest, each once", () => {
    const hit = (id: string) => ({ id, title: id, summary: null, is_public: true });
    expect(mergeHits([[hit("a")], [hit("b"), hit("a"), hit("c")]], 2).map(({ id }) => id)).toEqual(["a", "b"]);
    const internal = { ...hit("z"), is_public: false };
    expect(putPublicFirst([internal, hit("a"), hit("b")]).map(({ id }) => id)).toEqual(["a", "b", "z"]);
  });
});
