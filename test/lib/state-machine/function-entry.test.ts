import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Flow } from "@crm/core/kernel/domain.ts";
import { afterAll, expect, it } from "vitest";
import { buildFlowEntry } from "../../../stacks/entry-points.ts";

const root = mkdtempSync(join(tmpdir(), "crm-entry-"));
afterAll(() => rmSync(root, { recursive: true }));

const loadStep = async () => async () => null;
const flow: Flow = {
  basis: "release",
  description: "Asks",
  machine: async () => ({}),
  steps: { ask: loadStep, tell: loadStep },
  uses: ["mail", "flows:answer"],
  table: [{ actions: ["GetItem"], keyspace: "slug" }],
};
const FILE = "agreements/quote/quote.domain.ts";
mkdirSync(dirname(join(root, FILE)), { recursive: true });
const buildEntry = (steps: string) => {
  writeFileSync(join(root, FILE), `flows: { other: { steps: {}, }, quote_approval: {\n    steps: {\n${steps}\n    },\n  },\n}`);
  return buildFlowEntry(root, FILE, "quote_approval", flow);
};

it("the function of a flow imports its steps at once, and the adapters that it names", () => {
  const entry = buildEntry(`
      ask: async () => (await import("./steps.ts")).ask,
      tell: async () =>
        (await import("../note/steps.ts")).tellOf,`);
  expect(entry.path).toBe("flow/quote_approval");
  expect(entry.code.split("\n")).toEqual([
    `import { ask as step0 } from "${root}/agreements/quote/steps.ts";`,
    `import { tellOf as step1 } from "${root}/agreements/note/steps.ts";`,
    `import { createStepHandler } from "${root}/packages/functions/src/flow/step-handler.ts";`,
    `import { createHandler } from "${root}/packages/aws/src/event-handlers.ts";`,
    `import { flows } from "${root}/packages/aws/src/ports/flows.ts";`,
    `import { functionDatabase } from "${root}/packages/aws/src/ports/function-database.ts";`,
    `import { mail } from "${root}/packages/aws/src/ports/mail.ts";`,
    `export const handler = createHandler("quote_approval", createStepHandler("quote_approval", ["slug"], { ask: async () => step0, tell: async () => step1 }), { database: functionDatabase, mail: mail, flows: flows });`,
    "",
  ]);
});

it("a step loaded in another form is rejected with the form to write", () => {
  expect(() => buildEntry(`      ask: async () => (await import("./steps.ts")).ask,\n      tell: async () => tell,`)).toThrow(
    'In agreements/quote/quote.domain.ts, declare the loader of a step as tell: async () => (await import("./file.ts")).name',
  );
});
