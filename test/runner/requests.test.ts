import type { Database } from "@crm/core/kernel/ports.ts";
import { Requests, yielding } from "@crm/local/requests.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** A database that says what it was sent, and answers when it is told to. */
function held() {
  const sent: object[] = [];
  const answers: (() => void)[] = [];
  const send = (command: object): Promise<void> => {
    sent.push(command);
    return new Promise((resolve) => answers.push(resolve));
  };
  const database: Database = { table: "crm", send };
  return { database, sent, answer: () => answers.shift()?.() };
}

const scope = { tenant: undefined, keyspaces: [] };
const [first, second] = [{ name: "first" }, { name: "second" }];

describe("work in the background, while requests come in", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const turn = () => vi.advanceTimersByTimeAsync(0);

  it("goes side by side where there are none", async () => {
    const { database: bare, sent } = held();
    const database = yielding(bare, new Requests());
    void database.send(first, scope);
    void database.send(second, scope);
    await turn();
    expect(sent).toEqual([first, second]);
  });

  it("waits for a gap, and goes one by one", async () => {
    const { database: bare, sent, answer } = held();
    const requests = new Requests();
    const database = yielding(bare, requests);
    const request = Promise.withResolvers<void>();
    void requests.answer(() => request.promise);
    void database.send(first, scope);
    void database.send(second, scope);
    await turn();
    expect(sent).toEqual([]);
    request.resolve();
    await turn();
    expect(sent).toEqual([first]);
    answer();
    await turn();
    expect(sent).toEqual([first, second]);
  });

  it("gets on where there is no gap", async () => {
    const { database: bare, sent } = held();
    const requests = new Requests();
    const database = yielding(bare, requests);
    void requests.answer(() => new Promise(() => undefined));
    void database.send(first, scope);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([first]);
  });

  it("is not what a request sends itself", async () => {
    const { database: bare, sent } = held();
    const requests = new Requests();
    const database = yielding(bare, requests);
    void requests.answer(() => database.send(first, scope));
    void requests.answer(() => database.send(second, scope));
    await turn();
    expect(sent).toEqual([first, second]);
  });
});
