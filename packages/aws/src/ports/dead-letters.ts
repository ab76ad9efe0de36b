import { S3Client } from "@aws-sdk/client-s3";
import type { Files } from "@crm/core/kernel/ports.ts";
import { environment } from "../environment.ts";
import { s3Files } from "../files.ts";

export const deadLetters = (): Files => s3Files(new S3Client({}), environment("CRM_DEAD_LETTERS"));
