import { S3Client } from "@aws-sdk/client-s3";
import type { Objects } from "@crm/core/kernel/ports.ts";
import { readVariable } from "./environment.ts";
import { s3Objects } from "./objects.ts";
import type { Credentials } from "./tenant-sessions.ts";

const TIMEOUTS = { connectionTimeout: 1000, requestTimeout: 30_000 };

/** Without automatic checksums: a link is signed before its body exists, so the SDK would sign the checksum of an empty body. */
const createClient = (credentials?: Credentials): S3Client =>
  new S3Client({
    requestHandler: TIMEOUTS,
    requestChecksumCalculation: "WHEN_REQUIRED",
    ...(credentials === undefined ? {} : { credentials }),
  });

/**
 * Opens the bucket of files with these credentials, which expire at `ends` (milliseconds since the epoch), or with the function's
 * own.
 */
export const openFilesBucket = (credentials?: Credentials, ends?: number): Objects =>
  s3Objects(createClient(credentials), readVariable("CRM_FILES"), ends);
