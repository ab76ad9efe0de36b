import { S3Client } from "@aws-sdk/client-s3";
import type { Objects } from "@crm/core/kernel/ports.ts";
import { readVariable } from "./environment.ts";
import { s3Objects } from "./objects.ts";
import type { Credentials } from "./tenant-sessions.ts";

const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 30_000 };

/** Links carry what is signed and nothing more: a checksum would be one of the empty body that is there when they are made. */
const createClient = (credentials?: Credentials): S3Client =>
  new S3Client({
    requestHandler: TIMEOUTS,
    requestChecksumCalculation: "WHEN_REQUIRED",
    ...(credentials === undefined ? {} : { credentials }),
  });

/** Under these credentials, which end then, or the function's own. */
export const openFilesBucket = (credentials?: Credentials, ends?: number): Objects =>
  s3Objects(createClient(credentials), readVariable("CRM_FILES"), ends);
