import { stdoutLog } from "@crm/aws/log.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { jsonLog } from "@crm/local/ports/adapters.ts";
import { afterEach, describe, expect, it, vi } from "vitest";

const lines: string[] = [];
const captureLine = (line: string | Uint8Array): boolean => lines.push(String(line)) > 0;

afterEach(() => {
  vi.restoreAllMocks();
  lines.length = 0;
});

function createLocalLog(): Log {
  vi.spyOn(console, "error").mockImplementation((line) => void captureLine(`${line}\n`));
  return jsonLog("info");
}

function createLambdaLog(): Log {
  vi.spyOn(process.stdout, "write").mockImplementation(captureLine);
  return stdoutLog();
}

describe.each([
  ["to standard error", createLocalLog],
  ["to Lambda's log", createLambdaLog],
] as const)("a log %s", (_, make) => {
  it("is one line of JSON per entry", () => {
    const log = make();
    log.write("info", "request", { status: 200, ms: 3 });
    log.write("error", "Two\nlines", { error: 'a "b"\n at c' });
    expect(lines.every((line) => line.endsWith("\n") && !line.slice(0, -1).includes("\n"))).toBe(true);
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({ level: "info", message: "request", status: 200, ms: 3 });
    expect(second).toMatchObject({ level: "error", message: "Two\nlines", error: 'a "b"\n at c' });
    expect(Date.parse(first.at)).toBeGreaterThan(0);
  });
});
