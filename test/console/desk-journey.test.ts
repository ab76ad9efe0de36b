import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { listSentMails, receiveMail, replyHeaders } from "../service/ticket/support-mail.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** Works at the desk in a browser, with the clicks that the design allows, and by keys alone. */
describe.skipIf(!hasBrowser())("the journey at the desk", () => {
  const started = startConsoleApp();

  /** A tenant with these tickets of one requester, the desk open in the browser. */
  async function openDesk(...subjects: readonly string[]) {
    const { app, connect, pages } = started;
    const tenant = await signUp(app);
    const crm = connect(tenant);
    const ids: string[] = [];
    for (const subject of subjects) {
      const requester = { name: "Grace Hopper", email: "grace@navy.example" };
      const description = `${subject}. Please help.`;
      ids.push((await crm.support.tickets.create({ subject, description, priority_id: "high", requester })).id);
    }
    await crm.support.macros.create({
      ...{ name: "Ask for the invoice", comment: "Hello {{requester.first_name}}, please send us the invoice." },
      ...{ comment_is_public: true, status: "WAITING_ON_CUSTOMER" },
    });
    await app.settle();
    const listMessages = async (id: string): Promise<unknown[]> => {
      const rows = await crm.support
        .tickets(id)
        .comments.list({ include: ["event"], limit: 20 })
        .toArray(20);
      return rows.map(({ event, excerpt }) => (event ? `${event.type} ${event.subject}` : excerpt)).reverse();
    };
    return { tenant, crm, ids, pages, listMessages, open: () => pages.signIn(tenant, "/crm/support/tickets?mode=desk") };
  }

  const MACRO_TEXT = "document.querySelector('textarea')?.value === 'Hello Grace, please send us the invoice.'";

  itJourney("answers a ticket with a macro before its time runs out", async () => {
    const desk = await openDesk("The engine does not start", "The invoice is wrong");
    const [, id = ""] = desk.ids;
    const { pages, crm } = desk;
    await desk.open();
    const answer = startJourney(pages, "Answer a ticket with a macro");
    answer.step("choose the ticket");
    await answer.click("The invoice is wrong");
    await answer.see("The invoice is wrong. Please help.");
    answer.step("choose the macro");
    await answer.click("Macros");
    await answer.click("Ask for the invoice");
    await answer.wait(MACRO_TEXT);
    answer.step("send");
    await answer.click("Send and set Waiting on customer");
    await answer.see("Sent to Grace Hopper");

    const ticket = await crm.support.tickets.get(id);
    expect(ticket.status).toBe("WAITING_ON_CUSTOMER");
    const { judged } = await crm.support.tickets(id).sla.get();
    expect(judged.map(({ metric, state }) => [metric, state])).toEqual([["first_response", "MET"]]);
    await answer.see("Paused: waiting for the customer");
    endJourney(answer, pages, { clicks: 4 });

    const byKeys = startJourney(pages, "Answer a ticket with a macro by keys");
    await desk.open();
    byKeys.step("write an answer");
    await byKeys.see("The engine does not start. Please help.");
    await byKeys.press("r");
    await byKeys.wait("document.activeElement?.tagName === 'TEXTAREA'");
    byKeys.step("choose the macro");
    await byKeys.press("/");
    await byKeys.wait("document.querySelector('[role=dialog] [role=option]') !== null");
    await byKeys.goToOption();
    await byKeys.press("Enter");
    await byKeys.wait(MACRO_TEXT);
    byKeys.step("send");
    await byKeys.press("Enter", "Control");
    await byKeys.see("Sent to Grace Hopper");
    expect((await crm.support.tickets.get(desk.ids[0] ?? "")).status).toBe("WAITING_ON_CUSTOMER");
    endJourney(byKeys, pages, { clicks: 0 });
  });

  itJourney("merges two tickets and takes it back", async () => {
    const desk = await openDesk("The pump is loud", "The pump still hums");
    const [first = "", second = ""] = desk.ids;
    const { pages } = desk;
    await desk.open();
    const merge = startJourney(pages, "Merge two tickets");
    merge.step("choose the ticket");
    await merge.click("The pump is loud");
    await merge.see("The pump is loud. Please help.");
    merge.step("choose the other one");
    await merge.click("Ticket actions");
    await merge.click("Merge with another ticket…");
    await merge.click("The pump still hums");
    await merge.see("Merged from");
    await merge.see("The pump still hums. Please help.");
    expect(await desk.listMessages(first)).toEqual([
      ...["The pump is loud. Please help.", "The pump still hums. Please help."],
      "MERGED The pump still hums",
    ]);
    endJourney(merge, pages, { clicks: 4 });

    const undo = startJourney(pages, "Take a merge back");
    undo.step("undo");
    await undo.click("Undo");
    await undo.see("Merge undone with");
    expect(await desk.listMessages(second)).toContain("The pump still hums. Please help.");
    expect((await desk.crm.support.tickets.get(second)).merged_into_id).toBe(null);
    endJourney(undo, pages, { clicks: 1 });

    const byKeys = startJourney(pages, "Merge two tickets by keys");
    await desk.open();
    await byKeys.see("Please help.");
    byKeys.step("choose the other one");
    await byKeys.press("t");
    await byKeys.press("m");
    await byKeys.wait("document.querySelectorAll('[role=dialog] [role=option]').length === 1");
    await byKeys.goToOption();
    await byKeys.press("Enter");
    await byKeys.see("Merged from");
    endJourney(byKeys, pages, { clicks: 0 });
  });

  itJourney("splits messages off a ticket", async () => {
    const desk = await openDesk("Two things");
    const [id = ""] = desk.ids;
    const { pages, crm } = desk;
    const write = (body: string) => crm.support.tickets(id).comments.create({ body, from: "REQUESTER" });
    await write("The invoice is wrong too");
    await desk.open();
    const split = startJourney(pages, "Split a message off a ticket");
    split.step("choose the ticket");
    await split.click("Two things");
    await split.see("The invoice is wrong too");
    split.step("choose the message");
    await split.click("Ticket actions");
    await split.click("Split off messages");
    await split.clickAt("div:last-child > article label");
    split.step("split");
    await split.click("Split off 1 message");
    await split.see("Split off to");
    const comments = await crm.support
      .tickets(id)
      .comments.list({ include: ["event"], limit: 20 })
      .toArray(20);
    const partId = comments.flatMap(({ event }) => event?.ticket_id ?? [])[0] ?? "";
    expect((await crm.support.tickets.get(partId)).subject).toBe("The invoice is wrong too");
    expect(await desk.listMessages(partId)).toEqual(["The invoice is wrong too", "SPLIT_FROM Two things"]);
    endJourney(split, pages, { clicks: 5 });

    await write("And the delivery is late");
    const byKeys = startJourney(pages, "Split a message off a ticket by keys");
    await pages.open(`/crm/support/tickets?mode=desk&open=${id}`);
    await byKeys.see("And the delivery is late");
    byKeys.step("choose the message");
    await byKeys.press("t");
    await byKeys.press("s");
    await byKeys.wait("document.activeElement?.type === 'checkbox'");
    await byKeys.press(" ");
    await byKeys.see("Split off 1 message");
    byKeys.step("split");
    await byKeys.wait("document.querySelector('section[aria-label=\"Split off messages\"] input') !== null");
    await byKeys.press("Enter", "Control");
    await byKeys.see("Split off to");
    endJourney(byKeys, pages, { clicks: 0 });
  });

  itJourney("snoozes a ticket by keys, and gets it back with a notice", async () => {
    const { app } = started;
    const desk = await openDesk("The crane waits for a part");
    const { pages, crm } = desk;
    const [id = ""] = desk.ids;
    await desk.open();
    const journey = startJourney(pages, "Snooze a ticket by keys, until it is back");
    await journey.see("The crane waits for a part. Please help.");
    journey.step("t and z ask for the time, Enter takes tomorrow");
    await journey.press("t");
    await journey.press("z");
    await journey.wait("document.activeElement.matches('[role=dialog] [role=spinbutton]')");
    await journey.press("Enter");
    await journey.see("Snoozed until");
    endJourney(journey, pages, { clicks: 0, keys: 3 });
    const { snoozed_until } = await crm.support.tickets.get(id);
    app.setClock({ now: snoozed_until ?? expect.fail("Not snoozed") });
    await app.settle();
    await pages.signIn(desk.tenant, "/crm/notifications");
    await pages.see("Back from snooze: ");
    const ticket = await started.connect(desk.tenant).support.tickets.get(id);
    expect(ticket.snoozed_until).toBe(null);
    app.setClock({ reset: true });
  });

  /** Two tickets of one customer by mail. The customer writes to the first one again after the second. */
  async function receiveTwoTickets() {
    const { app, pages, connect } = started;
    const tenant = await signUp(app);
    const from = `ada@${tenant.slug}.example`;
    const ids: string[] = [];
    for (const [subject, text] of [
      ["Winch", "The winch slips."],
      ["Anchor", "The anchor drags."],
    ] as const) {
      const { ticket_id } = await receiveMail(app, tenant, { from, subject, text });
      ids.push(ticket_id ?? "");
    }
    const [confirmation] = listSentMails(app, from);
    const answered = await receiveMail(app, tenant, {
      from,
      text: "It slips on both sides.",
      headers: replyHeaders(confirmation),
    });
    expect(answered.ticket_id).toBe(ids[0]);
    const [first = "", second = ""] = ids;
    return {
      crm: connect(tenant),
      first,
      second,
      open: () => pages.signIn(tenant, `/crm/support/tickets?mode=desk&open=${first}`),
    };
  }

  const MAILS = ["The winch slips.", "The anchor drags.", "It slips on both sides."];
  /** Whether the thread shows these mails of the customer, and no others, in this order. */
  const isThread = (...mails: readonly string[]): string =>
    `JSON.stringify([...document.querySelectorAll("article p")].map(({ innerText }) => innerText).filter((text) => ${JSON.stringify(MAILS)}.includes(text))) === ${JSON.stringify(JSON.stringify(mails))}`;
  /** The button in the line of an event of the thread. */
  const markUndo = (words: string): string => `(() => {
    const line = [...document.querySelectorAll("li")].find(({ innerText }) => innerText.includes(${JSON.stringify(words)}));
    const button = line?.querySelector("button");
    if (button) button.dataset.undo = "";
    return Boolean(button);
  })()`;

  itJourney("merges two mails, splits one off, and takes both back, with every message in order", async () => {
    const { pages } = started;
    const { crm, first, second, open } = await receiveTwoTickets();
    await open();
    const [winch = "", , sides = ""] = MAILS;
    const journey = startJourney(pages, "Merge two mails, split one off, and take both back");
    await journey.wait(isThread(winch, sides));
    journey.step("merge: every mail of the customer stands in the order of its arrival");
    await journey.click("Ticket actions");
    await journey.click("Merge with another ticket…");
    await journey.click("Anchor");
    await journey.see("Merged from");
    await journey.wait(isThread(...MAILS));
    journey.step("split the last mail off: it stays in this thread, and is the first one of the other");
    await journey.click("Ticket actions");
    await journey.click("Split off messages");
    await journey.clickAt("div:nth-last-child(1 of :has(> article label)) > article label");
    await journey.click("Split off 1 message");
    await journey.see("Split off to");
    await journey.wait(isThread(...MAILS));
    const partId = await pages.browser.evaluate<string>(
      "[...document.querySelectorAll('li a')].find(({ innerText }) => innerText.startsWith('Split off to')).pathname.split('/').at(-1)",
    );
    const parts = await crm.support
      .tickets(partId)
      .comments.list({ include: ["event"], limit: 20 })
      .toArray(20);
    expect(parts.filter(({ event }) => !event).map(({ excerpt }) => excerpt)).toEqual([sides]);
    journey.step("undo the split in its line");
    await journey.wait(markUndo("Split off to"));
    await journey.clickAt("[data-undo]");
    await journey.see("Split undone with");
    await journey.wait(isThread(...MAILS));
    expect((await crm.support.tickets.get(partId)).merged_into_id).toBe(first);
    journey.step("undo the merge in its line");
    await pages.browser.evaluate("delete document.querySelector('[data-undo]')?.dataset.undo; true");
    await journey.wait(markUndo("Merged from"));
    await journey.clickAt("[data-undo]");
    await journey.see("Merge undone with");
    await journey.wait(isThread(winch, sides));
    expect((await crm.support.tickets.get(second)).merged_into_id).toBe(null);
    endJourney(journey, pages, { clicks: 9 });

    const byKeys = startJourney(pages, "Merge two mails and take it back by keys");
    byKeys.step("t and m merge; Tab to the line, Enter undoes it");
    await byKeys.press("t");
    await byKeys.press("m");
    await byKeys.wait("document.querySelector('[role=dialog] [role=option]') !== null");
    await byKeys.goToOption();
    await byKeys.press("Enter");
    await byKeys.see("Merged from");
    await byKeys.wait(isThread(...MAILS));
    const isUndo = "document.activeElement.innerText?.trim() === 'Undo'";
    for (let presses = 0; presses < 60 && !(await pages.browser.evaluate<boolean>(isUndo)); presses++) await byKeys.press("Tab");
    await byKeys.press("Enter");
    await byKeys.wait(isThread(winch, sides));
    endJourney(byKeys, pages, { clicks: 0 });
  });
});
