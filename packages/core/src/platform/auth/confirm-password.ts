import { invalid } from "../../kernel/error.ts";
import { Password } from "./password.ts";
import { Throttle } from "./throttle.ts";

/** Attempts in a quarter of an hour. A right password does not count. */
const MAX_ATTEMPTS = 10;

/** Checks the password of a signed-in user before a change of how they sign in. Throws VALIDATION_ERROR on `field` if it is wrong. */
export async function requirePassword(userId: string, password: string, field: string): Promise<void> {
  const attempt = await Throttle.attempt("login", [`password of ${userId}`, MAX_ATTEMPTS]);
  if (!(await Password.verify(password, await Password.read(userId)))) throw invalid(field, "Wrong password");
  await attempt.refund();
}
