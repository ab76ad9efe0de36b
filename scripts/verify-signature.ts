import { readFile } from "node:fs/promises";
import { parseStatement, verifyStatement } from "../packages/core/src/agreements/signature/statement.rules.ts";

/**
 * Verifies a signature certificate and the signed document offline (docs/agreements/signatures.md):
 *
 *   npm run verify:signature -- <certificate.pdf|certificate.json> <document.pdf> [last hash of the mail]
 */
const [certificate, document, last] = process.argv.slice(2);
if (certificate === undefined || document === undefined) {
  process.stderr.write("usage: verify:signature <certificate.pdf|certificate.json> <document.pdf> [last hash in the email]\n");
  process.exit(2);
}
try {
  const statement = parseStatement(await readFile(certificate));
  process.stdout.write(`${statement.subject.name}, requested by ${statement.organisation}\n`);
  const findings = verifyStatement(statement, await readFile(document), last);
  for (const { isRight, what: description } of findings) process.stdout.write(`${isRight ? "right" : "WRONG"}  ${description}\n`);
  process.exitCode = findings.every(({ isRight }) => isRight) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
