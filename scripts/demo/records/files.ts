import { type DemoContext, type DemoRecords, fetchOk } from "../context.ts";

export const records: DemoRecords = { after: ["duplicates"], create: (context) => exchangeFiles(context, context.persons) };

/** Imports a file with an invalid row, and exports a list. */
async function exchangeFiles(
  { admin, runOnce: runStep, unjournaledAdmin: unkept }: DemoContext,
  [first = ""]: readonly string[],
): Promise<void> {
  const file = Buffer.from(
    "Name,Mail,Budget\nIda Lund,ida@fjord.example,12500.00\n李,li@jade.example,900.00\nOle Berg,ole@,400.00\n",
  );
  // Both requests are one step, because the URL of an upload expires.
  const sent = (key: string): Promise<string> =>
    runStep(key, async () => {
      const { data: to } = await unkept.createUpload({ file_name: "fair.csv", content_type: "text/csv", size: file.length });
      await fetchOk(to.url, { method: to.method, headers: to.headers, body: file });
      return to.upload_id;
    });
  await admin.createAttachment({ related_to_id: first, upload_id: await sent("attachment"), category_id: "marketing" });
  await admin.importLeads({ upload_id: await sent("file"), mapping: { Name: "full_name", Mail: "email", Budget: "budget" } });
  await admin.exportLeads({ format: "csv", columns: ["display_name", "budget", "lead_source_id"] });
}
