import { edit, type Mutant, never, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "uploads: a link is good for anything",
    at: "object-links#serveLink",
    change: without("link.method"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: any number of bytes is taken",
    at: "object-links#requireExactSize",
    change: edit("if (seen !== size) throw new WrongSizeError();", "if (seen > size) throw new WrongSizeError();"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a body that is too long is cut",
    at: "object-links#requireExactSize",
    change: edit("if (seen !== size) throw new WrongSizeError();", "if (seen < size) throw new WrongSizeError();"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: any type is taken",
    at: "object-links#receiveObject",
    change: never("type"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "limits: bytes that are no UTF-8 become a sign",
    at: "src/server/http-server#toGatewayEvent",
    change: edit(" && isUtf8(body)", ""),
    tests: "test/functions/http/request-limits.test.ts",
  },
];
