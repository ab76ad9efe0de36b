import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { earlierInstant } from "../../kernel/interval.ts";
import { date, IdInput, text } from "../../kernel/schema.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { type ContractRecord, Contracts, isSigned, type Termination } from "./contract.entity.ts";
import { applyStatus } from "./contract.ts";
import { isSelfEnding } from "./renewal-fields.ts";
import { isEnd, isTerminable } from "./status.rules.ts";

/** How a contract comes into force and ends: by a request, or by the clocks (clocks.ts). */

/** Puts a signed contract in force once its first day has come. The clock does the same automatically. */
export const activate = fn(IdInput, ({ id }) =>
  Records.change(Contracts, id, (current) => {
    const next = applyActivation(current);
    const details: ErrorDetail[] = [];
    if (!isSigned(current))
      for (const signedField of ["customer_signed", "company_signed"] as const)
        if (!current[signedField]) details.push({ field: signedField, message: "Not signed yet" });
    if (current.starts_at > Clock.now())
      details.push({ field: "start_date", message: `The contract begins on ${current.start_date}` });
    if (current.ends_at <= Clock.now()) details.push({ field: "end_date", message: `The contract ended on ${current.end_date}` });
    if (details.length > 0) throw conflict("The contract cannot come into force yet", details);
    return next;
  }),
);

export const applyActivation = (contract: ContractRecord): ContractRecord => ({
  ...applyStatus(contract, "ACTIVE"),
  activated_at: Clock.now(),
});

export const applyExpiry = (contract: ContractRecord): ContractRecord => ({
  ...applyStatus(contract, "EXPIRED"),
  expired_at: Clock.now(),
});

export const applyTermination = (contract: ContractRecord): ContractRecord => ({
  ...applyStatus(contract, "TERMINATED"),
  terminated_at: Clock.now(),
});

/** Returns when the contract has ended or will end, even if its clock is late. null while another term may follow. */
export function findEnd(contract: ContractRecord): string | null {
  const { status, termination, ends_at } = contract;
  if (isEnd(status)) return status === "TERMINATED" && termination ? termination.effective_at : ends_at;
  const byItself = isSelfEnding(contract) ? ends_at : null;
  if (termination === null) return byItself;
  return byItself === null ? termination.effective_at : earlierInstant(termination.effective_at, byItself);
}

/** Returns the status that the contract has at its end. */
export const resolveEndStatus = (contract: ContractRecord): ContractRecord["status"] => {
  if (isEnd(contract.status)) return contract.status;
  return contract.termination?.effective_at === findEnd(contract) ? "TERMINATED" : "EXPIRED";
};

/** Returns whether the contract has ended, or would have if its clock were not late. */
export function isOver(contract: ContractRecord): boolean {
  if (isEnd(contract.status)) return true;
  const end = findEnd(contract);
  // An amendment that takes effect before the end may move the end.
  return end !== null && end <= Clock.now() && !contract.amendments_ahead.some(({ effective_at }) => effective_at < end);
}

export const Terminate = IdInput.extend({
  reason: text(2000).trim().min(1),
  effective_date: date()
    .nullish()
    .describe("First day on which the contract is no longer in force. Default: today, with immediate effect"),
  notice_days: z.number().int().min(0).max(3650).nullish().describe("Instead of effective_date: number of days from today"),
});

/** Terminates the contract at once, or on a later day by the clock. Until then the termination can be withdrawn. */
export const terminate = fn(Terminate, ({ id, reason, effective_date, notice_days }) =>
  Records.change(Contracts, id, (current) => {
    if (!isTerminable(current.status)) applyStatus(current, "TERMINATED");
    if (current.termination)
      throw conflict(
        `The contract is already terminated with effect from ${current.termination.effective_date}: withdraw that termination first`,
        [{ field: "effective_date", message: current.termination.effective_date }],
      );
    const day = resolveTerminationDay({ effective_date, notice_days }, current);
    const now = Clock.now();
    const effective_at = day === today() ? now : startOfDay(useSettings().timezone, day);
    const termination: Termination = {
      ...{ reason, effective_date: day, effective_at, notice_days: notice_days ?? null },
      ...{ given_by: useActorId(), given_at: now },
    };
    const nextContract = { ...current, termination };
    return effective_at <= now ? applyTermination(nextContract) : nextContract;
  }),
);

interface TerminationTiming {
  effective_date: string | null | undefined;
  notice_days: number | null | undefined;
}

/** Returns the first day on which the contract is no longer in force. */
function resolveTerminationDay({ effective_date, notice_days }: TerminationTiming, contract: ContractRecord): string {
  const { end_date, status } = contract;
  if (effective_date != null && notice_days != null)
    throw invalidAll([{ field: "notice_days", message: "Cannot be combined with effective_date" }]);
  const now = today();
  const day = effective_date ?? addDays(now, notice_days ?? 0);
  const field = notice_days == null ? "effective_date" : "notice_days";
  if (day < now) throw invalid(field, "Must not be in the past");
  // A contract that ends by itself needs no termination after its last day. One that renews itself can be terminated to the day after its last day at
  // the latest.
  const last = isSelfEnding(contract) ? end_date : addDays(end_date, 1);
  if (status === "ACTIVE" && day > last && day > now) throw invalid(field, `The contract already ends on ${end_date}`);
  return day;
}

export const withdrawTermination = fn(IdInput, ({ id }) =>
  Records.change(Contracts, id, (current) => {
    if (!isTerminable(current.status) || !current.termination)
      throw conflict(
        current.termination
          ? `The contract is ${current.status}: the termination has already taken effect`
          : "The contract has no termination to withdraw",
        [{ field: "termination", message: current.status }],
      );
    return { ...current, termination: null };
  }),
);

export * as Lifecycle from "./lifecycle.ts";
