import { S3Client } from "@aws-sdk/client-s3";
import type { Objects } from "@crm/core/kernel/ports.ts";
import { environment } from "./environment.ts";
import { s3Objects } from "./objects.ts";

const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 30_000 };

/** Links carry what is signed and nothing more: a checksum would be one of the empty body that is there when they are made. */
export const bucketOfFiles = (): Objects =>
  s3Objects(new S3Client({ requestHandler: TIMEOUTS, requestChecksumCalculation: "WHEN_REQUIRED" }), environment("CRM_FILES"));
