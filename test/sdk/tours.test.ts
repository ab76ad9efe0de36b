import { format } from "node:util";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectTourOutputs, readTours } from "../../scripts/tours.ts";
import { startTestApp } from "../support/app.ts";
import { runCustomerTour } from "./customer-tour.ts";
import { type Print, runReadmeTour } from "./readme-tour.ts";

/** The tours of the documentation, done by the SDK over HTTP: each step prints what the page says. */
const tours = readTours(new URL("../..", import.meta.url).pathname);
let app: App;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

it.each<[string, (baseUrl: string, print: Print) => AsyncGenerator<void>]>([
  ["README.md", runReadmeTour],
  ["docs/tour.md", runCustomerTour],
])("the tour of %s", async (name, run) => {
  const printed: string[] = [];
  let output = "";
  const steps = run(server.url, (value) => {
    output += `${format(value)}\n`;
  });
  for await (const _step of steps) {
    printed.push(output);
    output = "";
  }
  expect(printed).toEqual(expectTourOutputs(tours[name] ?? ""));
});
