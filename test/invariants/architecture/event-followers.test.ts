import { readFileSync } from "node:fs";
import { join } from "node:path";
import { domains } from "@crm/core/domains.ts";
import { describe, expect, it } from "vitest";
import { describeEvent, type EventDescription, listAllEventTypes } from "../../../scripts/event-followers.ts";
import { observeWrites } from "../../../scripts/recorded-writes.ts";
import { signUp, startTestApp } from "../../support/app.ts";

/** `npm run follows -- order.confirmed` tells what runs because of an event. */

const root = join(import.meta.dirname, "../../..");
const types = await listAllEventTypes(domains);
const descriptions = new Map<string, EventDescription | undefined>();
for (const type of types) descriptions.set(type, await describeEvent(domains, type));

const listPlaces = ({ changeHandlers, changeWatchers, listeners, notifications }: EventDescription) =>
  [changeHandlers, changeWatchers, listeners, notifications].flat().map(({ place }) => place);

describe("what follows from an event", () => {
  it("names each listener and notification below each of its events", () => {
    const missing = domains.flatMap(({ subscribers = {}, notifications = {} }) =>
      Object.entries({ ...subscribers, ...notifications }).flatMap(([name, { events }]) =>
        events.flatMap((type) => {
          const { listeners = [], notifications: told = [] } = descriptions.get(type) ?? {};
          return [...listeners, ...told].some((follower) => follower.name === name) ? [] : [`${name} of ${type}`];
        }),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("names files that have the export", () => {
    const places = new Set([...descriptions.values()].flatMap((event) => (event ? listPlaces(event) : [])));
    const wrong = [...places].filter((place) => {
      const [file = "", name = ""] = place.split(" ");
      return !new RegExp(`\\b${name}\\b`).test(readFileSync(join(root, file), "utf8"));
    });
    expect(wrong).toEqual([]);
    expect(places.size).toBeGreaterThan(100);
  });

  it("tells when an event is made, with the line that says so", () => {
    expect([...descriptions].filter(([, event]) => event === undefined)).toEqual([]);
    expect(descriptions.get("order.confirmed")?.condition).toMatch(
      /^confirmed: changedTo\("status", "CONFIRMED"\) \(packages\/core\/src\/commerce\/order\/order\.entity\.ts:\d+\)$/,
    );
  });

  it("finds what the transaction of an event has, and who wrote it", async () => {
    const app = await startTestApp();
    const listWrites = observeWrites(app);
    const { admin } = await signUp(app);
    await admin.createLead({ first_name: "Ada", last_name: "Okafor", email: "ada@example.com" });
    await app.settle();
    expect(listWrites().get("lead.created")).toEqual([
      { writer: "createLead", items: expect.arrayContaining(["lead", "person", "POINT"]) },
    ]);
    await app.stop();
  });
});
