import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { s3Files } from "@crm/aws/files.ts";
import { keyOfFont } from "@crm/aws/fonts.ts";
import { fontFiles } from "@crm/local/fonts.ts";

/** `npm run fonts -- --bucket NAME`: puts the fonts of documents into the bucket of files; after each change of their packages. */
const { bucket } = parseArgs({ options: { bucket: { type: "string" } } }).values;
if (!bucket) throw new Error("--bucket names the bucket of files");
const files = s3Files(new S3Client({}), bucket);
for (const [name, path] of fontFiles) {
  await files.put(keyOfFont(name), await readFile(fileURLToPath(import.meta.resolve(path))));
  process.stdout.write(`${keyOfFont(name)}\n`);
}
