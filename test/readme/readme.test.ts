import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killed, launch, type Server } from "../kill/server.ts";

/** The tour of the README is run as it stands: every command in one shell, every output compared with what is printed there. */
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const tour = readme.slice(readme.indexOf("## A tour"), readme.indexOf("## Deploy"));
const blocks = [...tour.matchAll(/^```(sh)?\n([\s\S]*?)^```$/gm)].map(([, shell, text = ""]) => ({
  isCommand: shell === "sh",
  text,
}));
const steps = blocks.flatMap(({ isCommand, text }, at) => {
  const next = blocks[at + 1];
  return isCommand ? [{ commands: text, output: next && !next.isCommand ? next.text : "" }] : [];
});

let server: Server;
beforeAll(async () => {
  server = await launch("memory");
});
afterAll(() => killed(server.process, "SIGTERM"));

const shell = (script: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn("bash", ["-eu", "-o", "pipefail", "-c", script], { env: { ...process.env, NODE_NO_WARNINGS: "1" } });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.once("exit", (code) => (code === 0 ? resolve(output) : reject(new Error(`${code}: ${output}`))));
  });

describe("the tour of the README", () => {
  it("has steps with output", () => {
    expect(steps.filter(({ output }) => output).length).toBeGreaterThan(3);
  });

  it("runs, and prints what it says", async () => {
    const mark = "=== next ===";
    const script = steps.map(({ commands }) => `${commands}\necho "${mark}"`).join("\n");
    const local = script.replaceAll("http://127.0.0.1:3000", server.url);
    const outputs = (await shell(local)).split(`${mark}\n`);
    const year = new Date().getUTCFullYear();
    expect(outputs.slice(0, steps.length)).toEqual(steps.map(({ output }) => output.replaceAll("L-2026-", `L-${year}-`)));
  });
});
