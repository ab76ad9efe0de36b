import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startServer } from "@crm/local/server/http-server.ts";
import { startTestApp } from "../test/support/app.ts";

/**
 * `npm run clients`: generates clients from the OpenAPI document in an empty folder, with unchanged generators: openapi-typescript with
 * openapi-fetch, and hey-api. They must compile under `strict`, and the first must perform the README's tour against a running server.
 */
const PORT = 3986;
const PACKAGES = ["openapi-typescript@7", "openapi-fetch@0.17", "typescript@5.9", "@hey-api/openapi-ts@0.99", "@redocly/cli@2"];

const CALLS = `import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const crm = createClient<paths>({ baseUrl: "http://127.0.0.1:${PORT}" });
const said = <T>({ data, error }: { data?: T; error?: unknown }): T => {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
};
const email = "ada@harbour.example";
const tenant = { tenant_name: "Harbour", tenant_slug: "harbour", first_name: "Ada", last_name: "Quist" };
const signed = said(await crm.POST("/api/v1/auth/signup", { body: { ...tenant, email, password: "Lantern-Harbour-7" } }));
const headers = { authorization: "Bearer " + signed.data.access_token };
const body = { first_name: "Grace", last_name: "Hopper", email: "grace@navy.example", company: "US Navy" };
const lead = said(await crm.POST("/api/v1/leads", { headers, body })).data;
said(await crm.PATCH("/api/v1/leads/{id}", { headers, params: { path: { id: lead.id } }, body: { job_title: "Admiral" } }));
const read = said(await crm.GET("/api/v1/leads/{id}", { headers, params: { path: { id: lead.id } } })).data;
if (read.job_title !== "Admiral") throw new Error("The change was not stored");
const page = said(await crm.GET("/api/v1/leads", { headers, params: { query: { limit: 5, status: "new", expand: "labels" } } }));
if (page.meta.limit !== 5) throw new Error("The page has another limit");
for (const prefix of ["us", "uk"]) {
  const query = { company: { prefix }, created_at: { gte: "2026-01-01" }, status: { in: "new,contacted" } };
  const found = said(await crm.GET("/api/v1/leads", { headers, params: { query } }));
  if (found.data.length !== (prefix === "us" ? 1 : 0)) throw new Error("The filter operators were not applied");
}
const where = { or: [{ company: { prefix: "us" } }] };
said(await crm.POST("/api/v1/leads/query", { headers, body: { where, sort: "-created_at", fields: ["display_name"] } }));
const items = [{ email: "joe@navy.example", last_name: "Joe" }];
const { results } = said(await crm.POST("/api/v1/leads/batch", { headers, body: { operation: "upsert", match_on: "email", items } })).data;
if (results[0]?.status !== 201) throw new Error("No lead was created");
`;

const strictOptions = { strict: true, module: "nodenext", moduleResolution: "nodenext", target: "es2022", skipLibCheck: true };
const folder = mkdtempSync(join(tmpdir(), "crm-clients-"));
const app = await startTestApp();
const server = await startServer(app, PORT);
let [passedCount, failed] = [0, 0];

const path = `${dirname(process.execPath)}:${process.env.PATH}`;
async function runStep(title: string, command: string, ...commandArguments: readonly string[]): Promise<void> {
  const child = spawn(command, commandArguments, { cwd: folder, env: { ...process.env, PATH: path } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code === 0) passedCount++;
  else failed++;
  console.log(`${code === 0 ? "✓" : "✗"} ${title}${code === 0 ? "" : `\n${output.slice(-2000)}`}`);
}

try {
  const document = await (await fetch(`${server.url}/api/v1/openapi.json`)).text();
  writeFileSync(join(folder, "openapi.json"), document);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  writeFileSync(join(folder, "calls.ts"), CALLS);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...strictOptions, outDir: "out" }, include: ["calls.ts", "api.d.ts"] }),
  );
  const hey = {
    ...strictOptions,
    module: "esnext",
    moduleResolution: "bundler",
    lib: ["es2022", "dom", "dom.iterable"],
    noEmit: true,
  };
  writeFileSync(join(folder, "tsconfig.hey.json"), JSON.stringify({ compilerOptions: hey, include: ["hey"] }));
  const installed = spawnSync("npm", ["install", "--no-audit", "--no-fund", ...PACKAGES], { cwd: folder });
  if (installed.status !== 0) throw new Error(`npm install failed: ${installed.stderr}`);
  await runStep("openapi-typescript generates types", "npx", "openapi-typescript", "openapi.json", "-o", "api.d.ts");
  await runStep("the types compile with the calls of the README", "npx", "tsc", "-p", ".");
  await runStep("the calls run", process.execPath, "out/calls.js");
  await runStep("hey-api generates a client", "npx", "openapi-ts", "-i", "openapi.json", "-o", "hey");
  await runStep("the hey-api client compiles", "npx", "tsc", "-p", "tsconfig.hey.json");
  copyFileSync(new URL("../redocly.yaml", import.meta.url), join(folder, "redocly.yaml"));
  await runStep(
    "Redocly reports no warnings",
    "npx",
    "redocly",
    "lint",
    "openapi.json",
    "--max-problems=5",
    "--format=codeframe",
  );
} finally {
  await server.close();
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passedCount} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
