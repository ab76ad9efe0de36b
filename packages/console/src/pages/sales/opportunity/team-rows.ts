import type { Schemas } from "@crm/sdk/index.ts";
import { formatRowAddress } from "../../../records/figures/row-links.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import { type Decimal, isDecimal } from "../../../ui/kit/decimal.ts";
import { computeGaps, isNegative, isZero, readExpectation, subtractAmounts } from "./forecast-rules.ts";

/** The members of the team in a month of the forecast. Pure. */

type Owner = Schemas.ForecastMonth["by_owner"][number];

export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly open: Owner | undefined;
  readonly submitted: Owner["submitted"] | null;
  readonly won: string;
  readonly target: string | undefined;
}

export const NO_OWNER = "none";

type TeamMonth = Pick<Schemas.TeamPerformance, "by_owner" | "targets">;

const hasSales = (values: Readonly<Record<string, unknown>>): boolean => /[1-9]/.test(String(values.bookings ?? "0"));

/** Lists those who have open deals, sales or a target in the month. */
export function listTeamRows(month: Schemas.ForecastMonth, { by_owner, targets }: TeamMonth, t: Translate): MemberRow[] {
  const keys = new Set([
    ...month.by_owner.map(({ owner_id }) => owner_id ?? NO_OWNER),
    ...by_owner.filter(({ key, values }) => key !== NO_OWNER && hasSales(values)).map(({ key }) => key),
    ...targets.flatMap(({ owner_id, figure }) => (owner_id !== null && figure === "bookings" ? [owner_id] : [])),
  ]);
  return [...keys].map((id): MemberRow => {
    const deals = month.by_owner.find(({ owner_id }) => (owner_id ?? NO_OWNER) === id);
    const seller = by_owner.find(({ key }) => key === id);
    const name = deals?.label ?? seller?.label ?? (id === NO_OWNER ? t("No owner") : t("Former user"));
    return {
      ...{ id, name, open: deals, submitted: deals?.submitted ?? null },
      won: String(seller?.values.bookings ?? "0"),
      target: targets.find(({ owner_id, figure }) => owner_id === id && figure === "bookings")?.target,
    };
  });
}

/** Who is furthest below their target with what they expect to win. Undefined: all reach it, or there is no other member to compare with. */
export function findFurthestBelow(rows: readonly MemberRow[]): { row: MemberRow; gap: Decimal } | undefined {
  const gaps = rows.flatMap((row) => {
    const gap = computeGaps({ ...row, commit: readExpectation(row.submitted).commit })?.commit;
    return gap === undefined || isNegative(gap) || isZero(gap) || !isDecimal(gap) ? [] : [{ row, gap }];
  });
  if (rows.length < 2) return undefined;
  return gaps.reduce<(typeof gaps)[number] | undefined>(
    (furthest, member) => (furthest && !isNegative(subtractAmounts(furthest.gap, member.gap)) ? furthest : member),
    undefined,
  );
}

/** The address of the open deals of a member in the month, or of all their open deals if the month has none. */
export const findDealAddress = ({ id, open }: MemberRow): string =>
  (open?.opens[0] && formatRowAddress(open.opens[0])) ??
  `/crm/opportunities?${new URLSearchParams({ owner_id: id, is_closed: "false" })}`;
