import type { Files } from "@crm/core/kernel/ports.ts";
import { type EnvironmentVariable, readVariable } from "./environment.ts";

/** Returns the objects of the bucket that an environment variable names. The S3 client is loaded at the first call. */
export function lazyFiles(variable: EnvironmentVariable): Files {
  let filesPromise: Promise<Files> | undefined;
  const bucket = (): Promise<Files> => {
    filesPromise ??= Promise.all([import("@aws-sdk/client-s3"), import("./files.ts")]).then(([{ S3Client }, { s3Files }]) =>
      s3Files(new S3Client({}), readVariable(variable)),
    );
    return filesPromise;
  };
  return {
    put: async (...args) => (await bucket()).put(...args),
    get: async (...args) => (await bucket()).get(...args),
    list: async (...args) => (await bucket()).list(...args),
    delete: async (...args) => (await bucket()).delete(...args),
  };
}
