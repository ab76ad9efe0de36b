import { constant, drop, edit, type Mutant, never, property, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "web forms: a visitor chooses another campaign than that of the form",
    at: "visit-origin#loadOrigin",
    change: edit("form.campaign_id ??", "null ??"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a UTM value names a campaign by a part of its name",
    at: "web-form/campaign-lookup#selectCampaign",
    change: edit("normalizeName(name) === key", "normalizeName(name).startsWith(key)"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: an inactive form accepts requests",
    at: "form-session#openSession",
    change: edit(
      'const isUsable = form?.is_active && form.key === key && tenant.status !== "SUSPENDED";',
      "const isUsable = form && tenant;",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the old key still opens the form after a key rotation",
    at: "web-form/form#rotateKey",
    change: edit(
      "tx.delete(lookupKey(current.key)).put(lookupItem(key, id));\n      return { ...current, key, key_rotated_at: Clock.now() };",
      "tx.put(lookupItem(key, id));\n      return { ...current, key_rotated_at: Clock.now() };",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: an endpoint serves forms of another kind",
    at: "form-session#withForm",
    change: edit(
      "if (!session || !kinds.includes(session.form.kind)) throw notFound();",
      "if (!session || kinds.length === 0) throw notFound();",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: requests from one address are not rate-limited",
    at: "form-session#withForm",
    change: edit("await RateLimit.take(`${form.id}.${hashTexts(ip)}`, form.rate_limit_per_address);", "void hashTexts(ip);"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the total requests to a form are not rate-limited",
    at: "form-session#withForm",
    change: edit("await RateLimit.take(form.id, form.rate_limit_per_minute);", ""),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: pages of any origin can submit a form",
    at: "form-session#withForm",
    change: never("origin"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: pages of any origin can read responses",
    at: "form.rules#resolveAllowedOrigin",
    change: edit(
      "return origin !== undefined && allowed.includes(origin) ? origin : undefined;",
      "return origin ?? String(allowed);",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the honeypot field is not checked",
    at: "web-form/submission#receiveSubmission",
    change: edit('if (toBoxText(trap) !== "") return "spam";', "void toBoxText(trap);"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the minimum fill-in time is not enforced",
    at: "web-form/submission#isTooSoon",
    change: returns("shownAt < minimum_seconds"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a submission without a token is accepted",
    at: "web-form/submission#receiveSubmission",
    change: edit("token !== undefined || form.minimum_seconds > 0 :", "token !== undefined :"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a page token can be used repeatedly",
    at: "web-form/submission#receiveSubmission/times",
    change: constant('[...(submission_id ? [["submission", submission_id]] : []), ]'),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a repeated submission is stored twice",
    at: "web-form/submission#receiveSubmission/times",
    change: constant('[...(token ? [["token", token]] : [])]'),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: an idempotency key that was already used is not detected",
    at: "form-interaction#addIdempotencyKeys",
    change: property("condition", '"attribute_exists(pk) OR #ttl < :now OR :now > :now OR attribute_not_exists(pk)"'),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the signature of a page token is not verified",
    at: "web-form/token#readShownAt",
    change: drop("isMac"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a page token never expires",
    at: "web-form/token#readShownAt",
    change: edit(
      "return Number(shownAt) + LIFETIME_MS.form > Clock.ms() ? Number(shownAt) : undefined;",
      "return Number(shownAt);",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a page token is valid for every form",
    at: "web-form/token#signedTexts",
    change: returns('["shown", form.slice(0, 0), body]'),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a person token is valid for every form",
    at: "web-form/token#tokenBinding",
    change: returns('Buffer.from(JSON.stringify(["person", form.slice(0, 0)]))'),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: bots are counted as people",
    at: "tracking#receiveEvent",
    change: edit(
      'if (prefetch || !user_agent?.trim() || isBot(user_agent)) return "bot";',
      "void [prefetch, isBot(user_agent)];",
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a repeated event is counted each time",
    at: "tracking#receiveEvent",
    change: edit(
      '["event", personId, event.url ?? "", minute]',
      '["event", personId, event.url ?? "", minute, String(Math.random())]',
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the response reveals the outcome of a submission",
    at: "web-form/submission#takeSubmission",
    change: edit("else await SubmissionLog.addRefused(form.id, outcome);", "else throw new Error(outcome);"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the response reveals a known person",
    at: "web-form/submission#writeSubmission",
    change: edit(
      "await resolved.write(tx, null, agree);",
      'await resolved.write(tx, null, agree);\n    if (resolved.isExisting) throw new Error("known");',
    ),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a form field sets the identity of the person",
    at: "form.rules#targets",
    change: edit('  "notes",\n]', '  "notes",\n  "external_key" as never,\n]'),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the page takes answers without its token",
    at: "form-page#send",
    change: edit("shownAt === undefined", "token === undefined"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: a form takes answers without the consent that it requires",
    at: "web-form/submission#receiveSubmission",
    change: edit("if (form.is_consent_required && form.consent_text && !agreed) throw new ConsentMissing();", ""),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: an answer is none of the choices",
    at: "web-form/questions#findAnswerProblem",
    change: edit("choices.some((choice) => choice.value === value)", "choices.length > 0"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: an author maps a question to a custom field that they may not write",
    at: "web-form/questions#requireAskable",
    change: edit("isFillable(definition) && canEditField(definition)", "isFillable(definition)"),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: the assignment rules do not choose the owner",
    at: "lead#planCreation",
    change: edit("!byRule && (", "("),
    tests: "test/sales/web-form",
  },
  {
    name: "web forms: all websites show a form in a frame",
    at: "pages/layout#buildContentPolicy",
    change: edit("...embedding.origins, ", ""),
    tests: "test/sales/web-form",
  },
];
