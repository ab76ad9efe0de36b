import { parseArgs } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { s3Files } from "@crm/aws/files.ts";
import { uploadFonts } from "./font-upload.ts";

/** `npm run fonts:upload -- --bucket NAME`: uploads the fonts of documents to the bucket of files, as `npm run deploy` does. */
const { bucket } = parseArgs({ options: { bucket: { type: "string" } } }).values;
if (!bucket) throw new Error("--bucket is required: the name of the files bucket");
await uploadFonts(s3Files(new S3Client({}), bucket));
