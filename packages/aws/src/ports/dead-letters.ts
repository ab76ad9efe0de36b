import type { Files } from "@crm/core/kernel/ports.ts";
import { environment } from "../environment.ts";

/** The bucket of what could not be derived, read when there is something. */
export function deadLetters(): Files {
  let made: Promise<Files> | undefined;
  const bucket = (): Promise<Files> => {
    made ??= Promise.all([import("@aws-sdk/client-s3"), import("../files.ts")]).then(([{ S3Client }, { s3Files }]) =>
      s3Files(new S3Client({}), environment("CRM_DEAD_LETTERS")),
    );
    return made;
  };
  return {
    put: async (...given) => (await bucket()).put(...given),
    get: async (...given) => (await bucket()).get(...given),
    list: async (...given) => (await bucket()).list(...given),
    delete: async (...given) => (await bucket()).delete(...given),
  };
}
