import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { run } from "@crm/core/platform/import/worker.ts";
import { startApp } from "@crm/local/app.ts";
import { readImport, requestJson } from "../test/platform/import/support.ts";
import { signIn, signUp } from "../test/support/app.ts";

/**
 * Runs as a process of its own: imports rows with a table that stores the import's own items and nothing of the rows. Its last line reports the peak
 * of memory, and the time of a row by tenths of the file.
 */
const rows = Number(process.argv[2] ?? 1_000_000);

async function* generateCsv(): AsyncIterable<Uint8Array> {
  let text = "first_name,last_name,email,company,phone\n";
  for (let n = 0; n < rows; n++) {
    text += `First${n},Last${n},person${n}@mail.example,Company ${n % 5000},+32 485 ${String(100_000 + (n % 900_000))}\n`;
    if (text.length > 60_000) {
      yield Buffer.from(text);
      text = "";
    }
  }
  yield Buffer.from(text);
}

interface CommandInput {
  TransactItems?: { Put?: { Item: { rows?: string } } }[];
  RequestItems?: Record<string, { Keys: { pk: string }[] }>;
}

const folder = mkdtempSync(join(tmpdir(), "crm-stub-"));
const app = await startApp({ data: folder, logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
try {
  const tenant = await signUp(app);
  let size = 0;
  for await (const chunk of generateCsv()) size += chunk.length;
  const { data: upload } = await tenant.admin.createUpload({ file_name: "leads.csv", content_type: "text/csv", size });
  await app.ports.objects.write(`${tenant.id}/uploads/${upload.upload_id}`, generateCsv());
  const { data } = await requestJson(app, tenant.token, "POST", "/leads/import", { upload_id: upload.upload_id });
  const id = String(data.import_id);

  const marks: number[] = [];
  let done = 0;
  let startTime = 0;
  const { database } = app.ports;
  const stub: Ports["database"] = {
    table: database.table,
    async send(command, scope) {
      const { name } = command.constructor;
      const { input } = command as { input: CommandInput };
      if (name === "TransactWriteCommand") {
        const entry = (input.TransactItems ?? []).find(({ Put }) => Put?.Item.rows);
        if (!entry) return database.send(command, scope);
        if (startTime === 0) startTime = performance.now();
        done += JSON.parse(entry.Put?.Item.rows ?? "[]").length;
        while (done >= ((marks.length + 1) * rows) / 10) marks.push(performance.now());
        return {};
      }
      const keys = name === "BatchGetCommand" ? (Object.values(input.RequestItems ?? {})[0]?.Keys ?? []) : [];
      if (keys.length > 0 && keys.every(({ pk }) => /#(POINT|P)#/.test(pk))) return { Responses: {} };
      return database.send(command, scope);
    },
  };
  const base = process.resourceUsage().maxRSS;
  await runIn(systemContext({ ...app.ports, database: stub }, tenant.id, "import"), () => run(id, 24 * 3_600_000));
  // A token may expire during a million rows.
  const result = await readImport(app, (await signIn(app, tenant)).access_token, id);
  if (result.created !== rows) throw new Error(`${result.created} of ${rows}: ${JSON.stringify(result.error)}`);
  const tenths = marks.map((mark, index) => (mark - (marks[index - 1] ?? startTime)) / (rows / 10));
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ rows, base: base / 1024, peak, tenths }));
} finally {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
}
