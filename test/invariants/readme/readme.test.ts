import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { parseSteps, readTours, runTour } from "./tours.ts";

/** Runs the tours as written: every command in one shell, with each output compared to the printed one. */
const tours = readTours(fileURLToPath(new URL("../../..", import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "crm-tour-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(tours))("the tour of %s", (_, tour) => {
  let app: App;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    // Like npm start: the background work runs on its own.
    app = await startTestApp({ runsInBackground: true, time: Date.now });
    server = await startServer(app, 0);
  });
  afterAll(async () => {
    await server.close();
    await app.stop();
  });

  it("has steps with output", () => {
    expect(parseSteps(tour).filter(({ output }) => output).length).toBeGreaterThan(3);
  });

  it("runs with the documented output, and leaves no files behind", async () => {
    const { printed, expected } = await runTour(tour, server.url, folder);
    expect(printed).toEqual(expected);
    expect(readdirSync(folder)).toEqual([]);
  });
});
