import { edit, type Mutant, never, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "uploads: a link is accepted for any HTTP method",
    at: "object-links#serveLink",
    change: without("link.method"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a body under its declared size is accepted",
    at: "object-links#requireExactSize",
    change: edit("if (seen !== size) throw new WrongSizeError();", "if (seen > size) throw new WrongSizeError();"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: a body over its declared size is truncated instead of rejected",
    at: "object-links#requireExactSize",
    change: edit("if (seen !== size) throw new WrongSizeError();", "if (seen < size) throw new WrongSizeError();"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "uploads: any content type is accepted",
    at: "object-links#receiveObject",
    change: never("type"),
    tests: "test/platform/upload/upload.test.ts",
  },
  {
    name: "local controls: a webhook calls them through another program",
    at: "server/controls#isLocalRequest",
    change: edit('if (headers["webhook-id"] !== undefined) return false;', ""),
    tests: "test/local/server/server.test.ts",
  },
  {
    name: "local controls: a webhook endpoint names them",
    at: "providers/providers#outboundPolicy",
    change: edit("url.pathname.startsWith(CONTROLS_PATH)", "false"),
    tests: "test/local/server/server.test.ts",
  },
  {
    name: "limits: invalid UTF-8 bytes become a replacement character",
    at: "src/server/http-server#toGatewayEvent",
    change: edit(" && isUtf8(body)", ""),
    tests: "test/functions/http/request-limits.test.ts",
  },
];
