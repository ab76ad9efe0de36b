import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killed, launch, type Server } from "../kill/server.ts";
import { runTour, stepsIn, toursBelow } from "./tours.ts";

/** Tours are run as they stand: every command in one shell, every output compared with what is printed there. */
const tours = toursBelow(fileURLToPath(new URL("../..", import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "crm-tour-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(tours))("the tour of %s", (_, tour) => {
  let server: Server;
  beforeAll(async () => {
    server = await launch("memory");
  });
  afterAll(() => killed(server.process, "SIGTERM"));

  it("has steps with output", () => {
    expect(stepsIn(tour).filter(({ output }) => output).length).toBeGreaterThan(3);
  });

  it("runs, prints what it says, and leaves no file behind", async () => {
    const { printed, expected } = await runTour(tour, server.url, folder);
    expect(printed).toEqual(expected);
    expect(readdirSync(folder)).toEqual([]);
  });
});
