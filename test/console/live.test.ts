import { createPolledConnection, type FeedPart, type LiveMessage, type LivePorts, pauseAfter } from "@crm/console/api/live.ts";
import { type Changes, isAffected, isNoChange, isShort, summarizeEvents } from "@crm/console/api/live-changes.ts";
import { expect, it } from "vitest";

const event = (kind: string, id: string) => ({ id: `evt_${id}`, data: { kind, id } });

it("names each kind and record once", () => {
  const changes = summarizeEvents([event("lead", "a"), event("lead", "b"), event("note", "a"), event("lead", "a")]);
  expect(changes).toEqual({ kinds: ["lead", "note"], ids: ["a", "b"], isEverything: false });
  expect([isNoChange(changes), isNoChange(summarizeEvents([]))]).toEqual([false, true]);
});

const changed: Changes = { kinds: ["lead"], ids: ["led_1"], isEverything: false };
const everything: Changes = { kinds: [], ids: [], isEverything: true };
const nothing = summarizeEvents([]);

it.each([
  [["list", "lead", { search: "x" }], changed, true],
  [["list", "customer", {}], changed, false],
  [["record", "lead", "led_1"], changed, true],
  [["record", "lead", "led_2"], changed, false],
  [["related", "lead", "name", "cus_1"], changed, true],
  [["timeline", "customer", "cus_1", ["note", "lead"]], changed, true],
  [["timeline", "customer", "cus_1", ["note"]], changed, false],
  [["home", "lead", "gap"], changed, true],
  [["notifications", "latest"], changed, true],
  [["notifications", "latest"], nothing, false],
  [["kind", "lead"], changed, false],
  [["preferences"], everything, false],
  [["list", "customer"], everything, true],
  [[], everything, false],
])("of the key %j and %j says %j", (key, changes, isConcerned) => {
  expect(isAffected(key, changes)).toBe(isConcerned);
});

it("reads only short lists again at once", () => {
  const pages = (count: number) => ({ pages: Array.from({ length: count }, () => ({})) });
  expect([undefined, { id: "a" }, pages(3), pages(4)].map(isShort)).toEqual([true, true, true, false]);
});

it("waits longer after each failure, up to a minute", () => {
  expect([0, 1, 2, 3, 4, 50].map(pauseAfter)).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

/** Two tabs of a user, with the feed as their server. A tab reads when `tick` ends its pause. */
function openTabs() {
  const feed: ReturnType<typeof event>[] = [];
  const reads: string[] = [];
  const listeners = new Map<string, (message: LiveMessage) => void>();
  const pauses = new Set<() => void>();
  let failures = 0;
  let lock: Promise<void> = Promise.resolve();
  const read = async (tab: string, after: string): Promise<FeedPart> => {
    reads.push(`${tab} ${after}`);
    if (failures-- > 0) throw new Error("No connection");
    const start = after === "latest" ? feed.length : Number(after);
    const events = feed.slice(start, start + 2);
    return { events, after: String(start + events.length), hasMore: start + events.length < feed.length };
  };
  const open = (tab: string) => {
    const heard: Changes[] = [];
    let show: (isVisible: boolean) => void = () => undefined;
    const ports: LivePorts = {
      read: (after) => read(tab, after),
      runAlone: (task, signal) => {
        lock = lock.then(() => (signal.aborted ? undefined : task()));
        return lock;
      },
      channel: {
        post: (message) => {
          for (const [other, listener] of listeners) if (other !== tab) listener(message);
        },
        listen: (listener) => {
          listeners.set(tab, listener);
          return () => listeners.delete(tab);
        },
      },
      watchVisibility: (listener) => {
        show = listener;
        return () => undefined;
      },
      wait: (_ms, signal) =>
        new Promise((resolve) => {
          pauses.add(resolve);
          signal.addEventListener("abort", () => resolve());
        }),
    };
    const close = createPolledConnection(ports).listen((changes) => heard.push(changes));
    return { heard, show: (isVisible: boolean) => show(isVisible), close };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const tick = async (): Promise<void> => {
    for (const resume of [...pauses]) {
      pauses.delete(resume);
      resume();
    }
    await settle();
  };
  const fail = (count: number): void => {
    failures = count;
  };
  return { feed, reads, open, settle, tick, fail };
}

it("lets one visible tab poll, tells the others, and goes on in another tab at the same position", async () => {
  const { feed, reads, open, settle, tick } = openTabs();
  const [first, second] = [open("first"), open("second")];
  feed.push(event("lead", "old"));
  first.show(true);
  second.show(true);
  await settle();
  feed.push(event("lead", "new"));
  await tick();
  expect(reads).toEqual(["first latest", "first 1"]);
  expect([first.heard, second.heard]).toEqual([
    [summarizeEvents([event("lead", "new")])],
    [summarizeEvents([event("lead", "new")])],
  ]);
  first.show(false);
  feed.push(event("note", "later"));
  await settle();
  expect(reads.slice(2)).toEqual(["second 2"]);
  // A hidden tab is told too, so it shows the present state when the user comes back.
  expect(first.heard).toHaveLength(2);
  second.close();
  feed.push(event("note", "last"));
  await tick();
  expect(reads).toHaveLength(3);
});

it("loses nothing by a failure, and reads everything again if too much happened", async () => {
  const { feed, reads, open, settle, tick, fail } = openTabs();
  const tab = open("tab");
  tab.show(true);
  await settle();
  fail(1);
  feed.push(event("lead", "a"));
  await tick();
  expect(tab.heard).toEqual([]);
  await tick();
  expect(tab.heard).toEqual([summarizeEvents([event("lead", "a")])]);
  feed.push(...Array.from({ length: 9 }, (_, index) => event("lead", `many ${index}`)));
  await tick();
  expect(tab.heard.at(-1)).toEqual(everything);
  await tick();
  expect(reads.at(-1)).toBe("tab 10");
  expect(tab.heard).toHaveLength(2);
  tab.close();
});
