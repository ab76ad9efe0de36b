import type { Files } from "@crm/core/kernel/ports.ts";
import { type EnvironmentVariable, readVariable } from "./environment.ts";

/** Returns the objects of the bucket that an environment variable names. The S3 client is loaded at the first call. */
export function lazyFiles(variable: EnvironmentVariable): Files {
  let made: Promise<Files> | undefined;
  const bucket = (): Promise<Files> => {
    made ??= Promise.all([import("@aws-sdk/client-s3"), import("./files.ts")]).then(([{ S3Client }, { s3Files }]) =>
      s3Files(new S3Client({}), readVariable(variable)),
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
